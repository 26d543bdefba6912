SELECT r.feed, r.record_id, m.person, d.dwelling_key AS dwelling
FROM record r
LEFT JOIN person_member m ON m.rid = r.rid
LEFT JOIN dwelling_member d ON d.rid = r.rid
