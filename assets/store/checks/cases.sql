-- The published exceptions by number, which is shorter to join by than their ids.
CREATE OR REPLACE TEMP TABLE pub_case AS
SELECT (row_number() OVER ())::INTEGER AS n, feed, record_id, dwelling_key, status = 'open' AS is_open, details,
       opened_on, due_on, answer_by, last_seen_on, closed_on
FROM pub_exception
