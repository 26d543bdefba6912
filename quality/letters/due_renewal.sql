-- Every active residence row whose permit ends in the next 30 days. Nothing else is looked at.
SELECT c.rid, c.record_id, c.permit_until AS day, c.permit_until AS until
FROM cur_floating_population c
WHERE c.withdrawn_on IS NULL AND c.status = '在住' AND c.registered_on <= $as_of
  AND (c.closed_on IS NULL OR c.closed_on > $as_of)
  AND c.permit_until BETWEEN $as_of AND $to_day
  AND NOT EXISTS (SELECT 1 FROM letter l WHERE l.rid = c.rid AND l.kind = $kind)
ORDER BY c.rid
