-- Names and values inside details that are none of the allowed kinds: an own row, a day, a code, a small count.
SELECT 'a key that is not allowed' AS what, count(*) AS n FROM pub_leaf
WHERE NOT regexp_full_match(name, $token) OR list_contains($refused_names, name)
UNION ALL
SELECT 'a number too large for a count or a measure', count(*) FROM pub_leaf
WHERE kind IN ('UBIGINT', 'BIGINT', 'HUGEINT', 'DOUBLE') AND NOT abs(coalesce(try_cast(value AS DOUBLE), 1e9)) < 1e6
UNION ALL
SELECT 'a text that is no own row, day or code', count(*) FROM pub_leaf l
WHERE l.kind = 'VARCHAR'
  AND NOT (try_cast(l.value AS DATE) IS NOT NULL AND regexp_full_match(l.value, $iso_day))
  AND NOT list_contains($codes, l.value)
  AND NOT regexp_full_match(l.value, $token)
  AND NOT EXISTS (FROM record r WHERE r.shown_id = l.value)
