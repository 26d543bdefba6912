SELECT * FROM rejected_record
WHERE $feed IS NULL OR feed = $feed
ORDER BY delivered_on, file_name, row_number
