SELECT c.exception_id, c.rule_code, c.feed, r.shown_id AS record_id, c.dwelling_key, c.area_code, c.status,
       c.hold_reason, c.opened_on, c.due_on, c.answer_by, c.last_seen_on, c.closed_on, c.close_reason, c.stands_since, u.may_do,
       c.rule_version, c.details
FROM exception_case c LEFT JOIN record r USING (rid) LEFT JOIN rule_text u USING (rule_code)
ORDER BY c.rule_code, c.opened_on, c.exception_id
