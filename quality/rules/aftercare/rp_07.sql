-- code: RP-07
-- title_zh: 同意期满未解除
-- title_en: Consent over, row not closed
-- subject: record
-- legal_basis: 福建分类帮教办法2; PIPL 19, 47
-- purpose: A consent that has ended ends the enrolment; the identity in it is deleted that day
-- grace: 0 d
-- may_do: correct_row, delete
-- exemptions: none
-- reasons: consent_over
-- version: 1
-- valid_from: 2016-01-01
-- 在册, 同意期限至 < T.
SELECT feed, rid, NULL::VARCHAR AS dwelling_key, area_code,
       unclosed_since AS since, unclosed_since AS made_on,
       'consent_over' AS reason_code, false AS held, consent_until::VARCHAR AS evidence,
       to_json({'received_on': received_on, 'consent_until': consent_until})::VARCHAR AS details
FROM rv_assistance_enrolment
WHERE unclosed_since IS NOT NULL
