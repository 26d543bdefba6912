-- Every node inside the details of the published exceptions: of which exception, what it is called, its kind and text.
CREATE OR REPLACE TEMP TABLE pub_case AS
SELECT (row_number() OVER ())::INTEGER AS n, feed, record_id, dwelling_key, status = 'open' AS is_open, details,
       opened_on, due_on, answer_by, last_seen_on, closed_on
FROM pub_exception;

CREATE OR REPLACE TEMP TABLE pub_leaf AS
SELECT e.n, e.is_open,
       CASE WHEN j.key[1] BETWEEN '0' AND '9' THEN regexp_extract(j.path, '([^.\[\]]+)(\[[0-9]+\])*$', 1) ELSE j.key END AS name,
       j.type AS kind,
       CASE WHEN j.type = 'VARCHAR' THEN j.atom ->> '$' ELSE j.atom::VARCHAR END AS value
FROM pub_case e, json_tree(e.details) j
WHERE j.key IS NOT NULL AND NOT (j.key[1] BETWEEN '0' AND '9' AND j.type IN ('OBJECT', 'ARRAY'));

CREATE OR REPLACE TEMP TABLE pub_day AS
SELECT n, is_open, name, value::DATE AS day FROM pub_leaf
WHERE kind = 'VARCHAR' AND length(value) = 10 AND value[5] = '-' AND try_cast(value AS DATE) IS NOT NULL
UNION ALL
SELECT n, is_open, name, day FROM pub_case UNPIVOT (day FOR name IN (opened_on, due_on, answer_by, last_seen_on, closed_on))
