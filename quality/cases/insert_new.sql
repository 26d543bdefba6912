-- New cases (their ids in table case_id), open or held back.
INSERT INTO exception_case
SELECT i.exception_id, f.rule_code, f.feed, f.rid, f.dwelling_key, f.area_code,
       CASE WHEN f.held THEN 'held' ELSE 'open' END, f.opened_on, f.due_on, f.answer_by, $as_of, NULL, NULL,
       v.version, f.details, f.evidence
FROM case_id i
JOIN finding f ON f.rule_code = i.rule_code AND f.rid IS NOT DISTINCT FROM i.rid
  AND f.dwelling_key IS NOT DISTINCT FROM i.dwelling_key
JOIN rule_version_now v ON v.rule_code = f.rule_code
ORDER BY i.exception_id;

INSERT INTO exception_event
SELECT i.exception_id, $now, CASE WHEN f.held THEN 'held' ELSE 'opened' END, 'rule', f.reason_code, $run_id
FROM case_id i
JOIN finding f ON f.rule_code = i.rule_code AND f.rid IS NOT DISTINCT FROM i.rid
  AND f.dwelling_key IS NOT DISTINCT FROM i.dwelling_key
ORDER BY i.exception_id
