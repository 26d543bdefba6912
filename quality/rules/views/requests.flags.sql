-- What each version of a request says: does the consent in it last on the as-of day?
SELECT t.rid, t.content,
       consent_lasts(t.consented_on, consent_end(t.consented_on, t.consent_until, $consent_default_days),
                     t.withdrawn_consent_on, $as_of) AS runs
FROM typed_requests t
WHERE t.rid IN (SELECT rid FROM rv_current)
