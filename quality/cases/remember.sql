-- Cases of a home that is older than the history stand since their last event.
UPDATE exception_case SET stands_since = e.day
FROM (SELECT v.exception_id, max(r.as_of) AS day FROM exception_event v JOIN run r USING (run_id) GROUP BY v.exception_id) e
WHERE exception_case.stands_since IS NULL AND e.exception_id = exception_case.exception_id
