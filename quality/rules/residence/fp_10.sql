-- code: FP-10
-- title_zh: 重复登记
-- title_en: Registered twice
-- subject: record
-- legal_basis: PIPL 8
-- purpose: One person's rows at one dwelling are one registration
-- grace: 0 d
-- may_do: merge_rows, correct_row
-- exemptions: none
-- reasons: registered_twice
-- version: 1
-- valid_from: 2016-01-01
-- Each active row but the first (登记日期, record_id) of one person at one dwelling.
SELECT l.feed, l.rid, NULL::VARCHAR AS dwelling_key, l.area_code,
       greatest(l.placed_since, min(e.placed_since)) AS since,
       greatest(l.placed_since, min(e.placed_since)) AS made_on,
       'registered_twice' AS reason_code, false AS held,
       concat_ws('/', l.rid, l.registered_on, array_to_string(list_sort(list(e.rid || ':' || e.registered_on)), ','))
         AS evidence,
       to_json({'registered_on': l.registered_on, 'earlier_rows': count(*),
                'rows': list_append(
                  list_sort(list({'on': e.registered_on, 'feed': e.feed, 'record_id': e.shown_id})),
                  {'on': l.registered_on, 'feed': l.feed, 'record_id': l.shown_id})
               })::VARCHAR AS details
FROM rv_floating_population e
JOIN rv_floating_population l
  ON e.person = l.person AND e.active AND e.turn < l.turn AND e.dwelling_key = l.dwelling_key
WHERE l.active AND l.turn > 1
GROUP BY l.feed, l.rid, l.area_code, l.placed_since, l.registered_on, l.shown_id
