-- rv_requests: what tenants asked housing to pass on. active = it runs (contract, section 3).
-- state is what this office publishes (open/taken_up/ended/void); mail_state is what its mail may say
-- (runs/ended/void, nothing for a consent that begins after the as-of day).
WITH used AS (  -- one consent number serves one request of today's ledger
  SELECT consent_no FROM now_requests WHERE NOT gone(withdrawn_on, $as_of) GROUP BY consent_no HAVING count(*) > 1
), taken AS (
  SELECT request_id, min(taken_up_on) AS taken_up_on FROM request_taken_up GROUP BY request_id
), row_of AS (
  SELECT c.*, s.runs_since AS run_day, gone(c.withdrawn_on, $as_of) AS withdrawn,
         consent_end(c.consented_on, c.consent_until, $consent_default_days) AS consent_end,
         CASE WHEN u.consent_no IS NOT NULL THEN 'consent_used_twice'
              WHEN t.rid IS NULL THEN 'tenancy_unknown'
              WHEN t.withdrawn THEN 'tenancy_withdrawn' END AS void_code,
         t.area_code AS tenancy_area, k.taken_up_on,
         consent_lasts(c.consented_on, consent_end, c.withdrawn_consent_on, $as_of) AS lasts
  FROM now_requests c
  LEFT JOIN rv_since s ON s.rid = c.rid
  LEFT JOIN used u USING (consent_no)
  LEFT JOIN record n ON n.feed = 'tenancies' AND n.record_id = c.tenancy_id
  LEFT JOIN rv_tenancies t ON t.rid = n.rid
  LEFT JOIN taken k ON k.request_id = c.record_id
), judged AS (
  SELECT *, NOT withdrawn AND void_code IS NULL AND lasts AS runs,
         withdrawn OR coalesce(withdrawn_consent_on <= $as_of, false) OR coalesce(consent_end < $as_of, false) AS over
  FROM row_of
)
SELECT rid, shown_id, coalesce(tenancy_area, (SELECT county FROM rv_county)) AS area_code, withdrawn, runs AS active,
       kind,
       CASE WHEN withdrawn THEN 'ended' WHEN void_code IS NOT NULL THEN 'void' WHEN over THEN 'ended'
            WHEN taken_up_on IS NOT NULL THEN 'taken_up' ELSE 'open' END AS state,
       CASE WHEN withdrawn THEN 'ended' WHEN void_code IS NOT NULL THEN 'void' WHEN over THEN 'ended'
            WHEN runs THEN 'runs' END AS mail_state,
       CASE state WHEN 'taken_up' THEN taken_up_on WHEN 'open' THEN consented_on WHEN 'void' THEN seen_since
            ELSE least(withdrawn_consent_on, consent_end + 1, withdrawn_on) END AS state_on,
       void_code, consented_on, consent_end, withdrawn_consent_on AS revoked_on, taken_up_on,
       greatest(since(run_day, seen_since), consented_on) AS runs_since
FROM judged
