-- Every version held of the records, as delivered and as read, with where it came from. FEED's own tables of both.
SELECT r.shown_id, r.first_day, r.last_day, r.withdrawn_on, s.is_current, s.version_on, s.row_number,
       d.file_name, d.file_day, d.loaded_at, w AS delivered, t AS read_as
FROM record r
JOIN sighting s ON s.rid = r.rid
JOIN raw_FEED w ON w.rid = s.rid AND w.content = s.content
LEFT JOIN typed_FEED t ON t.rid = s.rid AND t.content = s.content
LEFT JOIN delivery d ON d.delivery_id = s.delivery_id
WHERE r.feed = $feed AND list_contains($rids, r.rid)
ORDER BY r.rid, s.version_on, s.file_day, s.row_number
