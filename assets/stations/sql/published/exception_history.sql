SELECT exception_id, from_on, until_on, status, hold_reason, area_code, opened_on, due_on, answer_by, last_seen_on, closed_on,
       close_reason, rule_version, details
FROM case_state ORDER BY exception_id, from_on
