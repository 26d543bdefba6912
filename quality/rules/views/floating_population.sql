-- rv_floating_population: residence rows. `turn` orders a person's active rows by (登记日期, record_id); the dwelling is
-- told of those rows alone, because only they are compared by it.
-- A version is judged before anything is joined to it, and what is joined to it is narrow: flags, days and marks are
-- carried along and no values.
WITH own AS (
  SELECT n.rid, p.content, n.shown_id, n.record_id, p.seen_since, gone(n.withdrawn_on, $as_of) AS withdrawn,
         coalesce(m.person, n.rid) AS person_key
  FROM record n JOIN rv_seen p USING (rid) LEFT JOIN person_member m USING (rid)
  WHERE n.feed = 'floating_population'
), said AS (
  SELECT t.rid, t.content, t.community_code, t.status, t.registered_on, t.closed_on, t.permit_until, t.id_state,
         residence_active(t.status, t.registered_on, t.closed_on, $as_of) AS runs,
         number_bad(t.id_state) AS bad_number,
         birth_against_number(t.id_birth, t.birth_date, t.birth_precision) AS birth_contradicts,
         sex_against_number(t.id_sex, t.sex) AS sex_contradicts,
         before(t.closed_on, t.registered_on) AS dates_contradict,
         before(t.arrived_on, coalesce(t.id_birth, t.birth_date)) AS arrived_before_birth,
         CASE WHEN runs AND NOT coalesce(t.locatable, false) THEN mark(t.rid, t.address) END AS place_mark,
         CASE WHEN bad_number THEN mark(t.rid, t.id_number) END AS number_mark,
         CASE WHEN birth_contradicts OR sex_contradicts OR dates_contradict OR arrived_before_birth
              THEN mark(t.rid, concat_ws('/', t.id_number, t.birth_date, t.sex, t.registered_on, t.closed_on,
                                         t.arrived_on)) END AS facts_mark
  FROM typed_floating_population t
), row_of AS MATERIALIZED (
  SELECT t.*, n.record_id, n.shown_id, n.seen_since, n.withdrawn, n.person_key,
         NOT n.withdrawn AND t.runs AS active, active AND t.place_mark IS NOT NULL AS unlocatable
  FROM said t
  JOIN own n ON n.rid = t.rid AND n.content = t.content
), several AS (
  SELECT person_key FROM row_of WHERE active GROUP BY person_key HAVING count(*) > 1
), turns AS (
  SELECT r.rid, row_number() OVER (PARTITION BY r.person_key ORDER BY r.registered_on, r.record_id) AS turn, d.dwelling_key
  FROM (FROM row_of SEMI JOIN several USING (person_key) WHERE active) r LEFT JOIN dwelling_member d USING (rid)
)
SELECT 'floating_population' AS feed, r.rid, r.shown_id, coalesce(g.area_code, (SELECT county FROM rv_county)) AS area_code,
       r.withdrawn, r.active, r.person_key AS person, o.dwelling_key, coalesce(o.turn, 1) AS turn, r.status, r.registered_on,
       r.closed_on, r.permit_until,
       greatest(since(s.active_since, r.seen_since), r.registered_on) AS active_since,
       greatest(since(s.placed_since, r.seen_since), r.registered_on) AS placed_since,
       r.unlocatable, greatest(since(s.unlocatable_since, r.seen_since), r.registered_on) AS unlocatable_since,
       CASE WHEN r.unlocatable THEN r.place_mark END AS place_mark,
       r.id_state, r.bad_number, since(s.bad_number_since, r.seen_since) AS bad_number_since,
       since(s.number_since, r.seen_since) AS number_since,
       r.number_mark,
       r.birth_contradicts, r.sex_contradicts, r.dates_contradict, r.arrived_before_birth,
       since(s.contradicted_since, r.seen_since) AS contradicted_since,
       r.facts_mark
FROM row_of r
LEFT JOIN rv_place g ON g.code = r.community_code
LEFT JOIN turns o ON o.rid = r.rid
LEFT JOIN rv_since s ON s.rid = r.rid
