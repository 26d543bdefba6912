-- Every day inside the details, and the days of the exception itself.
CREATE OR REPLACE TEMP TABLE pub_day AS
SELECT n, is_open, name, value::DATE AS day FROM pub_leaf
WHERE kind = 'text' AND length(value) = 10 AND value[5] = '-' AND try_cast(value AS DATE) IS NOT NULL
UNION ALL
SELECT n, is_open, name, day FROM pub_case UNPIVOT (day FOR name IN (opened_on, due_on, answer_by, last_seen_on, closed_on))
