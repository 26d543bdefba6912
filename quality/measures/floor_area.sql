-- Floor area (m²) for each active tenancy of a let dwelling: the median over dwellings, and over how many.
WITH tenants AS (
  SELECT dwelling_key, count(*) AS n
  FROM cur_tenancies
  WHERE withdrawn_on IS NULL AND starts_on <= $as_of AND (left_on IS NULL OR left_on > $as_of)
    AND (ends_on IS NULL OR ends_on >= $as_of) AND dwelling_key IS NOT NULL
  GROUP BY dwelling_key
), dwellings AS (
  SELECT dwelling_key, max(floor_area) AS floor_area
  FROM cur_rental_housing
  WHERE withdrawn_on IS NULL AND status = '出租中' AND floor_area > 0
  GROUP BY dwelling_key
)
SELECT round(median(floor_area / n), 1) AS median_floor_area, count(*) AS support
FROM tenants JOIN dwellings USING (dwelling_key)
