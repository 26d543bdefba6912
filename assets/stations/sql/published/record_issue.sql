SELECT r.feed, r.shown_id AS record_id, i.field, i.issue_code
FROM issue i JOIN record r USING (rid) JOIN sighting s ON s.rid = i.rid AND s.content = i.content AND s.is_current
WHERE r.feed NOT IN ('areas', 'verifications')
ORDER BY r.feed, record_id, i.field, i.issue_code
