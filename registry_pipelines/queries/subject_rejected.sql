-- Rejected rows that are held: under the number of one of the records, or with an identity number of one of them.
WITH own AS (
    SELECT feed, record_id FROM record WHERE list_contains($rids, rid)
)
SELECT j.feed, j.shown_id AS record_id, j.field, j.reason_code, j.raw AS delivered, d.file_name, d.file_day, j.row_number
FROM rejected j LEFT JOIN delivery d USING (delivery_id)
WHERE (j.feed, j.record_id) IN (SELECT (feed, record_id) FROM own)
   OR list_contains($numbers, upper(replace(json_extract_string(j.raw, '$.id_number'), ' ', '')))
ORDER BY d.file_day, j.feed, j.row_number
