SELECT r.feed, r.shown_id AS record_id, d.field, d.reason_code, d.opened_on, d.answer_by,
       CASE WHEN d.closed_on IS NULL THEN 'open' ELSE 'closed' END AS state, d.closed_on, d.close_reason
FROM dispute d JOIN record r USING (rid)
ORDER BY d.opened_on, r.feed, record_id, d.field
