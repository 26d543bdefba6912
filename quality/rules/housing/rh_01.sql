-- code: RH-01
-- title_zh: 有租约无出租登记
-- title_en: Tenancy without a rental row
-- subject: dwelling
-- legal_basis: 浙江9(3); 租条8
-- purpose: A let home that no filing covers is put to the landlord in writing
-- grace: 3 wd
-- may_do: correct_row, ask_in_writing
-- exemptions: houses of village committees where the profile says so (租条 2, 49)
-- reasons: let_without_row
-- version: 1
-- valid_from: 2016-01-01
-- Active tenancy at D, and no active rental row for D, nor for any coarser dwelling of the same house.
-- Made true by the file with the tenancy, or by the one that ended the last rental row.
WITH reach AS (
  SELECT dwelling_key, dwelling_key AS place_key FROM rv_dwelling
  UNION ALL
  SELECT dwelling_key, whole_key FROM rv_dwelling_part
), rental AS (
  SELECT reach.dwelling_key, bool_or(h.active) AS covered, max(h.inactive_since) AS lost_on
  FROM reach JOIN rv_rental_housing h ON h.dwelling_key = reach.place_key
  GROUP BY reach.dwelling_key
)
SELECT NULL::VARCHAR AS feed, NULL::BIGINT AS rid, t.dwelling_key,
       coalesce(any_value(d.area_code), min(t.area_code)) AS area_code,
       min(t.starts_on) AS since,
       greatest(min(t.placed_since), any_value(c.lost_on)) AS made_on,
       'let_without_row' AS reason_code, false AS held,
       array_to_string(list_sort(list(t.rid || ':' || t.starts_on)), ',') AS evidence,
       to_json({'starts_on': min(t.starts_on), 'tenancies': count(*),
                'rows': list_sort(list({'on': t.starts_on, 'feed': t.feed, 'record_id': t.shown_id}))})::VARCHAR AS details
FROM rv_tenancies t
LEFT JOIN rental c USING (dwelling_key)
LEFT JOIN rv_dwelling d USING (dwelling_key)
WHERE t.active AND t.dwelling_key IS NOT NULL AND NOT coalesce(c.covered, false)
  AND NOT ($village_houses_exempt AND coalesce(d.village, false))
GROUP BY t.dwelling_key
