-- What each version of a household row says.
SELECT t.rid, t.content,
       t.status IS NOT DISTINCT FROM c.status AS status,
       number_bad(t.id_state) AS bad_number,
       t.id_number IS NOT DISTINCT FROM c.id_number AS number,
       birth_against_number(t.id_birth, t.birth_date, t.birth_precision)
         OR sex_against_number(t.id_sex, t.sex) AS contradicted
FROM typed_resident_population t
JOIN rv_current k ON k.rid = t.rid
JOIN typed_resident_population c ON c.rid = k.rid AND c.content = k.content
