-- Days in the details that are the birth date of a person the exception is about, and no other date of those rows.
-- A person of sixteen or more: one is a fault. Younger ones may share a day with their papers by chance: then
-- it is a fault if more than a fifth of all days of that name are birth dates.
WITH counted AS (
  SELECT name, count(*) AS n, count(*) FILTER (WHERE day <= (SELECT max(as_of) FROM run) - INTERVAL 16 YEAR) AS adult
  FROM (SELECT DISTINCT n, name, day FROM pub_day) SEMI JOIN own_birth USING (n, day) ANTI JOIN own_date USING (n, day)
  GROUP BY name
)
SELECT c.name, CASE WHEN c.adult > 0 THEN c.adult ELSE c.n END AS n
FROM counted c
WHERE c.adult > 0 OR (c.n >= 3 AND c.n > 0.2 * (SELECT count(*) FROM pub_day l WHERE l.name = c.name))
