-- code: RH-04
-- title_zh: 重复租约
-- title_en: Tenancy entered twice
-- subject: record
-- legal_basis: PIPL 8
-- purpose: One person's active tenancies of one dwelling are one tenancy
-- grace: 0 d
-- may_do: merge_rows, correct_row
-- exemptions: none
-- reasons: tenancy_twice
-- version: 1
-- valid_from: 2016-01-01
-- Each active tenancy but the first (起租日期, record_id) of one person at one dwelling.
SELECT l.feed, l.rid, NULL::VARCHAR AS dwelling_key, l.area_code,
       greatest(l.placed_since, min(e.placed_since)) AS since,
       greatest(l.placed_since, min(e.placed_since)) AS made_on,
       'tenancy_twice' AS reason_code, false AS held,
       concat_ws('/', l.rid, l.starts_on, array_to_string(list_sort(list(e.rid || ':' || e.starts_on)), ',')) AS evidence,
       to_json({'starts_on': l.starts_on, 'earlier_rows': count(*),
                'rows': list_append(
                  list_sort(list({'on': e.starts_on, 'feed': e.feed, 'record_id': e.shown_id})),
                  {'on': l.starts_on, 'feed': l.feed, 'record_id': l.shown_id})
               })::VARCHAR AS details
FROM rv_tenancies l
JOIN rv_tenancies e ON e.person = l.person AND e.active AND e.turn < l.turn AND e.dwelling_key = l.dwelling_key
WHERE l.active
GROUP BY l.feed, l.rid, l.area_code, l.placed_since, l.starts_on, l.shown_id
