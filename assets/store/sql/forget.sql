-- Whatever names the records in `gone`, apart from the tables that have their surrogates.
-- Cases, letters and answers about them go too, with the answers' own records
CREATE OR REPLACE TEMP TABLE gone_case AS
SELECT exception_id AS id FROM exception_case WHERE rid IN (FROM gone)
UNION SELECT letter_id FROM letter WHERE rid IN (FROM gone);

INSERT INTO gone
SELECT rid FROM record WHERE feed = 'verifications' AND record_id IN (FROM gone_case);

CREATE OR REPLACE TEMP TABLE gone_word AS
SELECT record_id AS word FROM record WHERE rid IN (FROM gone)
UNION SELECT shown_id FROM record WHERE rid IN (FROM gone)
UNION SELECT id FROM gone_case;

DELETE FROM answer WHERE verified_id IN (FROM gone_case);

DELETE FROM exception_event WHERE exception_id IN (FROM gone_case);

DELETE FROM rejected WHERE (feed, record_id) IN (SELECT (feed, record_id) FROM record WHERE rid IN (FROM gone))
  OR (feed = 'verifications' AND record_id IN (FROM gone_case));

-- Details of cases about others that rest on them: emptied, and found anew by this run if they still hold
CREATE OR REPLACE TEMP TABLE naming AS
SELECT DISTINCT exception_id FROM (
  SELECT exception_id, unnest(regexp_extract_all(details, '"((?:[^"\\]|\\.)+)"', 1)) AS text FROM exception_case
  WHERE details IS NOT NULL AND (rid IS NULL OR rid NOT IN (FROM gone)))
WHERE text IN (FROM gone_word);

UPDATE exception_case SET details = '{}' WHERE exception_id IN (FROM naming);

DELETE FROM request_taken_up WHERE request_id IN (
  SELECT record_id FROM record WHERE feed = 'requests' AND rid IN (FROM gone))
