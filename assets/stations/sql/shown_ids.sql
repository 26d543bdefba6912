-- A record id that is a person's number, phone or name is shown as FILE#ROW of its current version
CREATE OR REPLACE TEMP TABLE personal_id AS
SELECT rid, rejected_row FROM own_id
WHERE regexp_full_match(value, '[0-9]{{17}}[0-9X]|[0-9]{{15}}|([+]?86)?1[3-9][0-9]{{9}}')
   OR value IN (FROM personal_text);

UPDATE record SET shown_id = s.shown_id FROM (
  SELECT r.rid, CASE WHEN p.rid IS NULL THEN r.record_id ELSE d.file_name || '#' || s.row_number END AS shown_id
  FROM record r JOIN sighting s ON s.rid = r.rid AND s.is_current JOIN delivery d USING (delivery_id)
  LEFT JOIN (SELECT rid FROM personal_id WHERE rid IS NOT NULL) p ON p.rid = r.rid
  WHERE r.feed NOT IN ('areas', 'verifications')) s
WHERE record.rid = s.rid AND record.shown_id IS DISTINCT FROM s.shown_id;

UPDATE rejected SET shown_id = CASE
  WHEN rejected.record_id IS NULL THEN NULL
  WHEN rejected.rowid IN (SELECT rejected_row FROM personal_id WHERE rejected_row IS NOT NULL)
  THEN d.file_name || '#' || rejected.row_number ELSE rejected.record_id END
FROM delivery d WHERE d.delivery_id = rejected.delivery_id
