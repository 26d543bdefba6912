-- Active resident_population versions as `quality.sql` counts them: is every core item there, when was it brought up to date, till when a permit runs.
SELECT rid, content, community_code,
       name IS NOT NULL AND id_state IN ('valid', 'other') AND community_code IS NOT NULL AS core,
       updated_at, NULL::DATE AS permit_until
FROM typed_resident_population
WHERE status = '正常'
