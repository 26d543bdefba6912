-- Answers that nobody has handled, against the cases there are; the last of several for one number counts.
-- 已更正, 已办理, 已书面询问, 属实 confirm (only a record cures); 不属实 dismisses; 不再提醒 ends it for good,
-- whatever the case's status. An answer to a case that a record or time has ended changes nothing.
CREATE OR REPLACE TEMP TABLE answer_now AS
SELECT a.rowid AS answer_row, c.exception_id, c.status AS was, a.answer,
       row_number() OVER (PARTITION BY c.exception_id
         ORDER BY a.verified_on DESC NULLS LAST, a.delivery_id DESC, a.rowid DESC) = 1 AS last,
       CASE WHEN a.answer = '不再提醒' THEN 'no_reminder'
            WHEN c.status IN ('cured', 'expired') THEN NULL
            WHEN a.answer = '不属实' THEN CASE WHEN c.status <> 'dismissed' THEN 'untrue' END
            WHEN c.close_reason = 'no_reminder' THEN NULL
            WHEN a.answer IN ('已更正', '已办理', '已书面询问', '属实') THEN 'confirmed' END AS effect
FROM answer a JOIN exception_case c ON c.exception_id = upper(trim(a.verified_id))
WHERE a.handled IS NULL;

INSERT INTO exception_event
SELECT n.exception_id, $now, CASE n.effect WHEN 'confirmed' THEN 'confirmed' ELSE 'dismissed' END, 'office',
       CASE n.answer WHEN '已更正' THEN 'corrected' WHEN '已办理' THEN 'handled' WHEN '已书面询问' THEN 'asked_in_writing'
                     WHEN '属实' THEN 'found_true' WHEN '不属实' THEN 'untrue' ELSE 'no_reminder' END, $run_id
FROM answer_now n WHERE n.last AND n.effect IS NOT NULL ORDER BY n.exception_id;

UPDATE exception_case
SET status = CASE n.effect WHEN 'confirmed' THEN 'confirmed' ELSE 'dismissed' END,
    closed_on = CASE n.effect WHEN 'confirmed' THEN NULL ELSE $as_of END,
    close_reason = CASE n.effect WHEN 'confirmed' THEN NULL ELSE n.effect END
FROM answer_now n
WHERE n.last AND n.effect IS NOT NULL AND n.exception_id = exception_case.exception_id;

UPDATE answer
SET handled = CASE WHEN n.answer IS NULL THEN 'no_answer' WHEN NOT n.last THEN 'superseded'
                   WHEN n.effect IS NULL THEN 'already_closed' ELSE 'applied' END
FROM answer_now n WHERE n.answer_row = answer.rowid
