-- code: FP-09
-- title_zh: 居住地址不可定位
-- title_en: Address cannot be located
-- subject: record
-- legal_basis: 共条18
-- purpose: A row that names no place serves nobody
-- grace: 0 d
-- may_do: correct_row, ask_in_writing
-- exemptions: none
-- reasons: not_locatable
-- version: 1
-- valid_from: 2016-01-01
SELECT feed, rid, NULL::VARCHAR AS dwelling_key, area_code,
       unlocatable_since AS since, unlocatable_since AS made_on,
       'not_locatable' AS reason_code, false AS held, place_mark AS evidence,
       to_json({'registered_on': registered_on})::VARCHAR AS details
FROM rv_floating_population
WHERE active AND unlocatable
