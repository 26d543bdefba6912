-- rv_tenancies: tenancies. `turn` orders a person's active tenancies by (起租日期, record_id).
SELECT c.rid, c.shown_id, coalesce(g.area_code, (SELECT county FROM rv_county)) AS area_code,
       gone(c.withdrawn_on, $as_of) AS withdrawn,
       NOT withdrawn AND tenancy_active(c.starts_on, c.ends_on, c.left_on, $as_of) AS active,
       c.person, d.dwelling_key, coalesce(o.turn, 1) AS turn, c.starts_on, c.ends_on, c.left_on,
       greatest(since(s.active_since, c.seen_since), c.starts_on) AS active_since,
       greatest(since(s.placed_since, c.seen_since), c.starts_on) AS placed_since,
       NOT withdrawn AND tenancy_lapsed(c.ends_on, c.left_on, $as_of) AS lapsed,
       since(s.lapsed_since, c.seen_since) AS lapsed_since
FROM now_tenancies c
LEFT JOIN dwelling_member d ON d.rid = c.rid
LEFT JOIN rv_place g ON g.code = c.community_code
LEFT JOIN rv_turn o ON o.rid = c.rid
LEFT JOIN rv_since s ON s.rid = c.rid
