-- name: issues
SELECT r.feed, r.shown_id AS record_id, i.field, i.issue_code, bool_or(coalesce(s.is_current, false)) AS current,
       arg_min(d.file_name, d.file_day) AS file_name, min(d.file_day) AS file_day
FROM issue i JOIN record r USING (rid)
LEFT JOIN sighting s ON s.rid = i.rid AND s.content = i.content
LEFT JOIN delivery d USING (delivery_id)
WHERE list_contains($rids, i.rid)
GROUP BY ALL ORDER BY ALL;

-- name: disputes
SELECT r.feed, r.shown_id AS record_id, d.field, d.reason_code, d.opened_on, d.answer_by, d.closed_on, d.close_reason
FROM dispute d JOIN record r USING (rid) WHERE list_contains($rids, d.rid) ORDER BY ALL;

-- name: letters
SELECT l.letter_id, r.feed, r.shown_id AS record_id, l.kind, l.offered_on, l.until, l.ended
FROM letter l JOIN record r USING (rid) WHERE list_contains($rids, l.rid) ORDER BY l.offered_on, l.letter_id;

-- name: answers
SELECT a.verified_id AS number, a.answer, a.verified_on, coalesce(a.source, 'feed') AS source, a.handled, d.file_name, d.file_day
FROM answer a LEFT JOIN delivery d USING (delivery_id)
WHERE upper(trim(a.verified_id)) IN (SELECT exception_id FROM subject_case)
   OR upper(trim(a.verified_id)) IN (SELECT letter_id FROM letter WHERE list_contains($rids, rid))
ORDER BY a.verified_on, number, file_name;

-- name: same_person
SELECT a.feed AS feed_a, a.shown_id AS record_a, b.feed AS feed_b, b.shown_id AS record_b, l.agreement, l.weight, l.decided_by
FROM person_link l JOIN record a ON a.rid = l.rid_a JOIN record b ON b.rid = l.rid_b
WHERE list_contains($rids, l.rid_a) AND list_contains($rids, l.rid_b) ORDER BY ALL;

-- name: pairs
-- The other side may be another person, so only its ledger is named.
SELECT p.pair_id, o.feed, o.shown_id AS record_id, x.feed AS other_feed, p.agreement, p.weight, p.state
FROM review_pair p JOIN record o ON list_contains([p.rid_a, p.rid_b], o.rid) AND list_contains($rids, o.rid)
JOIN record x ON x.rid = CASE WHEN o.rid = p.rid_a THEN p.rid_b ELSE p.rid_a END
ORDER BY p.pair_id, o.feed, o.shown_id;

-- name: judgements
SELECT o.feed, o.shown_id AS record_id, x.feed AS other_feed, j.verdict, j.reason_code, j.decided_by, j.decided_on
FROM judgement j JOIN record o ON list_contains([j.rid_a, j.rid_b], o.rid) AND list_contains($rids, o.rid)
JOIN record x ON x.rid = CASE WHEN o.rid = j.rid_a THEN j.rid_b ELSE j.rid_a END
ORDER BY ALL;

-- name: number_conflicts
SELECT o.feed, o.shown_id AS record_id, n.reason_code, n.since
FROM number_conflict n JOIN record o ON o.rid = n.rid WHERE list_contains($rids, n.rid) ORDER BY ALL;

-- name: dwellings
SELECT r.feed, r.shown_id AS record_id, m.dwelling_key, d.level, d.area_code, m.conflict
FROM dwelling_member m JOIN record r USING (rid) LEFT JOIN dwelling d USING (dwelling_key)
WHERE list_contains($rids, m.rid) ORDER BY ALL;

-- name: requests
-- What peers' mail said about requests that these records made or took up, by number.
SELECT r.record_id AS request_id, r.feed, u.taken_up_on, s.kind, s.state, coalesce(u.mail_name, s.mail_name) AS mail_name
FROM record r
LEFT JOIN request_taken_up u ON u.request_id = r.record_id AND r.feed = 'requests'
LEFT JOIN request_state s ON s.request_id = r.record_id AND r.feed = 'request_receipts'
WHERE r.feed IN ('requests', 'request_receipts') AND list_contains($rids, r.rid) ORDER BY ALL;

-- name: events
SELECT e.exception_id, e.happened_at, u.as_of, e.event, e.actor_kind, e.reason_code
FROM exception_event e LEFT JOIN run u USING (run_id)
WHERE e.exception_id IN (SELECT exception_id FROM subject_case) ORDER BY e.exception_id, e.happened_at, e.run_id;

-- name: history
SELECT h.exception_id, h.from_on, h.until_on, h.status, h.opened_on, h.due_on, h.answer_by, h.closed_on, h.close_reason, h.details
FROM case_state h WHERE h.exception_id IN (SELECT exception_id FROM subject_case) ORDER BY h.exception_id, h.from_on;

-- name: findings
-- With the days they were listed and the areas whose list would show them.
WITH RECURSIVE up (area_code, above) AS (
    SELECT area_code, area_code FROM area
    UNION
    SELECT u.area_code, a.parent_code FROM up u JOIN area a ON a.area_code = u.above WHERE a.parent_code IS NOT NULL
)
SELECT c.exception_id, c.rule_code, c.feed, r.shown_id AS record_id, c.dwelling_key, c.status, c.hold_reason, c.opened_on, c.due_on,
       c.answer_by, c.last_seen_on, c.closed_on, c.close_reason, c.details,
       (SELECT min(happened_at) FROM exception_event v WHERE v.exception_id = c.exception_id) AS listed_from,
       CASE WHEN c.closed_on IS NOT NULL THEN
         (SELECT max(happened_at) FROM exception_event v WHERE v.exception_id = c.exception_id) END AS listed_to,
       (SELECT list(above) FROM up WHERE up.area_code = c.area_code) AS areas
FROM exception_case c JOIN subject_case USING (exception_id) LEFT JOIN record r USING (rid)
ORDER BY c.opened_on, c.rule_code, c.exception_id
