-- rv_dwelling: dwellings by key. village = a village committee's area (codes 200 to 399 in the last three digits).
SELECT dwelling_key, area_of(area_code) AS area_code,
       coalesce(try_cast(right(area_code, 3) AS INTEGER) BETWEEN 200 AND 399, false) AS village
FROM dwelling
