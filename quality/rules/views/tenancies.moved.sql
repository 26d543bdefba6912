-- Tenancies whose person is another than is kept, or of whose person, now or as kept, another row is worked out anew; and
-- those that lead to another dwelling.
WITH other AS MATERIALIZED (
  SELECT k.rid, k.person AS was, coalesce(m.person, k.rid) AS person
  FROM facts_tenancies k LEFT JOIN rv_joined m ON m.rid = k.rid
  WHERE k.person IS DISTINCT FROM coalesce(m.person, k.rid)
), compared AS MATERIALIZED (
  SELECT was AS person FROM other UNION SELECT person FROM other
  UNION SELECT person FROM rv_joined SEMI JOIN rv_stale USING (rid)
)
SELECT rid FROM other
UNION ALL SELECT rid FROM facts_tenancies WHERE person IN (FROM compared)
UNION ALL SELECT k.rid FROM facts_tenancies k LEFT JOIN dwelling_member d ON d.rid = k.rid
          WHERE k.dwelling_key IS DISTINCT FROM d.dwelling_key
