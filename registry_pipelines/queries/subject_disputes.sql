SELECT r.feed, r.shown_id AS record_id, d.field, d.reason_code, d.opened_on, d.answer_by, d.closed_on, d.close_reason
FROM dispute d JOIN record r USING (rid)
WHERE list_contains($rids, d.rid)
ORDER BY ALL
