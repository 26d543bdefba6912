-- What was written is forgotten when it is past, and when its row is withdrawn or gone.
DELETE FROM letter
WHERE kind = $kind
  AND (until < $as_of OR letter_id NOT IN (
    WITH now AS MATERIALIZED (SELECT rid, content FROM sighting WHERE is_current AND rid IN (SELECT rid FROM letter))
    SELECT l.letter_id
    FROM letter l
    JOIN now s ON s.rid = l.rid
    JOIN record r ON r.rid = l.rid AND r.feed = 'tenancies'
    JOIN typed_tenancies t ON t.rid = s.rid AND t.content = s.content
    WHERE l.kind = $kind AND r.withdrawn_on IS NULL))
