-- A rule's answer with grace in working days. A start before the calendar begins counts from its first day.
SELECT $rule_code AS rule_code, feed, rid, dwelling_key, area_code, since, due_on, opened_on,
       CASE WHEN $answer_in_working_days THEN e.day ELSE opened_on + $answer_days::INTEGER END AS answer_by,
       reason_code, held, md5(concat_ws('/', $rule_code, reason_code, evidence)) AS evidence, details
FROM (
  SELECT r.*, d.day AS due_on, greatest(d.day + 1, r.made_on) AS opened_on
  FROM (
/* the rule */
  ) r
  JOIN rv_workday s ON s.day = greatest(r.since, (SELECT min(day) FROM rv_workday))
  JOIN rv_workday_no d ON d.n = s.n + $grace::INTEGER
  WHERE d.day < $as_of
) a
LEFT JOIN rv_workday s ON s.day = a.opened_on
LEFT JOIN rv_workday_no e ON e.n = s.n + $answer_days::INTEGER
WHERE opened_on <= $as_of
