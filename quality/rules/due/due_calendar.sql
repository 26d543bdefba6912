-- A rule's answer with grace in calendar days (or none): due = start + grace, opens when T is later than that;
-- without grace it opens on the first day the condition holds.
SELECT $rule_code AS rule_code, feed, rid, dwelling_key, area_code, since, due_on, opened_on,
       CASE WHEN $answer_in_working_days THEN e.day ELSE opened_on + $answer_days::INTEGER END AS answer_by,
       reason_code, held, md5(concat_ws('/', $rule_code, reason_code, evidence)) AS evidence, details
FROM (
  SELECT *, since + $grace::INTEGER AS due_on, greatest(due_on + ($grace > 0)::INTEGER, made_on) AS opened_on
  FROM (
/* the rule */
  )
  WHERE since IS NOT NULL AND (due_on < $as_of OR ($grace = 0 AND due_on <= $as_of))
) a
LEFT JOIN rv_workday s ON s.day = a.opened_on
LEFT JOIN rv_workday_no e ON e.n = s.n + $answer_days::INTEGER
WHERE opened_on <= $as_of
