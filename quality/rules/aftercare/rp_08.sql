-- code: RP-08
-- title_zh: 重复建档
-- title_en: Enrolled twice
-- subject: record
-- legal_basis: PIPL 8
-- purpose: Rows with consent running of one person are one enrolment
-- grace: 0 d
-- may_do: merge_rows, correct_row
-- exemptions: none
-- reasons: enrolled_twice
-- version: 1
-- valid_from: 2016-01-01
-- Each row with consent running but the first (接收日期, record_id) of one person.
SELECT l.feed, l.rid, NULL::VARCHAR AS dwelling_key, l.area_code,
       greatest(l.active_since, min(e.active_since)) AS since,
       greatest(l.active_since, min(e.active_since)) AS made_on,
       'enrolled_twice' AS reason_code, false AS held,
       concat_ws('/', l.rid, l.received_on, array_to_string(list_sort(list(e.rid || ':' || e.received_on)), ',')) AS evidence,
       to_json({'received_on': l.received_on, 'earlier_rows': count(*),
                'rows': list_append(
                  list_sort(list({'on': e.received_on, 'feed': e.feed, 'record_id': e.shown_id})),
                  {'on': l.received_on, 'feed': l.feed, 'record_id': l.shown_id})
               })::VARCHAR AS details
FROM rv_assistance_enrolment l
JOIN rv_assistance_enrolment e ON e.person = l.person AND e.active AND e.turn < l.turn
WHERE l.active
GROUP BY l.feed, l.rid, l.area_code, l.active_since, l.received_on, l.shown_id
