-- Every record id in bare form, to be compared with the names, numbers and phones that are held
CREATE OR REPLACE TEMP TABLE own_id AS
SELECT rid, NULL::BIGINT AS rejected_row, {bare} AS value, record_id FROM record WHERE feed NOT IN ('areas', 'verifications')
UNION ALL
SELECT NULL, rowid, {bare}, record_id FROM rejected WHERE record_id IS NOT NULL
