-- Household rows whose person is another than is kept, or has other rows now.
SELECT k.rid FROM facts_resident_population k LEFT JOIN rv_joined m ON m.rid = k.rid
WHERE (k.several, k.person) IS DISTINCT FROM (m.rid IS NOT NULL, coalesce(m.person, k.rid))
