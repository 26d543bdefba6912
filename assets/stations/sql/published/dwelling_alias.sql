SELECT old_key, current_key, event, run_id, changed_on FROM dwelling_alias ORDER BY run_id, old_key, current_key
