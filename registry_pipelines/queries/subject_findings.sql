-- Findings on the records, with the days they were listed and the areas whose list would show them.
WITH RECURSIVE up (area_code, above) AS (
    SELECT area_code, area_code FROM area
    UNION
    SELECT u.area_code, a.parent_code FROM up u JOIN area a ON a.area_code = u.above WHERE a.parent_code IS NOT NULL
)
SELECT e.exception_id, e.rule_code, e.feed, r.shown_id AS record_id, e.status, e.opened_on, e.due_on, e.answer_by,
       e.closed_on, e.close_reason, e.details,
       (SELECT min(happened_at) FROM exception_event v WHERE v.exception_id = e.exception_id) AS listed_from,
       CASE WHEN e.closed_on IS NOT NULL THEN
         (SELECT max(happened_at) FROM exception_event v WHERE v.exception_id = e.exception_id) END AS listed_to,
       (SELECT list(above) FROM up WHERE up.area_code = e.area_code) AS areas
FROM exception_case e JOIN record r ON r.rid = e.rid
WHERE list_contains($rids, e.rid)
ORDER BY e.opened_on, e.rule_code
