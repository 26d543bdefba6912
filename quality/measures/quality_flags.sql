-- Records that the office's own findings call wrong (dq) or double (twice), while those findings stand.
CREATE OR REPLACE TEMP TABLE measure_flag AS
SELECT rid, bool_or(rule_code LIKE 'DQ-%') AS dq, bool_or(rule_code IN ('FP-10', 'RH-04', 'RP-08')) AS twice
FROM exception_case
WHERE rid IS NOT NULL AND closed_on IS NULL AND status IN ('open', 'confirmed')
GROUP BY rid
