-- code: RH-09
-- title_zh: 同址多档
-- title_en: Several rental rows for one dwelling
-- subject: dwelling
-- legal_basis: 共条18
-- purpose: One dwelling is one rental row
-- grace: 0 d
-- may_do: merge_rows, correct_row
-- exemptions: none
-- reasons: several_rental_rows
-- version: 1
-- valid_from: 2016-01-01
-- Two or more active rental rows for one dwelling; true since the second of them was.
WITH several AS (
  SELECT dwelling_key FROM rv_rental_housing WHERE active AND dwelling_key IS NOT NULL
  GROUP BY dwelling_key HAVING count(*) > 1
)
SELECT NULL::VARCHAR AS feed, NULL::BIGINT AS rid, h.dwelling_key,
       coalesce(any_value(d.area_code), min(h.area_code)) AS area_code,
       list_sort(list(h.placed_since))[2] AS since, list_sort(list(h.placed_since))[2] AS made_on,
       'several_rental_rows' AS reason_code, false AS held,
       array_to_string(list_sort(list(h.rid::VARCHAR)), ',') AS evidence,
       to_json({'rental_rows': count(*),
                'rows': list_sort(list({'on': h.filed_on, 'feed': h.feed, 'record_id': h.shown_id}))
               })::VARCHAR AS details
FROM rv_rental_housing h
SEMI JOIN several USING (dwelling_key)
LEFT JOIN rv_dwelling d USING (dwelling_key)
WHERE h.active
GROUP BY h.dwelling_key
