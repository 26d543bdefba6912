-- One file's accepted rows into records, sightings and versions. `stage` has one narrow row for each (row number,
-- record id, version day, content hash); the wide rows stay in the frames wide_raw and wide_typed until the end.
-- A surrogate for each record id that is not held yet
INSERT INTO record
SELECT (SELECT coalesce(max(rid), 0) FROM record) + row_number() OVER (ORDER BY n.stage_id),
       '{feed}', n.stage_id, n.stage_id, l.file_day, l.file_day, NULL
FROM (SELECT DISTINCT stage_id FROM stage s
      WHERE NOT EXISTS (FROM record r WHERE r.feed = '{feed}' AND r.record_id = s.stage_id)) n, loading l;

CREATE OR REPLACE TEMP TABLE staged AS
SELECT s.*, r.rid FROM stage s JOIN record r ON r.feed = '{feed}' AND r.record_id = s.stage_id;

CREATE OR REPLACE TEMP TABLE prior AS
SELECT s.rid, s.delivery_id, s.row_number, s.version_on, s.file_day, s.content, d.mode, d.file_name
FROM sighting s JOIN delivery d USING (delivery_id)
WHERE s.is_current AND s.rid IN (SELECT rid FROM staged);

-- Only records with more than one candidate need ordering; in a first load that is hardly any
CREATE OR REPLACE TEMP TABLE contested AS
SELECT rid FROM prior UNION SELECT rid FROM staged GROUP BY rid HAVING count(*) > 1;

-- Which version wins: (更新时间 or file day; file day; delta after full; file name; row number)
CREATE OR REPLACE TEMP TABLE winner AS
WITH candidate AS (
  SELECT rid, delivery_id, row_number, version_on, file_day, mode = 'delta' AS is_delta, file_name FROM prior
  UNION ALL
  SELECT s.rid, l.delivery_id, s.row_number, s.version_on, l.file_day, d.mode = 'delta', d.file_name
  FROM staged s, loading l JOIN delivery d USING (delivery_id)
  WHERE s.rid IN (SELECT rid FROM contested)
)
SELECT rid, delivery_id, row_number FROM candidate
QUALIFY row_number() OVER (PARTITION BY rid
  ORDER BY version_on DESC, file_day DESC, is_delta DESC, file_name DESC, row_number DESC) = 1;

CREATE OR REPLACE TEMP TABLE lost_row AS
SELECT s.row_number FROM staged s JOIN winner w USING (rid), loading l
WHERE w.delivery_id <> l.delivery_id OR w.row_number <> s.row_number;

CREATE OR REPLACE TEMP TABLE load_counts AS
SELECT count(*) FILTER (WHERE lost.row_number IS NULL AND s.content IS DISTINCT FROM p.content) AS accepted,
       count(*) FILTER (WHERE lost.row_number IS NULL AND s.content = p.content) AS unchanged,
       count(*) FILTER (WHERE lost.row_number IS NOT NULL) AS superseded
FROM staged s LEFT JOIN prior p USING (rid) LEFT JOIN lost_row lost ON lost.row_number = s.row_number;

UPDATE sighting SET is_current = false
FROM winner w, loading l
WHERE sighting.is_current AND sighting.rid = w.rid AND w.delivery_id = l.delivery_id;

INSERT INTO sighting
SELECT s.rid, l.delivery_id, s.row_number, s.version_on, l.file_day, s.content,
       s.row_number NOT IN (SELECT row_number FROM lost_row)
FROM staged s, loading l;

-- One raw and one typed row for each distinct content of a record
CREATE OR REPLACE TEMP TABLE again AS
SELECT row_number FROM staged WHERE rid IN (SELECT rid FROM contested)
QUALIFY row_number() OVER (PARTITION BY rid, content ORDER BY row_number) > 1
UNION
SELECT s.row_number FROM staged s JOIN {typed} t ON t.rid = s.rid AND t.content = s.content
WHERE s.rid IN (SELECT rid FROM prior);

INSERT INTO {raw}
SELECT s.rid, s.content, {raw_columns} FROM wide_raw w JOIN staged s USING (row_number)
WHERE s.row_number NOT IN (SELECT row_number FROM again);

INSERT INTO {typed}
SELECT s.rid, s.content, {typed_columns} FROM wide_typed w JOIN staged s USING (row_number)
WHERE s.row_number NOT IN (SELECT row_number FROM again);

UPDATE record SET first_day = least(first_day, l.file_day), last_day = greatest(last_day, l.file_day)
FROM loading l
WHERE record.rid IN (SELECT rid FROM prior) AND (record.first_day > l.file_day OR record.last_day < l.file_day)
