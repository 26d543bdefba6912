-- Housing: a request that was taken up is cured, one whose consent ended has expired; a tenancy whose term ran
-- out since the case was last seen, without a leaving date, ended by time.
WITH ran_out AS (
  SELECT rid, person, dwelling_key, ends_on FROM rv_tenancies WHERE lapsed
), place AS (
  SELECT dwelling_key AS place_key, dwelling_key FROM rv_dwelling
  UNION ALL
  SELECT whole_key, dwelling_key FROM rv_dwelling_part
)
SELECT m.exception_id, CASE WHEN q.taken_up_on IS NOT NULL THEN 'cured' WHEN q.state IN ('ended', 'void') THEN 'expired'
                            ELSE 'cured' END,
       CASE WHEN q.taken_up_on IS NOT NULL THEN 'taken_up' WHEN q.state = 'ended' THEN 'consent_ended'
            WHEN q.state = 'void' THEN 'request_void' ELSE 'record_changed' END
FROM case_move m JOIN rv_requests q ON q.rid = m.rid
WHERE m.becomes = 'gone' AND m.rule_code = 'RQ-01' AND NOT q.withdrawn
UNION ALL
SELECT m.exception_id, CASE WHEN o.ran_out AND NOT o.let THEN 'expired' ELSE 'cured' END,
       CASE WHEN o.let THEN 'filed' WHEN o.ran_out THEN 'tenancy_ended' ELSE 'record_changed' END
FROM case_move m
JOIN (SELECT c.exception_id, coalesce(bool_or(t.active), false) AS let,
             coalesce(bool_or(t.lapsed AND t.ends_on >= c.last_seen_on), false) AS ran_out
      FROM case_move c JOIN place p ON p.place_key = c.dwelling_key JOIN rv_tenancies t ON t.dwelling_key = p.dwelling_key
      GROUP BY c.exception_id) o USING (exception_id)
WHERE m.becomes = 'gone' AND m.rule_code IN ('RH-01', 'RH-02')
UNION ALL
SELECT m.exception_id, 'expired', 'tenancy_ended'
FROM case_move m JOIN rv_tenancies t ON t.rid = m.rid
WHERE m.becomes = 'gone' AND m.rule_code = 'RH-04' AND NOT t.withdrawn AND EXISTS (
  FROM ran_out o WHERE o.person = t.person AND o.dwelling_key = t.dwelling_key AND o.ends_on >= m.last_seen_on)
