-- Rental rows whose landlord or dwelling is another than is kept.
SELECT k.rid FROM facts_rental_housing k LEFT JOIN rv_joined m ON m.rid = k.rid LEFT JOIN dwelling_member d ON d.rid = k.rid
WHERE (k.person, k.dwelling_key) IS DISTINCT FROM (coalesce(m.person, k.rid), d.dwelling_key)
