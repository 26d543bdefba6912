-- What each version of a rental row says.
SELECT t.rid, t.content,
       coalesce(t.status = '出租中', false) AS active,
       NOT coalesce(t.status = '出租中', false) AS inactive,
       active AND t.address IS NOT DISTINCT FROM c.address AS placed,
       active AND t.filed_on IS NULL AND t.address IS NOT DISTINCT FROM c.address AS unfiled,
       number_bad(t.id_state) AS bad_number,
       t.id_number IS NOT DISTINCT FROM c.id_number AS number,
       false AS contradicted
FROM typed_rental_housing t
JOIN rv_current k ON k.rid = t.rid
JOIN typed_rental_housing c ON c.rid = k.rid AND c.content = k.content
