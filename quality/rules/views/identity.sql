-- rv_identity: the rows of one feed whose number or facts cannot be right, or whose number is in a conflict. All other
-- rows have nothing that a rule could ask about here. Versions are judged first: few are left to be joined to anything.
CREATE OR REPLACE TEMP TABLE rv_odd AS
FROM (/* said */
/* those */) WHERE bad_number OR birth_contradicts OR sex_contradicts OR dates_contradict OR arrived_before_birth
  OR rid IN (SELECT unnest([rid, other_rid]) FROM number_conflict);

INSERT INTO {identity} BY NAME
SELECT '{feed}' AS feed, r.rid, n.shown_id, coalesce(g.area_code, (SELECT county FROM rv_county)) AS area_code,
       gone(n.withdrawn_on, $as_of) AS withdrawn, coalesce(m.person, r.rid) AS person,
       r.id_state, r.bad_number, since(s.bad_number_since, coalesce(p.seen_since, n.first_day)) AS bad_number_since,
       since(s.number_since, coalesce(p.seen_since, n.first_day)) AS number_since, r.number_mark,
       r.birth_contradicts, r.sex_contradicts, r.dates_contradict, r.arrived_before_birth,
       since(s.contradicted_since, coalesce(p.seen_since, n.first_day)) AS contradicted_since, r.facts_mark
FROM rv_odd r
JOIN record n ON n.rid = r.rid
LEFT JOIN rv_seen p ON p.rid = r.rid
LEFT JOIN rv_joined m ON m.rid = r.rid
LEFT JOIN rv_place g ON g.code = r.community_code
LEFT JOIN rv_since s ON s.rid = r.rid
WHERE p.rid IS NULL OR p.content = r.content
