-- Every listed case, without its record: rule, area, state and days. Held ones are not listed, so not counted.
SELECT rule_code, area_code AS community_code, status, opened_on, closed_on
FROM exception_case
WHERE status <> 'held' AND opened_on <= $as_of
