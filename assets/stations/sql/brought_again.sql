-- Versions that are held and that one file brings again, but that are to be kept as this file brings them; they go here and
-- come with the file's rows. emptied: their identity went with a consent that ended or was taken back, so what is held is no
-- longer what the content hash says. sooner: only files of later days had brought them, and a day bounds the birth days and
-- numbers that are read on it, so they say something else; the order in which files arrive must not tell which of them counts.
CREATE OR REPLACE TEMP TABLE emptied AS
SELECT DISTINCT r.rid, r.content FROM {raw} r JOIN record n ON n.rid = r.rid JOIN stage s ON s.stage_id = n.record_id AND s.content = r.content
WHERE {may_be_emptied} AND {content} <> r.content;

CREATE OR REPLACE TEMP TABLE sooner AS
WITH overtaken AS MATERIALIZED (  -- none where files come in the order of their days
  SELECT n.rid, n.record_id, l.file_day FROM record n, loading l WHERE n.feed = '{feed}' AND n.last_day > l.file_day
)
SELECT DISTINCT t.rid, t.content
FROM overtaken n JOIN stage s ON s.stage_id = n.record_id JOIN {typed} t ON t.rid = n.rid AND t.content = s.content
JOIN wide_typed w ON w.row_number = s.row_number
WHERE ({held_values}) IS DISTINCT FROM ({brought_values})
  AND NOT EXISTS (FROM sighting o WHERE o.rid = n.rid AND o.content = s.content AND o.file_day <= n.file_day);

CREATE OR REPLACE TEMP TABLE replaced AS FROM emptied UNION FROM sooner;

DELETE FROM {raw} WHERE (rid, content) IN (FROM replaced);

DELETE FROM {typed} WHERE (rid, content) IN (FROM replaced);

DELETE FROM issue WHERE (rid, content) IN (FROM replaced)
