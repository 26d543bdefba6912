-- rv_released_persons: hand-over notices by number; acknowledged = an enrolment of today's ledger names it.
WITH named AS (
  SELECT notice_no, bool_or(NOT gone(withdrawn_on, $as_of)) AS standing, max(withdrawn_on) AS lost_on
  FROM now_assistance_enrolment WHERE notice_no IS NOT NULL GROUP BY notice_no
)
SELECT c.rid, c.shown_id, coalesce(g.area_code, (SELECT county FROM rv_county)) AS area_code, gone(c.withdrawn_on, $as_of) AS withdrawn,
       NOT gone(c.withdrawn_on, $as_of) AS active, c.released_on, coalesce(e.standing, false) AS acknowledged,
       greatest(c.seen_since, e.lost_on) AS unacknowledged_since
FROM now_released_persons c
LEFT JOIN rv_place g ON g.code = c.community_code
LEFT JOIN named e ON e.notice_no = c.record_id
