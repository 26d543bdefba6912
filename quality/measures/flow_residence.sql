-- Registrations and closings by community and month.
SELECT community_code, 'floating_population' AS feed, 'registered' AS event,
       strftime(registered_on, '%Y-%m') AS month, count(*) AS n
FROM cur_floating_population
WHERE withdrawn_on IS NULL AND registered_on BETWEEN $first_day AND $as_of
GROUP BY ALL
UNION ALL
SELECT community_code, 'floating_population', 'closed', strftime(closed_on, '%Y-%m'), count(*)
FROM cur_floating_population
WHERE withdrawn_on IS NULL AND closed_on BETWEEN $first_day AND $as_of
GROUP BY ALL
