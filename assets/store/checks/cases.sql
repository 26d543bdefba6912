-- The published exceptions, as they stand and as they stood, by number, which is shorter to join by than their ids.
CREATE OR REPLACE TEMP TABLE pub_case AS
SELECT (row_number() OVER ())::INTEGER AS n, *,
  CASE WHEN details <> '{}' THEN json_structure(details)::VARCHAR END AS shape FROM (
  SELECT feed, record_id, dwelling_key, status = 'open' AS is_open, details, opened_on, due_on, answer_by, last_seen_on, closed_on
  FROM pub_exception
  UNION ALL
  SELECT e.feed, e.record_id, e.dwelling_key, false, h.details, h.opened_on, h.due_on, h.answer_by, h.last_seen_on, h.closed_on
  FROM pub_exception_history h JOIN pub_exception e USING (exception_id)
)
