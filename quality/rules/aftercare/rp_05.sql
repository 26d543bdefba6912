-- code: RP-05
-- title_zh: 约定联系逾期
-- title_en: Agreed contact overdue
-- subject: record
-- legal_basis: 与本人约定的联系间隔; PIPL 13
-- purpose: The desk keeps what it promised
-- grace: 0 d
-- may_do: keep_promise
-- exemptions: rows without an agreed interval
-- reasons: contact_overdue
-- version: 1
-- valid_from: 2016-01-01
-- Consent running, and the desk's last contact (最近联系日期, else 接收日期) is older than the interval.
SELECT feed, rid, NULL::VARCHAR AS dwelling_key, area_code,
       overdue_since AS since, overdue_since AS made_on,
       'contact_overdue' AS reason_code, false AS held,
       concat_ws('/', coalesce(last_contact_on, received_on), contact_interval) AS evidence,
       to_json({'last_contact_on': coalesce(last_contact_on, received_on),
                'contact_interval': contact_interval})::VARCHAR AS details
FROM rv_assistance_enrolment
WHERE overdue_since IS NOT NULL
