-- Active floating_population versions as `quality.sql` counts them: is every core item there, when was it brought up to date, till when a permit runs.
SELECT rid, content, community_code,
       name IS NOT NULL AND id_state IN ('valid', 'other') AND phone IS NOT NULL AND locatable AND community_code IS NOT NULL
         AND coalesce(id_birth, birth_date) IS NOT NULL AS core,
       updated_at, permit_until
FROM typed_floating_population
WHERE status = '在住' AND registered_on <= $as_of AND (closed_on IS NULL OR closed_on > $as_of)
