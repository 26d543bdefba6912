-- Pairs to look at, those first that an open exception depends on, then the likeliest.
SELECT * FROM match_review ORDER BY weight DESC, pair_id
