-- What a version of a rental row says of its landlord's number; it has no facts that could contradict it.
SELECT t.rid, t.content, t.community_code, t.id_state, number_bad(t.id_state) AS bad_number,
       false AS birth_contradicts, false AS sex_contradicts, false AS dates_contradict, false AS arrived_before_birth,
       CASE WHEN bad_number THEN mark(t.rid, t.id_number) END AS number_mark, NULL::VARCHAR AS facts_mark
FROM typed_rental_housing t
