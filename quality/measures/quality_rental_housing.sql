-- The four qualities of active rental_housing rows, by community (methods in quality.measures.tables).
WITH said AS (  -- judged before it is joined, so that only flags and days are carried along
  SELECT rid, content, community_code,
         name IS NOT NULL AND id_state IN ('valid', 'other') AND phone IS NOT NULL AND locatable AND community_code IS NOT NULL
           AND floor_area IS NOT NULL AS core,
         updated_at
  FROM typed_rental_housing
  WHERE status = '出租中'
), withdrawn AS (
  SELECT rid FROM record WHERE withdrawn_on IS NOT NULL
), active AS (
  SELECT t.rid, t.content, t.community_code, t.core, coalesce(t.updated_at, s.file_day) > $as_of::DATE - 365 AS fresh
  FROM said t JOIN sighting s ON s.rid = t.rid AND s.content = t.content AND s.is_current
  ANTI JOIN withdrawn w ON w.rid = t.rid
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
