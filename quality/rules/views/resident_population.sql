-- rv_resident_population: household rows; active means 正常. A version is judged before anything is joined to it.
WITH own AS (
  SELECT n.rid, p.content, n.shown_id, p.seen_since, gone(n.withdrawn_on, $as_of) AS withdrawn, coalesce(m.person, n.rid) AS person
  FROM record n JOIN rv_seen p USING (rid) LEFT JOIN person_member m USING (rid)
  WHERE n.feed = 'resident_population'
), said AS (
  SELECT t.rid, t.content, t.community_code, t.status, t.id_state,
         number_bad(t.id_state) AS bad_number,
         birth_against_number(t.id_birth, t.birth_date, t.birth_precision) AS birth_contradicts,
         sex_against_number(t.id_sex, t.sex) AS sex_contradicts,
         CASE WHEN bad_number THEN mark(t.rid, t.id_number) END AS number_mark,
         CASE WHEN birth_contradicts OR sex_contradicts
              THEN mark(t.rid, concat_ws('/', t.id_number, t.birth_date, t.sex)) END AS facts_mark
  FROM typed_resident_population t
)
SELECT 'resident_population' AS feed, r.rid, n.shown_id, coalesce(g.area_code, (SELECT county FROM rv_county)) AS area_code,
       n.withdrawn,
       NOT n.withdrawn AND coalesce(r.status = '正常', false) AS active,
       n.person, r.status, since(s.status_since, n.seen_since) AS status_since,
       r.id_state, r.bad_number, since(s.bad_number_since, n.seen_since) AS bad_number_since,
       since(s.number_since, n.seen_since) AS number_since, r.number_mark,
       r.birth_contradicts, r.sex_contradicts, false AS dates_contradict, false AS arrived_before_birth,
       since(s.contradicted_since, n.seen_since) AS contradicted_since, r.facts_mark
FROM said r
JOIN own n ON n.rid = r.rid AND n.content = r.content
LEFT JOIN rv_place g ON g.code = r.community_code
LEFT JOIN rv_since s ON s.rid = r.rid
