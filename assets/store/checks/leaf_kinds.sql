-- Names and values inside details that are none of the allowed kinds: an own row, a day, a code, a small count.
WITH node AS (
  SELECT name, kind, value, count(*) AS n FROM pub_leaf GROUP BY ALL
), odd_text AS (
  SELECT value, sum(n) AS n FROM node
  WHERE kind = 'VARCHAR'
    AND NOT (regexp_full_match(value, $iso_day) AND try_cast(value AS DATE) IS NOT NULL)
    AND NOT regexp_full_match(value, $token)
    AND NOT list_contains($codes, value)
  GROUP BY value
)
SELECT 'a key that is not allowed' AS what, sum(n) AS n FROM node
WHERE NOT regexp_full_match(name, $token) OR list_contains($refused_names, name)
UNION ALL
SELECT 'a number too large for a count or a measure', sum(n) FROM node
WHERE kind IN ('UBIGINT', 'BIGINT', 'HUGEINT', 'DOUBLE') AND NOT abs(coalesce(try_cast(value AS DOUBLE), 1e9)) < 1e6
UNION ALL
SELECT 'a text that is no own row, day or code', sum(n) FROM odd_text WHERE value NOT IN (SELECT shown_id FROM record WHERE shown_id IS NOT NULL)
