-- Findings that rest on a record of which a fact is disputed: about it, or naming it among the rows they rest on.
WITH disputed_row AS (
  SELECT DISTINCT r.rid, r.feed, r.shown_id FROM dispute d JOIN record r USING (rid) WHERE d.closed_on IS NULL
), named AS (
  SELECT f.rule_code, f.rid, f.dwelling_key,
         unnest(json_extract_string(f.details, '$.rows[*].feed')) AS own_feed,
         unnest(json_extract_string(f.details, '$.rows[*].record_id')) AS own_id
  FROM finding f WHERE f.details LIKE '%"rows"%'
)
SELECT f.rule_code, f.rid, f.dwelling_key FROM finding f SEMI JOIN disputed_row USING (rid)
UNION
SELECT n.rule_code, n.rid, n.dwelling_key FROM named n JOIN disputed_row d ON d.feed = n.own_feed AND d.shown_id = n.own_id
