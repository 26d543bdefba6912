-- A rule's answer with grace in calendar days (or none): due = start + grace, opens when T is later than that;
-- without grace it opens on the first day the condition holds.
SELECT $rule_code AS rule_code, a.feed, a.rid, a.dwelling_key, a.area_code, a.since, a.due_on, a.opened_on,
       e.answer_by, a.reason_code, a.held, md5(concat_ws('/', $rule_code, a.reason_code, a.evidence)) AS evidence, a.details
FROM (
  SELECT *, since + $grace::INTEGER AS due_on, greatest(due_on + ($grace > 0)::INTEGER, made_on) AS opened_on
  FROM (
/* the rule */
  )
  WHERE since IS NOT NULL AND (due_on < $as_of OR ($grace = 0 AND due_on <= $as_of))
) a
LEFT JOIN rv_deadline e ON e.day = a.opened_on
WHERE a.opened_on <= $as_of
