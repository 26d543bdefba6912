-- Every tenancy that began in the last 30 days, the first day being day 0. Nothing else is looked at.
SELECT c.rid, c.record_id, c.starts_on AS day, (c.starts_on + ($to_day::DATE - $as_of::DATE)::INTEGER)::DATE AS until
FROM cur_tenancies c
WHERE c.withdrawn_on IS NULL AND c.starts_on BETWEEN $from_day AND $as_of
  AND NOT EXISTS (SELECT 1 FROM letter l WHERE l.rid = c.rid AND l.kind = $kind)
ORDER BY c.rid
