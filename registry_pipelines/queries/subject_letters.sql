SELECT l.letter_id, r.feed, r.shown_id AS record_id, l.kind, l.offered_on, l.until, l.ended
FROM letter l JOIN record r ON r.rid = l.rid
WHERE list_contains($rids, l.rid)
ORDER BY l.offered_on
