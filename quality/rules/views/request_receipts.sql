-- rv_request_receipts: receipts, with the residence row each names and what housing's mail said of its number.
-- The area is that of the row it names, else the county. `clock_restarted`: an answer (待补) was taken back.
WITH said AS (
  SELECT s.request_id, s.kind, s.state FROM request_state s LEFT JOIN mail_in m USING (mail_name)
  QUALIFY row_number() OVER (PARTITION BY s.request_id
    ORDER BY m.mail_day DESC NULLS LAST, m.sequence DESC NULLS LAST, s.rowid DESC) = 1
)
SELECT c.rid, c.shown_id, coalesce(f.area_code, (SELECT county FROM rv_county)) AS area_code,
       gone(c.withdrawn_on, $as_of) AS withdrawn, NOT gone(c.withdrawn_on, $as_of) AND c.outcome IS NULL AS active,
       c.received_on, c.outcome, c.finished_on, q.kind AS request_kind, q.state AS request_state,
       c.residence_record_id IS NOT NULL AS names_row, f.rid AS row_rid, f.active AS row_active,
       f.status AS row_status, f.closed_on AS row_closed_on, n.withdrawn_on AS row_withdrawn_on,
       f.active_since AS row_since,
       since(s.blank_since, c.seen_since) AS blank_since, coalesce(s.blank_restarted, false) AS clock_restarted,
       since(s.done_since, c.seen_since) AS done_since
FROM now_request_receipts c
LEFT JOIN rv_since s ON s.rid = c.rid
LEFT JOIN record n ON n.feed = 'floating_population' AND n.record_id = c.residence_record_id
LEFT JOIN rv_floating_population f ON f.rid = n.rid
LEFT JOIN said q ON q.request_id = c.record_id
