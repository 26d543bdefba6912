-- RP-01 rests on the enrolments that name the notice.
SELECT f.rule_code, f.rid, f.dwelling_key
FROM finding f JOIN record n USING (rid) JOIN cur_assistance_enrolment e ON e.notice_no = n.record_id
JOIN dispute d ON d.rid = e.rid AND d.closed_on IS NULL
WHERE f.rule_code = 'RP-01'
