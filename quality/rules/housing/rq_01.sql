-- code: RQ-01
-- title_zh: 代办未签收
-- title_en: Request not taken up
-- subject: record
-- legal_basis: PIPL 13, 15 (同意与撤回); 共条26
-- purpose: A request that a person made by consent must not fall between two offices: the desk that has it not is asked once more
-- grace: 3 wd
-- may_do: serve_request
-- exemptions: none; held while the desk's mail is missing or overdue
-- reasons: not_taken_up, mail_overdue
-- version: 1
-- valid_from: 2016-01-01
-- Runs, and no receipt of the residence desk has come by mail. Held while that mail is missing or overdue.
WITH desk AS (
  SELECT coalesce(max(last_mail_on) < $as_of::DATE - $mail_overdue_days::INTEGER, true) AS silent
  FROM rv_mail WHERE peer = 'residence'
)
SELECT r.feed, r.rid, NULL::VARCHAR AS dwelling_key, r.area_code,
       r.consented_on AS since, r.runs_since AS made_on,
       CASE WHEN d.silent THEN 'mail_overdue' ELSE 'not_taken_up' END AS reason_code,
       d.silent AS held,
       r.consented_on::VARCHAR AS evidence,
       to_json({'consented_on': r.consented_on, 'kind': r.kind, 'consent_end': r.consent_end})::VARCHAR AS details
FROM rv_requests r, desk d
WHERE r.active AND r.taken_up_on IS NULL
