-- Every tenancy that began in the last 30 days, the first day being day 0. Nothing else is looked at.
-- The few versions with such a day are found first; record and version are then looked up for them alone.
WITH begun AS MATERIALIZED (
  SELECT rid, content, starts_on FROM typed_tenancies WHERE starts_on BETWEEN $from_day AND $as_of
)
SELECT t.rid, r.record_id, t.starts_on AS day, (t.starts_on + ($to_day::DATE - $as_of::DATE)::INTEGER)::DATE AS until
FROM begun t
JOIN sighting s ON s.rid = t.rid AND s.content = t.content AND s.is_current
JOIN record r ON r.rid = t.rid
WHERE r.withdrawn_on IS NULL AND NOT EXISTS (SELECT 1 FROM letter l WHERE l.rid = t.rid AND l.kind = $kind)
ORDER BY t.rid
