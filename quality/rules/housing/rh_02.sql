-- code: RH-02
-- title_zh: 租赁未备案
-- title_en: Lease not filed
-- subject: dwelling
-- legal_basis: 租条8; 上海, 武汉, 郑州, 贵阳 (30 日)
-- purpose: A lease is to be filed; the tenant may do it if the landlord does not
-- grace: 30 d
-- may_do: correct_row, ask_in_writing
-- exemptions: houses of village committees where the profile says so (租条 2, 49)
-- reasons: let_without_filing
-- version: 1
-- valid_from: 2016-01-01
-- Active rental row without 备案日期, and an active tenancy at its dwelling or in a room of it.
WITH occupied AS MATERIALIZED (
  SELECT dwelling_key AS place_key, rid, feed, shown_id, starts_on, placed_since FROM rv_tenancies
  WHERE active AND dwelling_key IS NOT NULL
  UNION ALL
  SELECT p.whole_key, t.rid, t.feed, t.shown_id, t.starts_on, t.placed_since
  FROM rv_tenancies t JOIN rv_dwelling_part p USING (dwelling_key)
  WHERE t.active
), unfiled AS (
  SELECT dwelling_key, min(area_code) AS area_code, min(unfiled_since) AS unfiled_since,
         array_to_string(list_sort(list(rid::VARCHAR)), ',') AS rids,
         list_sort(list({'on': NULL::DATE, 'feed': feed, 'record_id': shown_id})) AS rental_rows
  FROM rv_rental_housing
  WHERE active AND filed_on IS NULL AND dwelling_key IN (SELECT place_key FROM occupied)
  GROUP BY dwelling_key
)
SELECT NULL::VARCHAR AS feed, NULL::BIGINT AS rid, h.dwelling_key,
       coalesce(any_value(d.area_code), any_value(h.area_code)) AS area_code,
       min(t.starts_on) AS since,
       greatest(any_value(h.unfiled_since), min(t.placed_since)) AS made_on,
       'let_without_filing' AS reason_code, false AS held,
       concat_ws('/', any_value(h.rids), array_to_string(list_sort(list(t.rid || ':' || t.starts_on)), ',')) AS evidence,
       to_json({'starts_on': min(t.starts_on), 'tenancies': count(*),
                'rows': list_concat(any_value(h.rental_rows),
                  list_sort(list({'on': t.starts_on, 'feed': t.feed, 'record_id': t.shown_id})))})::VARCHAR AS details
FROM unfiled h
JOIN occupied t ON t.place_key = h.dwelling_key
LEFT JOIN rv_dwelling d ON d.dwelling_key = h.dwelling_key
WHERE NOT ($village_houses_exempt AND coalesce(d.village, false))
GROUP BY h.dwelling_key
