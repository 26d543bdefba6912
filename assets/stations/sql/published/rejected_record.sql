SELECT j.feed, j.shown_id AS record_id, d.file_name, j.row_number::BIGINT AS row_number, j.field, j.reason_code,
       d.file_day AS delivered_on
FROM rejected j JOIN delivery d USING (delivery_id) ORDER BY d.file_day, d.file_name, j.row_number
