-- Values inside details that are none of the allowed kinds: an own row, a day, a code, a small count.
WITH node AS (
  SELECT kind, value, count(*) AS n FROM pub_leaf GROUP BY ALL
), odd_text AS (
  SELECT value, n FROM node
  WHERE kind = 'text'
    AND NOT (regexp_full_match(value, $iso_day) AND try_cast(value AS DATE) IS NOT NULL)
    AND NOT regexp_full_match(value, $token)
    AND NOT list_contains($codes, value)
)
SELECT 'a number too large for a count or a measure' AS what, sum(n) AS n FROM node
WHERE kind = 'number' AND NOT abs(coalesce(try_cast(value AS DOUBLE), 1e9)) < 1e6
UNION ALL
SELECT 'a text that is no own row, day or code', sum(n) FROM odd_text o ANTI JOIN record r ON r.shown_id = o.value
