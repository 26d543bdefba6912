-- What was written is forgotten when it is past, and when its row is withdrawn or gone.
DELETE FROM letter
WHERE kind = $kind
  AND (until < $as_of OR NOT EXISTS (
    SELECT 1 FROM cur_tenancies c WHERE c.rid = letter.rid AND c.withdrawn_on IS NULL))
