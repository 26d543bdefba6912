-- Days in the details that are the birth date of a person the exception is about, and no other date of those rows.
-- A person of sixteen or more: one is a fault. Younger ones may share a day with their papers by chance: then
-- it is a fault if more than a fifth of all days of that name are birth dates.
WITH day_leaf AS (
  SELECT exception_id, name, try_cast(value AS DATE) AS day FROM pub_leaf WHERE kind = 'VARCHAR' AND try_cast(value AS DATE) IS NOT NULL
), suspect AS (
  SELECT DISTINCT l.exception_id, l.name, l.day
  FROM day_leaf l JOIN pub_mention m USING (exception_id) JOIN own_birth b ON b.rid = m.rid AND b.day = l.day
  WHERE NOT EXISTS (FROM pub_mention n JOIN own_date o ON o.rid = n.rid WHERE n.exception_id = l.exception_id AND o.day = l.day)
), counted AS (
  SELECT name, count(*) AS n, count(*) FILTER (WHERE day <= (SELECT max(as_of) FROM run) - INTERVAL 16 YEAR) AS adult
  FROM suspect GROUP BY name
)
SELECT c.name, CASE WHEN c.adult > 0 THEN c.adult ELSE c.n END AS n
FROM counted c
WHERE c.adult > 0 OR (c.n >= 3 AND c.n > 0.2 * (SELECT count(*) FROM day_leaf l WHERE l.name = c.name))
