-- Cases that are listed, held back or listed again. Those that are gone are closed by close.sql.
UPDATE exception_case SET status = m.becomes, closed_on = NULL, close_reason = NULL
FROM case_move m WHERE m.exception_id = exception_case.exception_id AND m.becomes <> 'gone';

INSERT INTO exception_event
SELECT m.exception_id, $now, CASE WHEN m.was IN ('cured', 'expired', 'dismissed') THEN 'reopened'
                                  WHEN m.becomes = 'held' THEN 'held' ELSE 'opened' END,
       'rule', f.reason_code, $run_id
FROM case_move m JOIN finding f ON f.rule_code = m.rule_code AND f.rid IS NOT DISTINCT FROM m.rid
  AND f.dwelling_key IS NOT DISTINCT FROM m.dwelling_key
WHERE m.becomes <> 'gone' ORDER BY m.exception_id;

INSERT INTO exception_event
SELECT e.exception_id, $now, e.status, 'rule', e.close_reason, $run_id
FROM case_end e ORDER BY e.exception_id;

UPDATE exception_case SET status = e.status, closed_on = $as_of, close_reason = e.close_reason
FROM case_end e WHERE e.exception_id = exception_case.exception_id;

-- What is still found is as it is today; a dismissed case keeps what it was dismissed for.
UPDATE exception_case
SET area_code = f.area_code, opened_on = f.opened_on, due_on = f.due_on, answer_by = f.answer_by,
    last_seen_on = $as_of, details = f.details, evidence = f.evidence, rule_version = v.version
FROM finding f JOIN rule_version_now v USING (rule_code)
WHERE f.rule_code = exception_case.rule_code AND f.rid IS NOT DISTINCT FROM exception_case.rid
  AND f.dwelling_key IS NOT DISTINCT FROM exception_case.dwelling_key AND exception_case.status <> 'dismissed'
  AND (exception_case.area_code, exception_case.opened_on, exception_case.due_on, exception_case.answer_by,
       exception_case.last_seen_on, exception_case.details, exception_case.evidence, exception_case.rule_version)
    IS DISTINCT FROM (f.area_code, f.opened_on, f.due_on, f.answer_by, $as_of, f.details, f.evidence, v.version)
