-- Most useful first: a pair on which an open finding depends, then by weight
SELECT p.pair_id, a.feed AS feed_a, a.shown_id AS record_a, b.feed AS feed_b, b.shown_id AS record_b, p.agreement, p.weight
FROM review_pair p JOIN record a ON a.rid = p.rid_a JOIN record b ON b.rid = p.rid_b
WHERE p.state = 'undecided'
ORDER BY (EXISTS (FROM exception_case c WHERE c.rid IN (p.rid_a, p.rid_b) AND c.status IN ('held', 'open'))) DESC,
         p.weight DESC, p.pair_id
