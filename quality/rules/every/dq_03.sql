-- code: DQ-03
-- title_zh: 资料矛盾
-- title_en: Facts contradict each other
-- subject: record
-- legal_basis: PIPL 8, 46; 共条26
-- purpose: Facts of one row that cannot both be true are to be corrected from the paper
-- grace: 0 d
-- may_do: correct_row, ask_in_writing
-- exemptions: none
-- reasons: facts_contradict
-- version: 1
-- valid_from: 2016-01-01
-- Birth date or sex against a valid number; an end before its start; arrival before birth. One finding a record.
SELECT feed, rid, NULL::VARCHAR AS dwelling_key, area_code,
       contradicted_since AS since, contradicted_since AS made_on,
       'facts_contradict' AS reason_code, false AS held, facts_mark AS evidence,
       to_json({'contradictions': list_filter([
         CASE WHEN birth_contradicts THEN 'birth_date' END, CASE WHEN sex_contradicts THEN 'sex' END,
         CASE WHEN dates_contradict THEN 'date_order' END, CASE WHEN arrived_before_birth THEN 'arrival' END],
         lambda x: x IS NOT NULL)})::VARCHAR AS details
FROM rv_identity
WHERE NOT withdrawn AND (birth_contradicts OR sex_contradicts OR dates_contradict OR arrived_before_birth)
