-- Days of open exceptions that are named like a date of the ledger but are no date of the rows they rest on.
SELECT l.name, count(*) AS n
FROM pub_leaf l
WHERE l.kind = 'VARCHAR' AND l.status = 'open' AND try_cast(l.value AS DATE) IS NOT NULL
  AND (l.name IN ('on', 'later_on') OR l.name IN (SELECT DISTINCT name FROM own_date))
  AND NOT EXISTS (FROM pub_mention m JOIN own_date o ON o.rid = m.rid
                  WHERE m.exception_id = l.exception_id AND o.day = try_cast(l.value AS DATE))
GROUP BY l.name
