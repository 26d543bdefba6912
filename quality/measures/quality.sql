-- The four qualities of one ledger's active rows, by community (methods in quality.measures.tables). What is said is
-- judged version by version before anything is joined to it, so that only flags and days are carried along.
WITH said AS (
/* said */
), withdrawn AS (
  SELECT rid FROM record WHERE withdrawn_on IS NOT NULL
), active AS (
  SELECT t.rid, t.content, t.community_code, t.core, coalesce(t.updated_at, s.file_day) > $as_of::DATE - 365 AS fresh, t.permit_until
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
       count(*) FILTER (NOT unsound) AS n_sound, count(*) FILTER (fresh) AS n_fresh,
       count(permit_until) AS n_permit, count(*) FILTER (permit_until >= $as_of) AS n_in_date
FROM flagged
GROUP BY ALL
