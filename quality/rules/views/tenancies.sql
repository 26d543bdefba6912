-- rv_tenancies: tenancies. `turn` orders a person's active tenancies by (起租日期, record_id).
WITH row_of AS (
  SELECT c.*, p.seen_since, gone(c.withdrawn_on, $as_of) AS withdrawn, coalesce(c.person, c.rid) AS person_key,
         NOT withdrawn AND tenancy_active(c.starts_on, c.ends_on, c.left_on, $as_of) AS active,
         number_bad(c.id_state) AS bad_number,
         sex_against_number(c.id_sex, c.sex) AS sex_contradicts,
         before(c.left_on, c.starts_on) OR before(c.ends_on, c.starts_on) AS dates_contradict
  FROM cur_tenancies c JOIN rv_seen p USING (rid)
), several AS (
  SELECT person_key FROM row_of WHERE active GROUP BY person_key HAVING count(*) > 1
), turns AS (
  SELECT rid, row_number() OVER (PARTITION BY person_key ORDER BY starts_on, record_id) AS turn
  FROM row_of SEMI JOIN several USING (person_key) WHERE active
)
SELECT r.feed, r.rid, r.shown_id, area_of(r.community_code) AS area_code, r.withdrawn, r.active,
       r.person_key AS person, r.dwelling_key, coalesce(o.turn, 1) AS turn, r.starts_on, r.ends_on, r.left_on,
       greatest(since(s.active_since, r.seen_since), r.starts_on) AS active_since,
       greatest(since(s.placed_since, r.seen_since), r.starts_on) AS placed_since,
       NOT r.withdrawn AND tenancy_lapsed(r.ends_on, r.left_on, $as_of) AS lapsed,
       since(s.lapsed_since, r.seen_since) AS lapsed_since,
       r.id_state, r.bad_number, since(s.bad_number_since, r.seen_since) AS bad_number_since,
       since(s.number_since, r.seen_since) AS number_since,
       CASE WHEN r.bad_number THEN mark(r.rid, r.id_number) END AS number_mark,
       false AS birth_contradicts, r.sex_contradicts, r.dates_contradict, false AS arrived_before_birth,
       since(s.contradicted_since, r.seen_since) AS contradicted_since,
       CASE WHEN r.sex_contradicts OR r.dates_contradict
            THEN mark(r.rid, concat_ws('/', r.id_number, r.sex, r.starts_on, r.ends_on, r.left_on)) END AS facts_mark
FROM row_of r
LEFT JOIN turns o USING (rid)
LEFT JOIN rv_since s USING (rid)
