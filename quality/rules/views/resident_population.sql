-- rv_resident_population: household rows; active means 正常.
WITH row_of AS MATERIALIZED (
  SELECT c.*, p.seen_since, gone(c.withdrawn_on, $as_of) AS withdrawn,
         number_bad(c.id_state) AS bad_number,
         birth_against_number(c.id_birth, c.birth_date, c.birth_precision) AS birth_contradicts,
         sex_against_number(c.id_sex, c.sex) AS sex_contradicts
  FROM cur_resident_population c JOIN rv_seen p USING (rid)
)
SELECT r.feed, r.rid, r.shown_id, coalesce(g.area_code, (SELECT county FROM rv_county)) AS area_code, r.withdrawn,
       NOT r.withdrawn AND coalesce(r.status = '正常', false) AS active,
       coalesce(r.person, r.rid) AS person, r.status, since(s.status_since, r.seen_since) AS status_since,
       r.id_state, r.bad_number, since(s.bad_number_since, r.seen_since) AS bad_number_since,
       since(s.number_since, r.seen_since) AS number_since,
       CASE WHEN r.bad_number THEN mark(r.rid, r.id_number) END AS number_mark,
       r.birth_contradicts, r.sex_contradicts, false AS dates_contradict, false AS arrived_before_birth,
       since(s.contradicted_since, r.seen_since) AS contradicted_since,
       CASE WHEN r.birth_contradicts OR r.sex_contradicts
            THEN mark(r.rid, concat_ws('/', r.id_number, r.birth_date, r.sex)) END AS facts_mark
FROM row_of r
LEFT JOIN rv_place g ON g.code = r.community_code
LEFT JOIN rv_since s USING (rid)
