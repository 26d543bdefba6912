-- Active assistance_enrolment versions as `quality.sql` counts them: is every core item there, when was it brought up to date, till when a permit runs.
SELECT rid, content, community_code,
       notice_no IS NOT NULL AND community_code IS NOT NULL AND contact_interval IS NOT NULL AS core,
       updated_at, NULL::DATE AS permit_until
FROM typed_assistance_enrolment
WHERE status = '在册' AND consented_on <= $as_of AND (consent_until IS NULL OR consent_until >= $as_of)
