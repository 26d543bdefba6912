-- Answers that nobody has handled, against the cases there are; the last of several for one number counts.
-- 已更正, 已办理, 已书面询问, 属实 confirm (only a record cures); 不属实 dismisses; 不再提醒 ends it for good,
-- whatever the case's status. An answer to a case that a record or time has ended changes nothing, nor does the same
-- dated answer in a second file.
CREATE OR REPLACE TEMP TABLE answer_now AS
WITH said AS (
  SELECT a.rowid AS answer_row, upper(trim(a.verified_id)) AS exception_id, a.answer, a.verified_on, a.delivery_id,
         coalesce(a.source, 'feed') AS source,
         source = 'feed' AND EXISTS (
           FROM answer o WHERE o.verified_id = a.verified_id AND o.answer = a.answer AND o.verified_on = a.verified_on
             AND o.handled IN ('applied', 'already_closed', 'superseded')) AS again
  FROM answer a WHERE a.handled IS NULL
)
SELECT s.answer_row, c.exception_id, c.status AS was, s.answer, s.source, c.evidence, s.again,
       row_number() OVER (PARTITION BY c.exception_id
         ORDER BY s.verified_on DESC NULLS LAST, s.delivery_id DESC NULLS FIRST, s.answer_row DESC) = 1 AS last,
       CASE WHEN s.again OR c.close_reason = 'no_reminder' THEN NULL
            WHEN s.answer = '不再提醒' THEN 'no_reminder'
            WHEN c.status IN ('cured', 'expired') THEN NULL
            WHEN s.answer = '不属实' THEN CASE WHEN c.status <> 'dismissed' THEN 'untrue' END
            WHEN s.answer IN ('已更正', '已办理', '已书面询问', '属实') THEN 'confirmed' END AS effect
FROM said s JOIN exception_case c USING (exception_id);

INSERT INTO exception_event BY NAME
SELECT n.exception_id, $now AS happened_at, CASE n.effect WHEN 'confirmed' THEN 'confirmed' ELSE 'dismissed' END AS event,
       CASE n.source WHEN 'clerk' THEN 'clerk' ELSE 'office' END AS actor_kind,
       CASE n.answer WHEN '已更正' THEN 'corrected' WHEN '已办理' THEN 'handled' WHEN '已书面询问' THEN 'asked_in_writing'
                     WHEN '属实' THEN 'found_true' WHEN '不属实' THEN 'untrue' ELSE 'no_reminder' END AS reason_code,
       $run_id AS run_id, n.evidence
FROM answer_now n WHERE n.last AND n.effect IS NOT NULL ORDER BY n.exception_id;

UPDATE exception_case
SET status = CASE n.effect WHEN 'confirmed' THEN 'confirmed' ELSE 'dismissed' END, hold_reason = NULL, status_before = NULL,
    closed_on = CASE n.effect WHEN 'confirmed' THEN NULL ELSE $as_of END,
    close_reason = CASE n.effect WHEN 'confirmed' THEN NULL ELSE n.effect END
FROM answer_now n
WHERE n.last AND n.effect IS NOT NULL AND n.exception_id = exception_case.exception_id;

UPDATE answer
SET run_id = $run_id,
    handled = CASE WHEN n.answer IS NULL THEN 'no_answer' WHEN n.again THEN 'repeated' WHEN NOT n.last THEN 'superseded'
                   WHEN n.effect IS NULL THEN 'already_closed' ELSE 'applied' END
FROM answer_now n WHERE n.answer_row = answer.rowid
