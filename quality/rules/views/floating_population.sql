-- rv_floating_population: residence rows. `turn` orders a person's active rows by (登记日期, record_id).
WITH row_of AS MATERIALIZED (
  SELECT c.feed, c.rid, c.record_id, c.shown_id, c.community_code, c.dwelling_key, c.status, c.registered_on,
         c.closed_on, c.permit_until, c.id_state, p.seen_since, gone(c.withdrawn_on, $as_of) AS withdrawn, coalesce(c.person, c.rid) AS person_key,
         NOT withdrawn AND residence_active(c.status, c.registered_on, c.closed_on, $as_of) AS active,
         active AND NOT coalesce(c.locatable, false) AS unlocatable,
         number_bad(c.id_state) AS bad_number,
         birth_against_number(c.id_birth, c.birth_date, c.birth_precision) AS birth_contradicts,
         sex_against_number(c.id_sex, c.sex) AS sex_contradicts,
         before(c.closed_on, c.registered_on) AS dates_contradict,
         before(c.arrived_on, coalesce(c.id_birth, c.birth_date)) AS arrived_before_birth,
         CASE WHEN unlocatable THEN mark(c.rid, c.address) END AS place_mark,
         CASE WHEN bad_number THEN mark(c.rid, c.id_number) END AS number_mark,
         CASE WHEN birth_contradicts OR sex_contradicts OR dates_contradict OR arrived_before_birth
              THEN mark(c.rid, concat_ws('/', c.id_number, c.birth_date, c.sex, c.registered_on, c.closed_on,
                                         c.arrived_on)) END AS facts_mark
  FROM cur_floating_population c JOIN rv_seen p USING (rid)
), several AS (
  SELECT person_key FROM row_of WHERE active GROUP BY person_key HAVING count(*) > 1
), turns AS (
  SELECT rid, row_number() OVER (PARTITION BY person_key ORDER BY registered_on, record_id) AS turn
  FROM row_of SEMI JOIN several USING (person_key) WHERE active
)
SELECT r.feed, r.rid, r.shown_id, coalesce(g.area_code, (SELECT county FROM rv_county)) AS area_code, r.withdrawn, r.active,
       r.person_key AS person, r.dwelling_key, coalesce(o.turn, 1) AS turn, r.status, r.registered_on, r.closed_on,
       r.permit_until,
       greatest(since(s.active_since, r.seen_since), r.registered_on) AS active_since,
       greatest(since(s.placed_since, r.seen_since), r.registered_on) AS placed_since,
       r.unlocatable, greatest(since(s.unlocatable_since, r.seen_since), r.registered_on) AS unlocatable_since,
       r.place_mark,
       r.id_state, r.bad_number, since(s.bad_number_since, r.seen_since) AS bad_number_since,
       since(s.number_since, r.seen_since) AS number_since,
       r.number_mark,
       r.birth_contradicts, r.sex_contradicts, r.dates_contradict, r.arrived_before_birth,
       since(s.contradicted_since, r.seen_since) AS contradicted_since,
       r.facts_mark
FROM row_of r
LEFT JOIN rv_place g ON g.code = r.community_code
LEFT JOIN turns o USING (rid)
LEFT JOIN rv_since s USING (rid)
