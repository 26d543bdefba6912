-- Findings that no case is about yet, with what their exception_id is made of.
SELECT f.rule_code, f.feed, f.rid, f.dwelling_key, r.record_id
FROM finding f
LEFT JOIN record r ON r.rid = f.rid
WHERE NOT EXISTS (FROM exception_case c WHERE c.rule_code = f.rule_code
                  AND c.rid IS NOT DISTINCT FROM f.rid AND c.dwelling_key IS NOT DISTINCT FROM f.dwelling_key)
ORDER BY f.rule_code, f.feed, r.record_id, f.dwelling_key
