-- code: FP-07
-- title_zh: 旧址未注销
-- title_en: Old address not closed
-- subject: record
-- legal_basis: 户条6 (by analogy)
-- purpose: A row that looks left open is put as a question; two homes may be lawful
-- grace: 10 d
-- may_do: ask_in_writing, correct_row
-- exemptions: none
-- reasons: older_row_open
-- version: 1
-- valid_from: 2016-01-01
-- Each active row whose person has a later active row (登记日期, record_id) at another dwelling.
-- Day 0 is the earliest 登记日期 of those later rows. A later row is no person's first: few are, and they are found first.
SELECT o.feed, o.rid, NULL::VARCHAR AS dwelling_key, o.area_code,
       min(n.registered_on) AS since,
       greatest(o.placed_since, min(n.placed_since)) AS made_on,
       'older_row_open' AS reason_code, false AS held,
       concat_ws('/', o.rid, o.registered_on, array_to_string(list_sort(list(n.rid || ':' || n.registered_on)), ','))
         AS evidence,
       to_json({'registered_on': o.registered_on, 'later_on': min(n.registered_on),
                'rows': list_prepend({'on': o.registered_on, 'feed': o.feed, 'record_id': o.shown_id},
                  list_sort(list({'on': n.registered_on, 'feed': n.feed, 'record_id': n.shown_id})))
               })::VARCHAR AS details
FROM rv_floating_population o
JOIN rv_floating_population n
  ON n.person = o.person AND n.active AND n.turn > 1 AND n.turn > o.turn AND n.dwelling_key <> o.dwelling_key
WHERE o.active AND o.dwelling_key IS NOT NULL
GROUP BY o.feed, o.rid, o.area_code, o.placed_since, o.registered_on, o.shown_id
