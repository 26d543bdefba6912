-- Residence rows by community, feed, status, sex and age band; rows withdrawn or not yet begun are left out.
-- Sex and birth come from a valid number where there is one, else from their own columns.
WITH rows_held AS (
  SELECT community_code, 'floating_population' AS feed,
         CASE WHEN status = '在住' AND (closed_on IS NULL OR closed_on > $as_of) THEN '在住' ELSE '已注销' END AS status,
         coalesce(id_sex, sex) AS sex, coalesce(id_birth, birth_date) AS birth
  FROM cur_floating_population
  WHERE withdrawn_on IS NULL AND registered_on <= $as_of
  UNION ALL
  SELECT community_code, 'resident_population', status, coalesce(id_sex, sex), coalesce(id_birth, birth_date)
  FROM cur_resident_population
  WHERE withdrawn_on IS NULL
), aged AS (
  SELECT community_code, feed, status, coalesce(sex, 'unknown') AS sex,
         CASE WHEN birth <= $as_of THEN date_sub('year', birth, $as_of::DATE) END AS age
  FROM rows_held
)
SELECT community_code, feed, status, sex,
       CASE WHEN age IS NULL THEN 'unknown' WHEN age < 16 THEN '0-15' WHEN age < 25 THEN '16-24'
            WHEN age < 35 THEN '25-34' WHEN age < 45 THEN '35-44' WHEN age < 55 THEN '45-54'
            WHEN age < 65 THEN '55-64' ELSE '65+' END AS age_band,
       count(*) AS n
FROM aged
GROUP BY ALL
