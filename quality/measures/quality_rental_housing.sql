-- Active rental_housing versions as `quality.sql` counts them: is every core item there, when was it brought up to date, till when a permit runs.
SELECT rid, content, community_code,
       name IS NOT NULL AND id_state IN ('valid', 'other') AND phone IS NOT NULL AND locatable AND community_code IS NOT NULL
         AND floor_area IS NOT NULL AS core,
       updated_at, NULL::DATE AS permit_until
FROM typed_rental_housing
WHERE status = '出租中'
