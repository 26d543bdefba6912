-- Residence: a request that ended or is void by mail has expired; a result recorded by the desk cures.
SELECT m.exception_id,
       CASE WHEN c.request_state IN ('ended', 'void') AND c.outcome IS NULL AND m.rule_code = 'RQ-02' THEN 'expired'
            WHEN c.request_state IS DISTINCT FROM 'runs' AND m.rule_code = 'RQ-03' THEN 'expired' ELSE 'cured' END,
       CASE WHEN m.rule_code = 'RQ-02' AND c.outcome IS NOT NULL THEN 'answered'
            WHEN c.request_state = 'void' THEN 'request_void'
            WHEN c.request_state IS DISTINCT FROM 'runs' THEN 'request_ended' ELSE 'record_changed' END
FROM case_move m JOIN rv_request_receipts c ON c.rid = m.rid
WHERE m.becomes = 'gone' AND m.rule_code IN ('RQ-02', 'RQ-03') AND NOT c.withdrawn
UNION ALL
SELECT m.exception_id, 'cured', 'row_closed'
FROM case_move m JOIN rv_floating_population f ON f.rid = m.rid
WHERE m.becomes = 'gone' AND m.rule_code IN ('FP-07', 'FP-08', 'FP-09', 'FP-10') AND NOT f.withdrawn AND NOT f.active
