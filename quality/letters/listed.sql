-- Letters to hand out, by own record number. No column of a person is read.
SELECT l.letter_id, '{feed}' AS feed, coalesce(c.shown_id, c.record_id) AS record_id,
       c.community_code AS area_code, l.kind, l.offered_on, l.until
FROM letter l JOIN cur_{feed} c ON c.rid = l.rid
WHERE l.kind = $kind AND NOT l.ended AND l.until >= $as_of
ORDER BY l.until, record_id
