-- The area tree as last delivered
DELETE FROM area WHERE area_code IN (SELECT record_id FROM record WHERE feed = 'areas');

INSERT INTO area
SELECT r.record_id, t.area_name, t.level, t.parent_code
FROM record r JOIN sighting s ON s.rid = r.rid AND s.is_current
JOIN typed_areas t ON t.rid = s.rid AND t.content = s.content
WHERE r.feed = 'areas'
