-- rv_joined: the records of persons who have several. Everybody else's person is the record itself.
CREATE OR REPLACE TEMP TABLE rv_joined AS
WITH other AS MATERIALIZED (SELECT rid, person FROM person_member WHERE person <> rid)
FROM other UNION ALL SELECT DISTINCT person, person FROM other
