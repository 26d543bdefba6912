-- rv_rental_housing: rental rows; the person is the landlord. A withdrawn row is not active from that day.
SELECT c.rid, c.shown_id, coalesce(g.area_code, (SELECT county FROM rv_county)) AS area_code, gone(c.withdrawn_on, $as_of) AS withdrawn,
       NOT gone(c.withdrawn_on, $as_of) AND coalesce(c.status = '出租中', false) AS active,
       d.dwelling_key, c.status, c.filed_on,
       since(s.active_since, c.seen_since) AS active_since,
       CASE WHEN gone(c.withdrawn_on, $as_of) AND coalesce(c.status = '出租中', false) THEN c.withdrawn_on
            ELSE since(s.inactive_since, c.seen_since) END AS inactive_since,
       since(s.placed_since, c.seen_since) AS placed_since, since(s.unfiled_since, c.seen_since) AS unfiled_since,
       c.person
FROM now_rental_housing c
LEFT JOIN dwelling_member d ON d.rid = c.rid
LEFT JOIN rv_place g ON g.code = c.community_code
LEFT JOIN rv_since s ON s.rid = c.rid
