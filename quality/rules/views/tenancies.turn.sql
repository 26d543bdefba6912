-- rv_turn: the order of a person's active tenancies by (起租日期, record_id), of persons who have several records.
CREATE OR REPLACE TEMP TABLE rv_turn AS
WITH together AS MATERIALIZED (FROM rv_joined WHERE person IN (SELECT person FROM rv_joined /* those */))
SELECT c.rid, row_number() OVER (PARTITION BY m.person ORDER BY c.starts_on, c.record_id) AS turn
FROM together m JOIN typed_tenancies c USING (rid) JOIN sighting s ON s.rid = c.rid AND s.content = c.content
JOIN record n ON n.rid = c.rid
WHERE s.is_current AND NOT gone(n.withdrawn_on, $as_of) AND tenancy_active(c.starts_on, c.ends_on, c.left_on, $as_of)
