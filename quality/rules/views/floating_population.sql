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
  SELECT t.rid, t.content, t.community_code, t.status, t.registered_on, t.closed_on, t.permit_until,
         residence_active(t.status, t.registered_on, t.closed_on, $as_of) AS runs,
         CASE WHEN runs AND NOT coalesce(t.locatable, false) THEN mark(t.rid, t.address) END AS place_mark
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
       CASE WHEN r.unlocatable THEN r.place_mark END AS place_mark
FROM row_of r
LEFT JOIN rv_place g ON g.code = r.community_code
LEFT JOIN turns o ON o.rid = r.rid
LEFT JOIN rv_since s ON s.rid = r.rid
