-- The four qualities of active rental_housing rows, by community (methods in quality.measures.tables).
WITH active AS (
  SELECT c.rid, c.content, c.community_code AS community_code,
         c.name IS NOT NULL AND c.id_state IN ('valid', 'other') AND c.phone IS NOT NULL AND c.locatable AND c.community_code IS NOT NULL
           AND c.floor_area IS NOT NULL AS core,
         coalesce(c.updated_at, c.file_day) > $as_of::DATE - 365 AS fresh
  FROM cur_rental_housing c
  WHERE c.withdrawn_on IS NULL AND c.status = '出租中'
), flagged AS (
  SELECT a.*, coalesce(f.dq, false) AS dq,
         coalesce(f.twice, false) OR i.rid IS NOT NULL AS unsound
  FROM active a
  LEFT JOIN measure_flag f ON f.rid = a.rid
  LEFT JOIN (SELECT DISTINCT rid, content FROM issue) i ON i.rid = a.rid AND i.content = a.content
)
SELECT community_code, count(*) AS n, count(*) FILTER (core) AS n_core, count(*) FILTER (NOT dq) AS n_accurate,
       count(*) FILTER (NOT unsound) AS n_sound, count(*) FILTER (fresh) AS n_fresh
FROM flagged
GROUP BY ALL
