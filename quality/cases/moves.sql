-- What today's findings do to each case: one row for every case that changes, with its new status and event.
-- A dismissed case comes back only if its evidence changed, and never after 不再提醒. A confirmed case stays
-- confirmed unless a fact it rests on is disputed; then it is held, and confirmed again when the dispute is over.
-- A held one opens when nothing holds it any longer, an open one is held back when something does. What a decision
-- about pairs ended and its undoing brings back is as it was before.
CREATE OR REPLACE TEMP TABLE case_today AS
SELECT c.exception_id, c.rule_code, c.feed, c.rid, c.dwelling_key, c.status, c.close_reason, c.last_seen_on, c.evidence,
       c.hold_reason AS held_for,
       f.rule_code IS NOT NULL AS found,
       CASE WHEN p.rule_code IS NOT NULL THEN 'disputed' WHEN f.held THEN 'waiting' END AS hold,
       f.evidence IS DISTINCT FROM c.evidence AS changed,
       found AND (c.area_code, c.opened_on, c.due_on, c.answer_by, c.details, c.evidence, c.rule_version)
         IS DISTINCT FROM (f.area_code, f.opened_on, f.due_on, f.answer_by, f.details, f.evidence, v.version) AS differs,
       CASE WHEN c.status_before = 'confirmed' THEN 'confirmed' ELSE 'open' END AS back_to
FROM exception_case c
LEFT JOIN finding f ON f.rule_code = c.rule_code AND f.rid IS NOT DISTINCT FROM c.rid
  AND f.dwelling_key IS NOT DISTINCT FROM c.dwelling_key
LEFT JOIN rule_version_now v ON v.rule_code = f.rule_code
LEFT JOIN paused_finding p ON p.rule_code = c.rule_code AND p.rid IS NOT DISTINCT FROM c.rid
  AND p.dwelling_key IS NOT DISTINCT FROM c.dwelling_key;

CREATE OR REPLACE TEMP TABLE case_move AS
SELECT exception_id, rule_code, feed, rid, dwelling_key, last_seen_on, evidence, status AS was, hold,
       coalesce(close_reason = 'decided' AND NOT changed, false) AS undone, coalesce(held_for = 'disputed', false) AS was_disputed,
       CASE
         WHEN found AND status IN ('cured', 'expired')
           THEN CASE WHEN undone AND hold IS DISTINCT FROM 'disputed' AND back_to = 'confirmed' THEN back_to
                     WHEN hold IS NOT NULL THEN 'held' ELSE 'open' END
         WHEN found AND status = 'dismissed' AND changed AND close_reason IS DISTINCT FROM 'no_reminder'
           THEN CASE WHEN hold IS NOT NULL THEN 'held' ELSE 'open' END
         WHEN found AND was_disputed AND hold IS DISTINCT FROM 'disputed' AND back_to = 'confirmed' THEN back_to
         WHEN found AND status = 'held' AND hold IS NULL THEN 'open'
         WHEN found AND status = 'held' AND hold <> coalesce(held_for, 'waiting') THEN 'held'
         WHEN found AND status = 'open' AND hold IS NOT NULL THEN 'held'
         WHEN found AND status = 'confirmed' AND hold = 'disputed' THEN 'held'
         WHEN NOT found AND status IN ('held', 'open', 'confirmed') THEN 'gone' END AS becomes
FROM case_today;

DELETE FROM case_move WHERE becomes IS NULL
