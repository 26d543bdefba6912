-- Tenancies that have begun, by what has become of them: running, past their last day, left.
SELECT NULL::VARCHAR AS community_code,
       CASE WHEN left_on <= $as_of THEN 'left' WHEN ends_on < $as_of THEN 'lapsed' ELSE 'active' END AS status,
       count(*) AS n
FROM cur_tenancies
WHERE withdrawn_on IS NULL AND starts_on <= $as_of
GROUP BY ALL
