-- What was written is forgotten when the permit has ended, and when its row is closed, withdrawn or gone.
-- A permit that was renewed meanwhile needs no offer; an ended letter stays until its day, so that no other follows.
DELETE FROM letter
WHERE kind = $kind
  AND (until < $as_of OR letter_id NOT IN (
    WITH now AS MATERIALIZED (SELECT rid, content FROM sighting WHERE is_current AND rid IN (SELECT rid FROM letter))
    SELECT l.letter_id
    FROM letter l
    JOIN now s ON s.rid = l.rid
    JOIN record r ON r.rid = l.rid
    JOIN typed_floating_population t ON t.rid = s.rid AND t.content = s.content
    WHERE l.kind = $kind AND r.withdrawn_on IS NULL AND t.status = '在住'
      AND (t.closed_on IS NULL OR t.closed_on > $as_of)
      AND (l.ended OR t.permit_until = l.until)))
