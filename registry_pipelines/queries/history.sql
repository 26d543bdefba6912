-- Between which days the case log can answer: the first run's day, the last one's.
SELECT min(as_of) AS first_run, max(as_of) AS last_run FROM run
