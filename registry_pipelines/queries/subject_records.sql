-- Every version held of the records, as delivered. raw_FEED is the feed's own table of delivered text.
SELECT r.shown_id, r.withdrawn_on, s.is_current, s.version_on, d.file_name, w.* EXCLUDE (rid, content)
FROM record r
JOIN sighting s ON s.rid = r.rid
JOIN raw_FEED w ON w.rid = s.rid AND w.content = s.content
LEFT JOIN delivery d ON d.delivery_id = s.delivery_id
WHERE r.feed = $feed AND list_contains($rids, r.rid)
ORDER BY r.rid, s.version_on, s.file_day
