UNION ALL
SELECT g.exception_id, r.rid, 2 FROM gone g JOIN cur_request_receipts c USING (rid)
JOIN record r ON r.feed = 'floating_population' AND r.record_id = c.residence_record_id
WHERE g.rule_code = 'RQ-03'
