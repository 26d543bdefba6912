-- Aftercare: an acknowledged notice is cured, one past its term has expired; what rests on a consent expires
-- with it, the judgement of a deleted number included.
SELECT m.exception_id, CASE WHEN n.acknowledged OR m.evidence <> e.evidence THEN 'cured' ELSE 'expired' END,
       CASE WHEN n.acknowledged THEN 'acknowledged' WHEN m.evidence <> e.evidence THEN 'record_changed'
            ELSE 'no_longer_due' END
FROM case_move m JOIN rv_released_persons n ON n.rid = m.rid,
  LATERAL (SELECT md5(concat_ws('/', 'RP-01', 'not_acknowledged', n.released_on)) AS evidence) e
WHERE m.becomes = 'gone' AND m.rule_code = 'RP-01' AND NOT n.withdrawn
UNION ALL
SELECT m.exception_id,
       CASE WHEN e.status = '在册' AND NOT e.active AND m.rule_code <> 'RP-07' THEN 'expired' ELSE 'cured' END,
       CASE WHEN e.status = '在册' AND NOT e.active AND m.rule_code <> 'RP-07' THEN 'consent_ended'
            WHEN e.status IS DISTINCT FROM '在册' THEN 'row_closed'
            WHEN m.rule_code = 'RP-05' THEN 'contacted' ELSE 'record_changed' END
FROM case_move m JOIN rv_assistance_enrolment e ON e.rid = m.rid
WHERE m.becomes = 'gone' AND m.rule_code <> 'RP-01' AND NOT e.withdrawn
