-- A record id that is a person's number, phone or name is shown as FILE#ROW of its current version
CREATE OR REPLACE TEMP TABLE shown AS
SELECT r.rid, CASE WHEN p.value IS NULL AND NOT regexp_full_match(r.record_id, '[0-9]{17}[0-9X]|[0-9]{15}|(86)?1[3-9][0-9]{9}')
  THEN r.record_id ELSE d.file_name || '#' || s.row_number END AS shown_id
FROM record r JOIN sighting s ON s.rid = r.rid AND s.is_current JOIN delivery d USING (delivery_id)
LEFT JOIN (SELECT DISTINCT value FROM held_value) p ON p.value = r.record_id
WHERE r.feed NOT IN ('areas', 'verifications');

UPDATE record SET shown_id = shown.shown_id FROM shown
WHERE record.rid = shown.rid AND record.shown_id IS DISTINCT FROM shown.shown_id;

UPDATE rejected SET shown_id = CASE
  WHEN record_id IS NULL THEN NULL
  WHEN regexp_full_match(record_id, '[0-9]{17}[0-9X]|[0-9]{15}|(86)?1[3-9][0-9]{9}')
    OR record_id IN (SELECT value FROM held_value) THEN d.file_name || '#' || rejected.row_number
  ELSE record_id END
FROM delivery d WHERE d.delivery_id = rejected.delivery_id
