-- rv_tenancies: tenancies. `turn` orders a person's active tenancies by (起租日期, record_id).
WITH row_of AS MATERIALIZED (
  SELECT c.feed, c.rid, c.record_id, c.shown_id, c.community_code, c.dwelling_key, c.starts_on, c.ends_on, c.left_on,
         p.seen_since, gone(c.withdrawn_on, $as_of) AS withdrawn, coalesce(c.person, c.rid) AS person_key,
         NOT withdrawn AND tenancy_active(c.starts_on, c.ends_on, c.left_on, $as_of) AS active
  FROM cur_tenancies c JOIN rv_seen p USING (rid)
), several AS (
  SELECT person_key FROM row_of WHERE active GROUP BY person_key HAVING count(*) > 1
), turns AS (
  SELECT rid, row_number() OVER (PARTITION BY person_key ORDER BY starts_on, record_id) AS turn
  FROM row_of SEMI JOIN several USING (person_key) WHERE active
)
SELECT r.feed, r.rid, r.shown_id, coalesce(g.area_code, (SELECT county FROM rv_county)) AS area_code, r.withdrawn, r.active,
       r.person_key AS person, r.dwelling_key, coalesce(o.turn, 1) AS turn, r.starts_on, r.ends_on, r.left_on,
       greatest(since(s.active_since, r.seen_since), r.starts_on) AS active_since,
       greatest(since(s.placed_since, r.seen_since), r.starts_on) AS placed_since,
       NOT r.withdrawn AND tenancy_lapsed(r.ends_on, r.left_on, $as_of) AS lapsed,
       since(s.lapsed_since, r.seen_since) AS lapsed_since
FROM row_of r
LEFT JOIN rv_place g ON g.code = r.community_code
LEFT JOIN turns o USING (rid)
LEFT JOIN rv_since s USING (rid)
