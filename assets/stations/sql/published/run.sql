SELECT run_id, as_of, profile, started_at, finished_at, code_version FROM run ORDER BY run_id
