-- Filings by community and month; tenancies begun and left by month, for the whole county only.
SELECT community_code, 'rental_housing' AS feed, 'filed' AS event,
       strftime(filed_on, '%Y-%m') AS month, count(*) AS n
FROM cur_rental_housing
WHERE withdrawn_on IS NULL AND filed_on BETWEEN $first_day AND $as_of
GROUP BY ALL
UNION ALL
SELECT NULL, 'tenancies', 'started', strftime(starts_on, '%Y-%m'), count(*)
FROM cur_tenancies
WHERE withdrawn_on IS NULL AND starts_on BETWEEN $first_day AND $as_of
GROUP BY ALL
UNION ALL
SELECT NULL, 'tenancies', 'left', strftime(left_on, '%Y-%m'), count(*)
FROM cur_tenancies
WHERE withdrawn_on IS NULL AND left_on BETWEEN $first_day AND $as_of
GROUP BY ALL
