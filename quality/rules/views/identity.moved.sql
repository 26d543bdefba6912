-- Records that came into a conflict of numbers, or left one, and those whose person is another than is kept.
WITH in_conflict AS MATERIALIZED (SELECT DISTINCT unnest([rid, other_rid]) AS rid FROM number_conflict)
SELECT rid FROM in_conflict ANTI JOIN facts_identity USING (rid)
UNION ALL
SELECT k.rid FROM facts_identity k LEFT JOIN rv_joined m ON m.rid = k.rid
WHERE k.person IS DISTINCT FROM coalesce(m.person, k.rid)
  OR NOT (bad_number OR birth_contradicts OR sex_contradicts OR dates_contradict OR arrived_before_birth)
    AND k.rid NOT IN (SELECT rid FROM in_conflict)
