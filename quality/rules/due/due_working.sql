-- A rule's answer with grace in working days. A start before the calendar begins counts from its first day.
-- The look-up is worked out first: it has one row a day, so the rule's answer meets only equal joins.
WITH due AS MATERIALIZED (
  SELECT s.day, d.day AS due_on FROM rv_workday s JOIN rv_workday_no d ON d.n = s.n + $grace::INTEGER
  WHERE d.day < $as_of
)
SELECT $rule_code AS rule_code, a.feed, a.rid, a.dwelling_key, a.area_code, a.since, a.due_on, a.opened_on,
       e.answer_by, a.reason_code, a.held, md5(concat_ws('/', $rule_code, a.reason_code, a.evidence)) AS evidence, a.details
FROM (
  SELECT r.*, s.due_on, greatest(s.due_on + 1, r.made_on) AS opened_on
  FROM (
/* the rule */
  ) r
  JOIN due s ON s.day = greatest(r.since, $first_workday)
) a
LEFT JOIN rv_deadline e ON e.day = a.opened_on
WHERE a.opened_on <= $as_of
