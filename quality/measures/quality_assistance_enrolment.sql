-- The four qualities of active assistance_enrolment rows, by community (methods in quality.measures.tables).
WITH active AS (
  SELECT c.rid, c.content, c.community_code AS community_code,
         c.notice_no IS NOT NULL AND c.community_code IS NOT NULL AND c.contact_interval IS NOT NULL AS core,
         coalesce(c.updated_at, c.file_day) > $as_of::DATE - 365 AS fresh
  FROM cur_assistance_enrolment c
  WHERE c.withdrawn_on IS NULL AND c.status = '在册' AND c.consented_on <= $as_of AND (c.consent_until IS NULL OR c.consent_until >= $as_of)
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
