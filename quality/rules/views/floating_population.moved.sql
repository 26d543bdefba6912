-- Residence rows whose person is another than is kept or has other rows, or of whose person another row is worked out anew;
-- and those that lead to another dwelling.
WITH other AS MATERIALIZED (
  SELECT k.rid, k.person AS was, coalesce(m.person, k.rid) AS person
  FROM facts_floating_population k LEFT JOIN rv_joined m ON m.rid = k.rid
  WHERE (k.several, k.person) IS DISTINCT FROM (m.rid IS NOT NULL, coalesce(m.person, k.rid))
), compared AS MATERIALIZED (
  SELECT was AS person FROM other UNION SELECT person FROM other
  UNION SELECT person FROM rv_joined SEMI JOIN rv_stale USING (rid)
)
SELECT rid FROM other
UNION ALL SELECT rid FROM facts_floating_population WHERE person IN (FROM compared)
UNION ALL SELECT k.rid FROM (FROM facts_floating_population WHERE several) k LEFT JOIN dwelling_member d ON d.rid = k.rid
          WHERE k.dwelling_key IS DISTINCT FROM d.dwelling_key
