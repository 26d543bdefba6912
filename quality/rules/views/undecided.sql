-- rv_undecided: both directions of each pair of records that waits for a clerk.
SELECT rid_a AS rid, rid_b AS other_rid FROM review_pair WHERE coalesce(state, 'undecided') = 'undecided'
UNION
SELECT rid_b, rid_a FROM review_pair WHERE coalesce(state, 'undecided') = 'undecided'
