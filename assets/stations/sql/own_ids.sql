-- Record ids in bare form, to be compared with the names, numbers and phones that are held: of all records, or of
-- those whose answer may differ from the last run's, and of every rejected row
CREATE OR REPLACE TEMP TABLE own_id AS
SELECT rid, rejected_row, value, regexp_full_match(value, '{form}') AS of_form FROM (
  SELECT rid, NULL::BIGINT AS rejected_row, {bare} AS value FROM record
  WHERE feed NOT IN ('areas', 'verifications') AND ({which})
  UNION ALL
  SELECT NULL, rowid, {bare} FROM rejected WHERE record_id IS NOT NULL)
