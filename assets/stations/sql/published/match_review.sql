-- Most useful first: a pair on which an open finding depends, then by weight
WITH undecided AS (FROM review_pair WHERE state = 'undecided'),
waiting AS (SELECT DISTINCT rid FROM exception_case WHERE status IN ('held', 'open') AND rid IS NOT NULL),
useful AS (SELECT pair_id FROM undecided p JOIN waiting w ON w.rid = p.rid_a
           UNION SELECT pair_id FROM undecided p JOIN waiting w ON w.rid = p.rid_b)
SELECT p.pair_id, a.feed AS feed_a, a.shown_id AS record_a, b.feed AS feed_b, b.shown_id AS record_b, p.agreement, p.weight
FROM undecided p JOIN record a ON a.rid = p.rid_a JOIN record b ON b.rid = p.rid_b
LEFT JOIN useful u USING (pair_id)
ORDER BY (u.pair_id IS NOT NULL) DESC, p.weight DESC, p.pair_id
