SELECT r.feed, r.shown_id AS record_id, i.field, i.issue_code
FROM issue i JOIN record r USING (rid) JOIN sighting s ON s.rid = i.rid AND s.content = i.content AND s.is_current
WHERE r.feed NOT IN ('areas', 'verifications')
UNION
SELECT r.feed, r.shown_id, d.field, 'disputed'
FROM dispute d JOIN record r USING (rid) WHERE d.closed_on IS NULL
ORDER BY feed, record_id, field, issue_code
