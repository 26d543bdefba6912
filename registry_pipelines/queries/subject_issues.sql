SELECT r.feed, r.shown_id AS record_id, i.field, i.issue_code
FROM issue i JOIN record r ON r.rid = i.rid
JOIN sighting s ON s.rid = i.rid AND s.content = i.content AND s.is_current
WHERE list_contains($rids, i.rid)
ORDER BY ALL
