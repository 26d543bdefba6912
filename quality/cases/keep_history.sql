-- One row for each case that changed, as it stood before. What changed twice on one day is kept as the day ended.
-- That the condition was seen again is no change.
CREATE OR REPLACE TEMP TABLE case_changed AS
SELECT w.* FROM case_was w JOIN exception_case c USING (exception_id)
WHERE (w.status, w.hold_reason, w.area_code, w.opened_on, w.due_on, w.answer_by, w.closed_on, w.close_reason, w.rule_version, w.details)
  IS DISTINCT FROM
      (c.status, c.hold_reason, c.area_code, c.opened_on, c.due_on, c.answer_by, c.closed_on, c.close_reason, c.rule_version, c.details);

INSERT INTO case_state
SELECT exception_id, stands_since, $as_of, status, hold_reason, area_code, opened_on, due_on, answer_by, last_seen_on, closed_on,
       close_reason, rule_version, details, evidence, $run_id
FROM case_changed WHERE stands_since < $as_of ORDER BY exception_id;

UPDATE exception_case SET stands_since = $as_of
WHERE stands_since IS DISTINCT FROM $as_of AND exception_id IN (SELECT exception_id FROM case_changed)
