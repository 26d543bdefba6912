-- Answers that came with this run's files; each is handled once, by the case log
INSERT INTO answer BY NAME
SELECT r.record_id AS verified_id, t.answer, coalesce(t.verified_on, s.file_day) AS verified_on, s.delivery_id, 'feed' AS source
FROM record r JOIN sighting s ON s.rid = r.rid AND s.is_current
JOIN typed_verifications t ON t.rid = s.rid AND t.content = s.content
WHERE r.feed = 'verifications'
  AND NOT EXISTS (FROM answer a WHERE a.verified_id = r.record_id AND a.delivery_id = s.delivery_id)
