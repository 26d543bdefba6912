-- code: RP-01
-- title_zh: 衔接通知未签收
-- title_en: Hand-over notice not acknowledged
-- subject: record
-- legal_basis: 监狱法37; 司法部1999; practice
-- purpose: A notice by number that no desk acknowledged is an office's gap, not a person's
-- grace: 10 d
-- may_do: acknowledge
-- exemptions: none; no longer due 180 d after 释放日期
-- reasons: not_acknowledged
-- version: 1
-- valid_from: 2016-01-01
-- No enrolment row of today's ledger names the notice, whatever its status.
SELECT feed, rid, NULL::VARCHAR AS dwelling_key, area_code,
       released_on AS since, unacknowledged_since AS made_on,
       'not_acknowledged' AS reason_code, false AS held, released_on::VARCHAR AS evidence,
       to_json({'released_on': released_on})::VARCHAR AS details
FROM rv_released_persons
WHERE active AND NOT acknowledged AND released_on + $notice_due_days::INTEGER >= $as_of
