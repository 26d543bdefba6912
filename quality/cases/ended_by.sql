-- Which record ended a case that is gone: the one among those it rested on that this run's files changed or lack.
CREATE OR REPLACE TEMP TABLE case_base AS
WITH gone AS (
  SELECT m.exception_id, m.rid, m.rule_code, m.dwelling_key, c.details
  FROM case_move m JOIN exception_case c USING (exception_id) WHERE m.becomes = 'gone'
), place AS (  -- dwellings that cases are about, each with what may lie in it or around it
  SELECT DISTINCT dwelling_key FROM gone WHERE dwelling_key IS NOT NULL
), named AS (
  SELECT exception_id, unnest(json_extract_string(details, '$.rows[*].feed')) AS own_feed,
         unnest(json_extract_string(details, '$.rows[*].record_id')) AS own_id
  FROM gone WHERE details LIKE '%"rows"%'
)
SELECT exception_id, rid, 1 AS turn FROM gone WHERE rid IS NOT NULL
UNION ALL
SELECT n.exception_id, r.rid, 2 FROM named n JOIN record r ON r.feed = n.own_feed AND r.shown_id = n.own_id
UNION ALL
SELECT g.exception_id, m.rid, 3 FROM gone g
JOIN (SELECT dwelling_key AS place, dwelling_key FROM dwelling SEMI JOIN place USING (dwelling_key)
      UNION SELECT dwelling_key, whole_key FROM dwelling_part SEMI JOIN place USING (dwelling_key)
      UNION SELECT w.whole_key, w.dwelling_key FROM dwelling_part w SEMI JOIN place p ON p.dwelling_key = w.whole_key) p
  ON p.place = g.dwelling_key
JOIN dwelling_member m ON m.dwelling_key = p.dwelling_key
UNION ALL
SELECT g.exception_id, h.rid, 3 FROM gone g JOIN rv_joined m USING (rid) JOIN rv_joined h ON h.person = m.person
WHERE g.rule_code IN ('FP-07', 'FP-08', 'FP-10', 'RH-04', 'RP-08')
/* more */;

CREATE OR REPLACE TEMP TABLE case_ended_by AS
WITH seen AS (
  SELECT s.rid, s.content, s.is_current, d.run_id, (s.version_on, s.file_day, d.mode = 'delta', d.file_name, s.row_number) AS place
  FROM sighting s JOIN delivery d USING (delivery_id)
  WHERE s.rid IN (SELECT rid FROM case_base) AND s.content <> 0
), version AS (
  SELECT rid, max(run_id) FILTER (WHERE is_current) AS of_run, max(content) FILTER (WHERE is_current) AS content,
         arg_max(content, place) FILTER (WHERE run_id < $run_id) AS before
  FROM seen GROUP BY rid
), changed AS (
  SELECT rid FROM version WHERE of_run = $run_id AND content IS DISTINCT FROM before
  UNION
  SELECT r.rid FROM record r JOIN delivery d ON d.feed = r.feed AND d.file_day = r.withdrawn_on
  WHERE d.run_id = $run_id AND d.mode = 'full' AND d.outcome = 'loaded' AND r.rid IN (SELECT rid FROM case_base)
)
SELECT b.exception_id, arg_min(b.rid, (b.turn, r.feed <> 'rental_housing', b.rid)) AS ended_by
FROM case_base b SEMI JOIN changed USING (rid) JOIN record r USING (rid)
GROUP BY b.exception_id;

-- Where no record did and a pair of the same people was decided in this run, the decision ended it.
CREATE OR REPLACE TEMP TABLE case_decided AS
SELECT DISTINCT b.exception_id
FROM case_base b JOIN person_member m USING (rid)
WHERE b.turn < 3 AND m.person IN (SELECT p.person FROM judgement j JOIN person_member p ON p.rid IN (j.rid_a, j.rid_b) WHERE j.run_id = $run_id)
  AND b.exception_id NOT IN (SELECT exception_id FROM case_ended_by)
