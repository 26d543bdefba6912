-- What each version of an enrolment says.
SELECT t.rid, t.content,
       consent_running(t.status, t.consented_on, t.consent_until, $as_of) AS active,
       coalesce(t.status = '在册' AND t.consent_until < $as_of, false) AS unclosed,
       active AND coalesce(promise_broken_on(t.last_contact_on, t.received_on, t.contact_interval) <= $as_of, false)
         AS overdue,
       number_bad(t.id_state) AS bad_number,
       t.id_number IS NOT DISTINCT FROM c.id_number AS number,
       birth_against_number(t.id_birth, t.birth_date, t.birth_precision)
         OR before(t.ended_on, t.received_on) AS contradicted
FROM typed_assistance_enrolment t
JOIN rv_current k ON k.rid = t.rid
JOIN typed_assistance_enrolment c ON c.rid = k.rid AND c.content = k.content
