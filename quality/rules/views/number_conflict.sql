-- rv_number_conflict: both directions of each conflict of numbers; decided = a clerk's merge caused it.
SELECT rid, other_rid, coalesce(bool_or(reason_code IN ('one_person_two_numbers', 'clerk_merge')), false) AS decided, min(since) AS since
FROM (
  SELECT rid, other_rid, reason_code, since FROM number_conflict
  UNION ALL
  SELECT other_rid, rid, reason_code, since FROM number_conflict
)
WHERE rid <> other_rid
GROUP BY rid, other_rid
