-- Every leaf and every name inside the details of the published exceptions: what it is called, its kind, its text.
CREATE OR REPLACE TEMP TABLE pub_leaf AS
SELECT e.exception_id, e.feed, e.record_id, e.dwelling_key, e.status,
       CASE WHEN regexp_full_match(j.key, '[0-9]+') THEN regexp_extract(j.path, '([^.\[\]]+)(\[[0-9]+\])*$', 1) ELSE j.key END AS name,
       j.type AS kind,
       j.atom ->> '$' AS value
FROM pub_exception e, json_tree(e.details) j
WHERE j.key IS NOT NULL
