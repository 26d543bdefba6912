-- The records of the person of one record; the record alone where no person is about it.
WITH asked AS (
    SELECT r.rid, m.person FROM record r LEFT JOIN person_member m ON m.rid = r.rid
    WHERE r.feed = $feed AND (r.record_id = $record OR r.shown_id = $record)
)
SELECT rid FROM asked
UNION
SELECT m.rid FROM person_member m JOIN asked a ON a.person = m.person
