-- rv_resident_population: household rows; active means 正常.
SELECT c.rid, c.shown_id, coalesce(g.area_code, (SELECT county FROM rv_county)) AS area_code,
       gone(c.withdrawn_on, $as_of) AS withdrawn,
       NOT gone(c.withdrawn_on, $as_of) AND coalesce(c.status = '正常', false) AS active,
       c.person, c.several, c.status, since(s.status_since, c.seen_since) AS status_since
FROM now_resident_population c
LEFT JOIN rv_place g ON g.code = c.community_code
LEFT JOIN rv_since s ON s.rid = c.rid
