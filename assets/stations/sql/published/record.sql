-- One row for each record held; dwelling_key at the housing office alone (rv_record has it for no other)
SELECT v.feed, v.shown_id AS record_id,
       CASE WHEN v.feed IN ('rental_housing', 'tenancies') THEN d.dwelling_key END AS dwelling_key,
       v.area_code, v.active, r.withdrawn_on
FROM rv_record v JOIN record r USING (rid)
LEFT JOIN dwelling_member d ON d.rid = v.rid
ORDER BY v.feed, record_id
