-- New cases (their ids in table case_id), open or held back.
CREATE OR REPLACE TEMP TABLE case_new AS
SELECT i.exception_id, f.*, CASE WHEN p.rule_code IS NOT NULL THEN 'disputed' WHEN f.held THEN 'waiting' END AS hold, v.version
FROM case_id i
JOIN finding f ON f.rule_code = i.rule_code AND f.rid IS NOT DISTINCT FROM i.rid
  AND f.dwelling_key IS NOT DISTINCT FROM i.dwelling_key
JOIN rule_version_now v ON v.rule_code = f.rule_code
LEFT JOIN paused_finding p ON p.rule_code = i.rule_code AND p.rid IS NOT DISTINCT FROM i.rid
  AND p.dwelling_key IS NOT DISTINCT FROM i.dwelling_key;

INSERT INTO exception_case BY NAME
SELECT exception_id, rule_code, feed, rid, dwelling_key, area_code, CASE WHEN hold IS NULL THEN 'open' ELSE 'held' END AS status,
       opened_on, due_on, answer_by, $as_of AS last_seen_on, version AS rule_version, details, evidence, hold AS hold_reason,
       $as_of AS stands_since
FROM case_new ORDER BY exception_id;

INSERT INTO exception_event BY NAME
SELECT exception_id, $now AS happened_at, CASE WHEN hold IS NULL THEN 'opened' ELSE 'held' END AS event,
       CASE WHEN hold = 'disputed' THEN 'clerk' ELSE 'rule' END AS actor_kind,
       CASE WHEN hold = 'disputed' THEN 'disputed' ELSE reason_code END AS reason_code, $run_id AS run_id, evidence
FROM case_new ORDER BY exception_id
