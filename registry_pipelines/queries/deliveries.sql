SELECT * FROM delivery ORDER BY loaded_at, file_name, sha256
