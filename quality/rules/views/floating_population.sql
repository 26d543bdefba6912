-- rv_floating_population: residence rows. `several`: the person has other rows, of whatever ledger of the office; `turn` orders
-- that person's active rows by (登记日期, record_id). The dwelling is told of rows of such persons alone, because only they are
-- compared by it.
SELECT c.rid, c.shown_id, coalesce(g.area_code, (SELECT county FROM rv_county)) AS area_code,
       gone(c.withdrawn_on, $as_of) AS withdrawn,
       NOT withdrawn AND residence_active(c.status, c.registered_on, c.closed_on, $as_of) AS active,
       c.person, c.several, CASE WHEN c.several THEN d.dwelling_key END AS dwelling_key, coalesce(o.turn, 1) AS turn, c.status, c.registered_on, c.closed_on,
       greatest(since(s.active_since, c.seen_since), c.registered_on) AS active_since,
       greatest(since(s.placed_since, c.seen_since), c.registered_on) AS placed_since,
       active AND NOT coalesce(c.locatable, false) AS unlocatable,
       CASE WHEN unlocatable THEN greatest(since(s.unlocatable_since, c.seen_since), c.registered_on) END
         AS unlocatable_since,
       CASE WHEN unlocatable THEN mark(c.rid, c.address) END AS place_mark
FROM now_floating_population c
LEFT JOIN rv_place g ON g.code = c.community_code
LEFT JOIN dwelling_member d ON d.rid = c.rid
LEFT JOIN rv_turn o ON o.rid = c.rid
LEFT JOIN rv_since s ON s.rid = c.rid
