-- The accepted links among the records of one person, by own record numbers; agreement is codes.
WITH subject AS (
    SELECT m.person FROM record r JOIN person_member m ON m.rid = r.rid
    WHERE r.feed = $feed AND r.shown_id = $record
),
mine AS (
    SELECT r.rid, r.feed || '/' || r.shown_id AS name
    FROM person_member m JOIN subject USING (person) JOIN record r ON r.rid = m.rid
)
SELECT a.name AS record_a, b.name AS record_b, l.agreement, l.weight, l.decided_by
FROM person_link l JOIN mine a ON a.rid = l.rid_a JOIN mine b ON b.rid = l.rid_b
ORDER BY l.weight DESC
