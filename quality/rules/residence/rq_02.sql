-- code: RQ-02
-- title_zh: 代办未办结
-- title_en: Request not finished
-- subject: record
-- legal_basis: PIPL 13, 15; 共条26 (10 个工作日)
-- purpose: A desk that took a request up owes the person a result
-- grace: 10 wd
-- may_do: serve_request
-- exemptions: none; 待补 stops the clock; a request that ended or is void by housing's mail closes it
-- reasons: not_finished, not_finished_again
-- version: 1
-- valid_from: 2016-01-01
-- 处理结果 blank. 待补 stops the clock; blank again starts it anew on the day of the file that says so.
SELECT feed, rid, NULL::VARCHAR AS dwelling_key, area_code,
       CASE WHEN clock_restarted THEN blank_since ELSE received_on END AS since,
       blank_since AS made_on,
       CASE WHEN clock_restarted THEN 'not_finished_again' ELSE 'not_finished' END AS reason_code,
       false AS held,
       concat_ws('/', received_on, CASE WHEN clock_restarted THEN blank_since END) AS evidence,
       to_json({'received_on': received_on,
                'clock_from': CASE WHEN clock_restarted THEN blank_since ELSE received_on END})::VARCHAR AS details
FROM rv_request_receipts
WHERE active AND outcome IS NULL AND coalesce(request_state, 'unknown') NOT IN ('ended', 'void')
