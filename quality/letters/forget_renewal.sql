-- What was written is forgotten when the permit has ended, and when its row is closed, withdrawn or gone.
-- A permit that was renewed meanwhile needs no offer; an ended letter stays until its day, so that no other follows.
DELETE FROM letter
WHERE kind = $kind
  AND (until < $as_of OR NOT EXISTS (
    SELECT 1 FROM cur_floating_population c
    WHERE c.rid = letter.rid AND c.withdrawn_on IS NULL AND c.status = '在住'
      AND (c.closed_on IS NULL OR c.closed_on > $as_of)
      AND (letter.ended OR c.permit_until = letter.until)))
