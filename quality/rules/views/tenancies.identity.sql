-- What a version of a tenancy says of its number and its facts.
SELECT t.rid, t.content, t.community_code, t.id_state, number_bad(t.id_state) AS bad_number,
       false AS birth_contradicts, sex_against_number(t.id_sex, t.sex) AS sex_contradicts,
       before(t.left_on, t.starts_on) OR before(t.ends_on, t.starts_on) AS dates_contradict,
       false AS arrived_before_birth,
       CASE WHEN bad_number THEN mark(t.rid, t.id_number) END AS number_mark,
       CASE WHEN sex_contradicts OR dates_contradict
            THEN mark(t.rid, concat_ws('/', t.id_number, t.sex, t.starts_on, t.ends_on, t.left_on)) END AS facts_mark
FROM typed_tenancies t
