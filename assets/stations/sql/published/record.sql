-- One row for each record held; dwelling_key at the housing office alone. The joins keep to the few records that have
-- a day of withdrawal, and to those of feeds whose dwelling is shown. As they lie: sorting a million numbers took longer
-- than finding them.
SELECT v.feed, v.shown_id AS record_id, d.dwelling_key, v.area_code, v.active, r.withdrawn_on
FROM rv_record v
LEFT JOIN (SELECT rid, withdrawn_on FROM record WHERE withdrawn_on IS NOT NULL) r ON r.rid = v.rid
LEFT JOIN (SELECT m.rid, m.dwelling_key FROM dwelling_member m
           SEMI JOIN (SELECT rid FROM record WHERE feed IN ('rental_housing', 'tenancies')) h USING (rid)) d ON d.rid = v.rid
