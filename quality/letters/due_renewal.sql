-- Every active residence row whose permit ends in the next 30 days. Nothing else is looked at.
-- The few versions with such a day are found first; record and version are then looked up for them alone.
WITH soon AS MATERIALIZED (
  SELECT rid, content, permit_until FROM typed_floating_population
  WHERE permit_until BETWEEN $as_of AND $to_day AND status = '在住' AND registered_on <= $as_of
    AND (closed_on IS NULL OR closed_on > $as_of)
)
SELECT t.rid, r.record_id, t.permit_until AS day, t.permit_until AS until
FROM soon t
JOIN sighting s ON s.rid = t.rid AND s.content = t.content AND s.is_current
JOIN record r ON r.rid = t.rid
WHERE r.withdrawn_on IS NULL AND NOT EXISTS (SELECT 1 FROM letter l WHERE l.rid = t.rid AND l.kind = $kind)
ORDER BY t.rid
