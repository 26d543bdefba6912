UNION ALL
SELECT g.exception_id, e.rid, 2 FROM gone g JOIN record n USING (rid) JOIN cur_assistance_enrolment e ON e.notice_no = n.record_id
WHERE g.rule_code = 'RP-01'
