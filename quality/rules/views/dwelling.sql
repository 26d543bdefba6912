-- rv_dwelling: dwellings by key. village = a village committee's area (codes 200 to 399 in the last three digits).
SELECT d.dwelling_key, coalesce(g.area_code, (SELECT county FROM rv_county)) AS area_code,
       coalesce(try_cast(right(d.area_code, 3) AS INTEGER) BETWEEN 200 AND 399, false) AS village
FROM dwelling d
LEFT JOIN rv_place g ON g.code = d.area_code
