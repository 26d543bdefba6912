-- What each version of a residence row says; rv_current is the version that counts today.
SELECT t.rid, t.content,
       residence_active(t.status, t.registered_on, t.closed_on, $as_of) AS active,
       active AND t.address IS NOT DISTINCT FROM c.address AS placed,
       active AND NOT coalesce(t.locatable, false) AS unlocatable,
       number_bad(t.id_state) AS bad_number,
       t.id_number IS NOT DISTINCT FROM c.id_number AS number,
       birth_against_number(t.id_birth, t.birth_date, t.birth_precision) OR sex_against_number(t.id_sex, t.sex)
         OR before(t.closed_on, t.registered_on)
         OR before(t.arrived_on, coalesce(t.id_birth, t.birth_date)) AS contradicted
FROM typed_floating_population t
JOIN rv_current k ON k.rid = t.rid
JOIN typed_floating_population c ON c.rid = k.rid AND c.content = k.content
