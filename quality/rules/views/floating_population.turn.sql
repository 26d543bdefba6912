-- rv_turn: the order of a person's active rows by (登记日期, record_id), of persons who have several records.
CREATE OR REPLACE TEMP TABLE rv_turn AS
WITH together AS MATERIALIZED (FROM rv_joined WHERE person IN (SELECT person FROM rv_joined /* those */))
SELECT c.rid, row_number() OVER (PARTITION BY m.person ORDER BY c.registered_on, c.record_id) AS turn
FROM together m JOIN typed_floating_population c USING (rid) JOIN sighting s ON s.rid = c.rid AND s.content = c.content
JOIN record n ON n.rid = c.rid
WHERE s.is_current AND NOT gone(n.withdrawn_on, $as_of)
  AND residence_active(c.status, c.registered_on, c.closed_on, $as_of)
