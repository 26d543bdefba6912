-- code: FP-08
-- title_zh: 已落户/死亡未注销
-- title_en: Settled or deceased, row not closed
-- subject: record
-- legal_basis: 户条8, 13
-- purpose: A residence row ends when the household register has the person or records the death
-- grace: 0 d
-- may_do: correct_row
-- exemptions: none
-- reasons: household_row_normal, household_row_deceased
-- version: 1
-- valid_from: 2016-01-01
-- Active, and a household row of that person that is 正常 or 死亡.
-- The household row is not named: rows are tied together only where the contract says so.
-- Few people have rows of both kinds; their household rows are found first.
WITH household AS MATERIALIZED (
  SELECT person, rid, status, status_since FROM rv_resident_population
  WHERE several AND NOT withdrawn AND status IN ('正常', '死亡')
    AND person IN (SELECT person FROM rv_floating_population WHERE several AND active)
)
SELECT o.feed, o.rid, NULL::VARCHAR AS dwelling_key, o.area_code,
       greatest(o.active_since, min(h.status_since)) AS since,
       greatest(o.active_since, min(h.status_since)) AS made_on,
       CASE WHEN bool_or(h.status = '死亡') THEN 'household_row_deceased' ELSE 'household_row_normal' END
         AS reason_code,
       false AS held,
       concat_ws('/', o.rid, o.registered_on, array_to_string(list_sort(list(h.rid || ':' || h.status)), ',')) AS evidence,
       to_json({'registered_on': o.registered_on})::VARCHAR AS details
FROM rv_floating_population o
JOIN household h ON h.person = o.person
WHERE o.several AND o.active
GROUP BY o.feed, o.rid, o.area_code, o.active_since, o.registered_on
