-- What each version of a tenancy says.
SELECT t.rid, t.content,
       tenancy_active(t.starts_on, t.ends_on, t.left_on, $as_of) AS active,
       active AND t.address IS NOT DISTINCT FROM c.address AND t.house_id IS NOT DISTINCT FROM c.house_id AS placed,
       tenancy_lapsed(t.ends_on, t.left_on, $as_of) AND t.ends_on IS NOT DISTINCT FROM c.ends_on AS lapsed,
       number_bad(t.id_state) AS bad_number,
       t.id_number IS NOT DISTINCT FROM c.id_number AS number,
       sex_against_number(t.id_sex, t.sex) OR before(t.left_on, t.starts_on)
         OR before(t.ends_on, t.starts_on) AS contradicted
FROM typed_tenancies t
JOIN rv_current k ON k.rid = t.rid
JOIN typed_tenancies c ON c.rid = k.rid AND c.content = k.content
