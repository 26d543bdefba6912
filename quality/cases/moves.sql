-- What today's findings do to each case: one row for every case that changes, with its new status and event.
-- A dismissed case comes back only if its evidence changed, and never after 不再提醒. A confirmed case stays
-- confirmed; a held one opens when it is no longer held, an open one is held back when it becomes so.
CREATE OR REPLACE TEMP TABLE case_today AS
SELECT c.exception_id, c.rule_code, c.feed, c.rid, c.dwelling_key, c.status, c.close_reason, c.last_seen_on, c.evidence,
       f.rule_code IS NOT NULL AS found, coalesce(f.held, false) AS held,
       f.evidence IS DISTINCT FROM c.evidence AS changed
FROM exception_case c
LEFT JOIN finding f ON f.rule_code = c.rule_code AND f.rid IS NOT DISTINCT FROM c.rid
  AND f.dwelling_key IS NOT DISTINCT FROM c.dwelling_key;

CREATE OR REPLACE TEMP TABLE case_move AS
SELECT exception_id, rule_code, feed, rid, dwelling_key, last_seen_on, evidence, status AS was,
       CASE
         WHEN found AND status IN ('cured', 'expired') THEN CASE WHEN held THEN 'held' ELSE 'open' END
         WHEN found AND status = 'dismissed' AND changed AND close_reason IS DISTINCT FROM 'no_reminder'
           THEN CASE WHEN held THEN 'held' ELSE 'open' END
         WHEN found AND status = 'held' AND NOT held THEN 'open'
         WHEN found AND status = 'open' AND held THEN 'held'
         WHEN NOT found AND status IN ('held', 'open', 'confirmed') THEN 'gone' END AS becomes
FROM case_today;

DELETE FROM case_move WHERE becomes IS NULL
