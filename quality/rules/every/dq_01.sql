-- code: DQ-01
-- title_zh: 号码受损
-- title_en: Number damaged or invalid
-- subject: record
-- legal_basis: PIPL 8, 46; 共条26
-- purpose: A number that a table program cut, or that fails its check, is to be corrected from the paper
-- grace: 0 d
-- may_do: correct_row, ask_in_writing
-- exemptions: passports and other documents are not judged
-- reasons: number_damaged, number_invalid
-- version: 1
-- valid_from: 2016-01-01
-- Resident, 81-83 and permanent-resident numbers in the current row, closed rows too.
SELECT feed, rid, NULL::VARCHAR AS dwelling_key, area_code,
       bad_number_since AS since, bad_number_since AS made_on,
       CASE id_state WHEN 'damaged' THEN 'number_damaged' ELSE 'number_invalid' END AS reason_code,
       false AS held, number_mark AS evidence,
       to_json({'number': id_state})::VARCHAR AS details
FROM rv_identity
WHERE bad_number AND NOT withdrawn
