-- What a version of a household row says of its number and its facts.
SELECT t.rid, t.content, t.community_code, t.id_state, number_bad(t.id_state) AS bad_number,
       birth_against_number(t.id_birth, t.birth_date, t.birth_precision) AS birth_contradicts,
       sex_against_number(t.id_sex, t.sex) AS sex_contradicts,
       false AS dates_contradict, false AS arrived_before_birth,
       CASE WHEN bad_number THEN mark(t.rid, t.id_number) END AS number_mark,
       CASE WHEN birth_contradicts OR sex_contradicts
            THEN mark(t.rid, concat_ws('/', t.id_number, t.birth_date, t.sex)) END AS facts_mark
FROM typed_resident_population t
