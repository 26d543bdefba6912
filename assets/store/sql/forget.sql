-- Whatever names the records in `gone` or the cases and letters in `gone_case`, apart from the tables that have their
-- surrogates or case ids. Answers to those cases go, with the answers' own records
INSERT INTO gone
SELECT rid FROM record WHERE feed = 'verifications' AND record_id IN (FROM gone_case);

CREATE OR REPLACE TEMP TABLE gone_word AS
SELECT record_id AS word FROM record WHERE rid IN (FROM gone)
UNION SELECT shown_id FROM record WHERE rid IN (FROM gone)
UNION SELECT id FROM gone_case;

DELETE FROM answer WHERE verified_id IN (FROM gone_case);

DELETE FROM rejected WHERE (feed, record_id) IN (SELECT (feed, record_id) FROM record WHERE rid IN (FROM gone))
  OR (feed = 'verifications' AND record_id IN (FROM gone_case));

UPDATE exception_event SET ended_by = NULL WHERE ended_by IN (FROM gone);

DELETE FROM request_taken_up WHERE request_id IN (
  SELECT record_id FROM record WHERE feed = 'requests' AND rid IN (FROM gone))
