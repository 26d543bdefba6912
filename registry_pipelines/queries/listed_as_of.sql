-- Exceptions as they stood as of a day, in the columns of table exception: those that have not changed since, and
-- those that have, as they were before. A condition was last seen by the last run until then.
SELECT e.* REPLACE (least(e.last_seen_on, (SELECT max(as_of) FROM run WHERE as_of <= $as_of::DATE)) AS last_seen_on)
FROM exception e WHERE e.stands_since IS NULL OR e.stands_since <= $as_of::DATE
UNION ALL BY NAME
SELECT e.* REPLACE (h.area_code AS area_code, h.status AS status, h.hold_reason AS hold_reason, h.opened_on AS opened_on,
                    h.due_on AS due_on, h.answer_by AS answer_by,
                    least(h.last_seen_on, (SELECT max(as_of) FROM run WHERE as_of <= $as_of::DATE)) AS last_seen_on,
                    h.closed_on AS closed_on, h.close_reason AS close_reason, h.from_on AS stands_since,
                    h.rule_version AS rule_version, h.details AS details)
FROM exception_history h JOIN exception e USING (exception_id)
WHERE h.from_on <= $as_of::DATE AND h.until_on > $as_of::DATE
