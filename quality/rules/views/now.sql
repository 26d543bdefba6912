-- now_FEED: the version of each record that counts today, with what the views of the rules need of its record. Made for
-- those views and for nothing else: a rule may not name it. What few records have is joined to all, never what all have.
CREATE OR REPLACE TEMP VIEW now_{feed} AS
SELECT n.shown_id, n.withdrawn_on, coalesce(p.seen_since, n.first_day) AS seen_since,
       coalesce(m.person, t.rid) AS person, m.rid IS NOT NULL AS several, t.*
FROM (FROM typed_{feed} /* those */) t
JOIN record n ON n.rid = t.rid
LEFT JOIN rv_seen p ON p.rid = t.rid
LEFT JOIN rv_joined m ON m.rid = t.rid
WHERE p.rid IS NULL OR p.content = t.content
