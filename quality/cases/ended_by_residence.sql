UNION ALL
SELECT g.exception_id, r.rid, 2 FROM gone g JOIN sighting s ON s.rid = g.rid AND s.is_current
JOIN typed_request_receipts c ON c.rid = s.rid AND c.content = s.content
JOIN record r ON r.feed = 'floating_population' AND r.record_id = c.residence_record_id
WHERE g.rule_code = 'RQ-03'
