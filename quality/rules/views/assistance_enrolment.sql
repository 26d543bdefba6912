-- rv_assistance_enrolment: enrolments; active = consent running. `turn` orders a person's active rows by
-- (接收日期, record_id). overdue_since and unclosed_since are null where the promise or the term still holds.
WITH row_of AS MATERIALIZED (
  SELECT c.*, gone(c.withdrawn_on, $as_of) AS withdrawn,
         NOT withdrawn AND consent_running(c.status, c.consented_on, c.consent_until, $as_of) AS active,
         promise_broken_on(c.last_contact_on, c.received_on, c.contact_interval) AS broken_on
  FROM now_assistance_enrolment c
), turns AS (
  SELECT rid, row_number() OVER (PARTITION BY person ORDER BY received_on, record_id) AS turn
  FROM row_of WHERE active
)
SELECT r.rid, r.shown_id, coalesce(g.area_code, (SELECT county FROM rv_county)) AS area_code, r.withdrawn, r.active,
       r.person, coalesce(o.turn, 1) AS turn, r.status, r.received_on, r.consented_on, r.consent_until,
       r.contact_interval, r.last_contact_on, r.ended_on,
       greatest(since(s.active_since, r.seen_since), r.consented_on) AS active_since,
       CASE WHEN NOT r.withdrawn AND r.status = '在册' AND r.consent_until < $as_of
            THEN greatest(since(s.unclosed_since, r.seen_since), r.consent_until + 1) END AS unclosed_since,
       CASE WHEN r.active AND r.broken_on <= $as_of
            THEN greatest(since(s.overdue_since, r.seen_since), r.broken_on, r.consented_on) END AS overdue_since
FROM row_of r
LEFT JOIN rv_place g ON g.code = r.community_code
LEFT JOIN turns o USING (rid)
LEFT JOIN rv_since s USING (rid)
