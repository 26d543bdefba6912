-- rv_deadline: for each day on which a finding may open, the office's own deadline.
SELECT w.day, CASE WHEN $answer_in_working_days THEN d.day ELSE w.day + $answer_days::INTEGER END AS answer_by
FROM rv_workday w
LEFT JOIN rv_workday_no d ON d.n = w.n + $answer_days::INTEGER
WHERE w.day <= $as_of
