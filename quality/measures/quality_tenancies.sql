-- Active tenancies versions as `quality.sql` counts them: is every core item there, when was it brought up to date, till when a permit runs.
SELECT rid, content, NULL::VARCHAR AS community_code,
       name IS NOT NULL AND id_state IN ('valid', 'other') AND phone IS NOT NULL AND locatable AND house_id IS NOT NULL AS core,
       updated_at, NULL::DATE AS permit_until
FROM typed_tenancies
WHERE starts_on <= $as_of AND (left_on IS NULL OR left_on > $as_of)
  AND (ends_on IS NULL OR ends_on >= $as_of)
