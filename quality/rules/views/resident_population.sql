-- rv_resident_population: household rows; active means 正常.
WITH own AS (
  SELECT n.rid, p.content, n.shown_id, p.seen_since, gone(n.withdrawn_on, $as_of) AS withdrawn, coalesce(m.person, n.rid) AS person
  FROM record n JOIN rv_seen p USING (rid) LEFT JOIN person_member m USING (rid)
  WHERE n.feed = 'resident_population'
)
SELECT 'resident_population' AS feed, r.rid, n.shown_id, coalesce(g.area_code, (SELECT county FROM rv_county)) AS area_code,
       n.withdrawn, NOT n.withdrawn AND coalesce(r.status = '正常', false) AS active,
       n.person, r.status, since(s.status_since, n.seen_since) AS status_since
FROM typed_resident_population r
JOIN own n ON n.rid = r.rid AND n.content = r.content
LEFT JOIN rv_place g ON g.code = r.community_code
LEFT JOIN rv_since s ON s.rid = r.rid
