-- rv_floating_population: residence rows. `turn` orders a person's active rows by (登记日期, record_id); the dwelling is
-- told of those rows alone, because only they are compared by it. They are few, and found first. `several`: the person
-- has other rows, of whatever ledger of the office.
CREATE OR REPLACE TEMP TABLE rv_turn AS
SELECT c.rid, row_number() OVER (PARTITION BY c.person ORDER BY c.registered_on, c.record_id) AS turn, d.dwelling_key
FROM joined_floating_population c LEFT JOIN dwelling_member d USING (rid)
WHERE NOT gone(c.withdrawn_on, $as_of) AND residence_active(c.status, c.registered_on, c.closed_on, $as_of)
QUALIFY count(*) OVER (PARTITION BY c.person) > 1;

SELECT c.rid, c.shown_id, coalesce(g.area_code, (SELECT county FROM rv_county)) AS area_code,
       gone(c.withdrawn_on, $as_of) AS withdrawn,
       NOT withdrawn AND residence_active(c.status, c.registered_on, c.closed_on, $as_of) AS active,
       c.person, c.several, o.dwelling_key, coalesce(o.turn, 1) AS turn, c.status, c.registered_on, c.closed_on,
       greatest(since(s.active_since, c.seen_since), c.registered_on) AS active_since,
       greatest(since(s.placed_since, c.seen_since), c.registered_on) AS placed_since,
       active AND NOT coalesce(c.locatable, false) AS unlocatable,
       CASE WHEN unlocatable THEN greatest(since(s.unlocatable_since, c.seen_since), c.registered_on) END
         AS unlocatable_since,
       CASE WHEN unlocatable THEN mark(c.rid, c.address) END AS place_mark
FROM now_floating_population c
LEFT JOIN rv_place g ON g.code = c.community_code
LEFT JOIN rv_turn o ON o.rid = c.rid
LEFT JOIN rv_since s ON s.rid = c.rid
