-- The exception list: one row for each exception whose state is asked for, with the rule's title and the area's name.
-- Given a day, the exceptions are as they stood after the last run as of that day or earlier.
WITH RECURSIVE asked (area_code) AS (
    SELECT area_code FROM area WHERE area_code = $area
    UNION
    SELECT a.area_code FROM area a JOIN asked b ON a.parent_code = b.area_code
), listed AS (
/* listed */
)
SELECT e.*, r.title_zh AS rule_title, r.title_en AS rule_title_en, a.area_name
FROM listed e
LEFT JOIN rule r ON r.rule_code = e.rule_code
LEFT JOIN area a ON a.area_code = e.area_code
WHERE ($rule IS NULL OR e.rule_code = $rule)
  AND ($area IS NULL OR e.area_code IN (SELECT area_code FROM asked))
  AND list_contains($statuses, e.status)
ORDER BY e.rule_code, e.answer_by, e.area_code, e.feed, e.record_id, e.dwelling_key, e.exception_id
