-- Cases that are listed, held back or listed again. A case that is held because of a dispute keeps what it was.
UPDATE exception_case
SET status = m.becomes, closed_on = NULL, close_reason = NULL,
    hold_reason = CASE WHEN m.becomes = 'held' THEN m.hold END,
    status_before = CASE WHEN m.hold <> 'disputed' OR m.hold IS NULL THEN NULL
                         WHEN m.was = 'held' OR m.undone THEN exception_case.status_before ELSE m.was END
FROM case_move m WHERE m.exception_id = exception_case.exception_id AND m.becomes <> 'gone';

INSERT INTO exception_event BY NAME
SELECT m.exception_id, $now AS happened_at,
       CASE WHEN m.was IN ('cured', 'expired', 'dismissed') THEN 'reopened'
            WHEN m.becomes = 'held' THEN 'held' WHEN m.becomes = 'confirmed' THEN 'confirmed' ELSE 'opened' END AS event,
       CASE WHEN m.hold = 'disputed' OR m.was_disputed OR m.undone THEN 'clerk' ELSE 'rule' END AS actor_kind,
       CASE WHEN m.hold = 'disputed' THEN 'disputed' WHEN m.was_disputed THEN 'dispute_closed'
            WHEN m.undone THEN 'undone' ELSE f.reason_code END AS reason_code,
       $run_id AS run_id, f.evidence
FROM case_move m JOIN finding f ON f.rule_code = m.rule_code AND f.rid IS NOT DISTINCT FROM m.rid
  AND f.dwelling_key IS NOT DISTINCT FROM m.dwelling_key
WHERE m.becomes <> 'gone' ORDER BY m.exception_id;

INSERT INTO exception_event BY NAME
SELECT e.exception_id, $now AS happened_at, e.status AS event,
       CASE WHEN b.ended_by IS NOT NULL THEN 'record' WHEN e.close_reason = 'decided' THEN 'clerk'
            WHEN e.status = 'expired' THEN 'time' ELSE 'rule' END AS actor_kind,
       e.close_reason AS reason_code, $run_id AS run_id, b.ended_by, m.evidence
FROM case_end e JOIN case_move m USING (exception_id) LEFT JOIN case_ended_by b USING (exception_id)
ORDER BY e.exception_id;

-- What a decision ended may come back by its undoing, as it was.
UPDATE exception_case
SET status = e.status, closed_on = $as_of, close_reason = e.close_reason, hold_reason = NULL,
    status_before = CASE WHEN e.close_reason <> 'decided' THEN NULL
                         WHEN exception_case.status = 'held' THEN exception_case.status_before ELSE exception_case.status END
FROM case_end e WHERE e.exception_id = exception_case.exception_id;

-- What is still found was seen today, and is as it is today; a dismissed case keeps what it was dismissed for. Paired
-- first and written by id: an UPDATE that has to pair on the subject itself compares every finding of a rule with every case.
UPDATE exception_case SET last_seen_on = $as_of
WHERE status <> 'dismissed' AND last_seen_on IS DISTINCT FROM $as_of
  AND exception_id IN (SELECT exception_id FROM case_today WHERE found);

CREATE OR REPLACE TEMP TABLE case_now AS
SELECT t.exception_id, f.area_code, f.opened_on, f.due_on, f.answer_by, f.details, f.evidence, v.version
FROM (SELECT exception_id, rule_code, rid, dwelling_key FROM case_today WHERE differs) t
JOIN finding f ON f.rule_code = t.rule_code AND f.rid IS NOT DISTINCT FROM t.rid
  AND f.dwelling_key IS NOT DISTINCT FROM t.dwelling_key
JOIN rule_version_now v ON v.rule_code = f.rule_code;

UPDATE exception_case
SET area_code = n.area_code, opened_on = n.opened_on, due_on = n.due_on, answer_by = n.answer_by,
    details = n.details, evidence = n.evidence, rule_version = n.version
FROM case_now n WHERE n.exception_id = exception_case.exception_id AND exception_case.status <> 'dismissed'
