SELECT e.exception_id, e.happened_at, e.event, e.actor_kind, e.reason_code, r.feed, r.shown_id AS record_id, e.run_id
FROM exception_event e LEFT JOIN record r ON r.rid = e.ended_by
ORDER BY e.happened_at, e.exception_id
