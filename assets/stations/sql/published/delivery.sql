SELECT file_name, nullif(sha256, '') AS sha256, feed, mode, outcome, reason, rows, accepted, rejected, unchanged, superseded, withdrawn,
       sealed, refused_columns, loaded_at, run_id
FROM delivery ORDER BY delivery_id
