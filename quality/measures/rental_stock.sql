-- Rental rows by community and status.
SELECT community_code, status, count(*) AS n
FROM cur_rental_housing
WHERE withdrawn_on IS NULL
GROUP BY ALL
