-- What happened to one exception, until a day if one is given.
SELECT e.happened_at, r.as_of, e.event, e.actor_kind, e.reason_code, e.feed, e.record_id
FROM exception_event e LEFT JOIN run r USING (run_id)
WHERE e.exception_id = $exception AND ($as_of IS NULL OR r.as_of <= $as_of::DATE)
ORDER BY e.happened_at, e.run_id
