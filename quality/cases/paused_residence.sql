-- FP-08 rests on the household row of that person, RQ-03 on the row that the receipt names.
SELECT f.rule_code, f.rid, f.dwelling_key
FROM finding f JOIN person_member m USING (rid) JOIN person_member h ON h.person = m.person
JOIN record r ON r.rid = h.rid AND r.feed = 'resident_population'
JOIN dispute d ON d.rid = r.rid AND d.closed_on IS NULL
WHERE f.rule_code = 'FP-08'
UNION
SELECT f.rule_code, f.rid, f.dwelling_key
FROM finding f JOIN cur_request_receipts c USING (rid)
JOIN record r ON r.feed = 'floating_population' AND r.record_id = c.residence_record_id
JOIN dispute d ON d.rid = r.rid AND d.closed_on IS NULL
WHERE f.rule_code = 'RQ-03'
