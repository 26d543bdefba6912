-- Letters to hand out, by own record number. No column of a person is read.
WITH listed AS MATERIALIZED (FROM letter WHERE kind = $kind AND NOT ended AND until >= $as_of),
now AS MATERIALIZED (SELECT rid, content FROM sighting WHERE is_current AND rid IN (SELECT rid FROM listed))
SELECT l.letter_id, '{feed}' AS feed, coalesce(r.shown_id, r.record_id) AS record_id,
       t.community_code AS area_code, l.kind, l.offered_on, l.until
FROM listed l
JOIN now s ON s.rid = l.rid
JOIN record r ON r.rid = l.rid AND r.feed = '{feed}'
JOIN typed_{feed} t ON t.rid = s.rid AND t.content = s.content
ORDER BY l.until, record_id
