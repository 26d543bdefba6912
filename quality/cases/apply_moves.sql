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

-- What is still found is as it is today; a dismissed case keeps what it was dismissed for. Paired first and
-- written by id: an UPDATE that has to pair on the subject itself compares every finding of a rule with every case.
CREATE OR REPLACE TEMP TABLE case_now AS
SELECT c.exception_id, f.area_code, f.opened_on, f.due_on, f.answer_by, f.details, f.evidence, v.version
FROM exception_case c
JOIN finding f ON f.rule_code = c.rule_code AND f.rid IS NOT DISTINCT FROM c.rid
  AND f.dwelling_key IS NOT DISTINCT FROM c.dwelling_key
JOIN rule_version_now v ON v.rule_code = f.rule_code
WHERE c.status <> 'dismissed'
  AND (c.area_code, c.opened_on, c.due_on, c.answer_by, c.last_seen_on, c.details, c.evidence, c.rule_version)
    IS DISTINCT FROM (f.area_code, f.opened_on, f.due_on, f.answer_by, $as_of, f.details, f.evidence, v.version);

UPDATE exception_case
SET area_code = n.area_code, opened_on = n.opened_on, due_on = n.due_on, answer_by = n.answer_by,
    last_seen_on = $as_of, details = n.details, evidence = n.evidence, rule_version = n.version
FROM case_now n WHERE n.exception_id = exception_case.exception_id
