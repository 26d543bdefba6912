-- A record id that is a person's number, phone or name is shown as FILE#ROW of its current version
CREATE OR REPLACE TEMP TABLE personal_id AS
SELECT rid, rejected_row FROM own_id WHERE of_form OR value IN (FROM personal_text);

UPDATE record SET shown_id = s.shown_id FROM (
  SELECT p.rid, d.file_name || '#' || s.row_number AS shown_id
  FROM personal_id p JOIN sighting s ON s.rid = p.rid AND s.is_current JOIN delivery d USING (delivery_id)) s
WHERE record.rid = s.rid AND record.shown_id IS DISTINCT FROM s.shown_id;

UPDATE record SET shown_id = record_id
WHERE shown_id IS DISTINCT FROM record_id AND feed NOT IN ('areas', 'verifications')
  AND rid IN (SELECT rid FROM own_id WHERE rid IS NOT NULL) AND rid NOT IN (SELECT rid FROM personal_id WHERE rid IS NOT NULL);

UPDATE rejected SET shown_id = n.shown_id FROM (
  SELECT j.rowid AS row, CASE
    WHEN j.record_id IS NULL THEN NULL
    WHEN j.rowid IN (SELECT rejected_row FROM personal_id WHERE rejected_row IS NOT NULL)
    THEN d.file_name || '#' || j.row_number ELSE j.record_id END AS shown_id
  FROM rejected j JOIN delivery d USING (delivery_id)) n
WHERE rejected.rowid = n.row AND rejected.shown_id IS DISTINCT FROM n.shown_id
