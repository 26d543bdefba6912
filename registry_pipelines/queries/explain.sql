WITH listed AS (
/* listed */
)
SELECT e.*, r.title_zh, r.title_en, r.legal_basis, r.purpose, r.grace, r.exemptions, r.text AS rule_text,
       r.valid_from, r.version AS rule_version_now, a.area_name
FROM listed e
LEFT JOIN rule r ON r.rule_code = e.rule_code
LEFT JOIN area a ON a.area_code = e.area_code
WHERE e.exception_id = $exception
