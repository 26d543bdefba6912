-- Pairs to look at: those first that a finding depends on, then the likeliest.
SELECT p.* FROM match_review p
ORDER BY (EXISTS (FROM exception e WHERE e.status IN ('held', 'open')
                  AND ((e.feed = p.feed_a AND e.record_id = p.record_a) OR (e.feed = p.feed_b AND e.record_id = p.record_b)))) DESC,
         p.weight DESC, p.pair_id
