-- Days of open exceptions that are named like a date of the ledger but are no date of the rows they rest on.
SELECT name, count(*) AS n
FROM (SELECT DISTINCT n, name, day FROM pub_day WHERE is_open AND list_contains($date_names, name)) ANTI JOIN own_date USING (n, day)
GROUP BY name
