-- Answers that came with this run's files; each is handled once, by the case log
INSERT INTO answer BY NAME
WITH sent AS MATERIALIZED (
  SELECT rid, content, file_day, delivery_id FROM sighting
  WHERE is_current AND rid IN (SELECT rid FROM typed_verifications)
)
SELECT t.verified_id, t.answer, coalesce(t.verified_on, s.file_day) AS verified_on, s.delivery_id, 'feed' AS source
FROM sent s JOIN typed_verifications t USING (rid, content)
WHERE NOT EXISTS (FROM answer a WHERE a.verified_id = t.verified_id AND a.delivery_id = s.delivery_id)
