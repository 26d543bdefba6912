-- rv_place: where each community code that a record names lies. The code itself if the office's area table has
-- it, else its township, else the county; without any area table the code stands for itself.
-- A record that names no community lies in the county: rv_county has one row, null while areas are missing.
CREATE OR REPLACE TEMP TABLE rv_county AS
SELECT coalesce(min(area_code) FILTER (WHERE level = '县'), min(area_code) FILTER (WHERE parent_code IS NULL)) AS county
FROM area;

CREATE OR REPLACE TEMP TABLE rv_place AS
WITH known AS (SELECT DISTINCT area_code FROM area), named AS (/* codes */)
SELECT n.code, coalesce(a.area_code, t.area_code, c.county, n.code) AS area_code
FROM named n CROSS JOIN rv_county c
LEFT JOIN known a ON a.area_code = n.code
LEFT JOIN known t ON t.area_code = left(n.code, 9) || '000'
