-- Answers to letters: 不再提醒 ends them, anything else is noted. What is left names nothing that is known.
UPDATE letter SET ended = true
FROM answer a
WHERE a.handled IS NULL AND a.answer = '不再提醒' AND letter.letter_id = upper(trim(a.verified_id))
  AND letter.ended IS DISTINCT FROM true;

UPDATE answer
SET run_id = $run_id,
    handled = CASE WHEN answer.answer IS NULL THEN 'no_answer'
                   WHEN NOT EXISTS (FROM letter l WHERE l.letter_id = upper(trim(answer.verified_id))) THEN 'unknown_id'
                   WHEN answer.answer = '不再提醒' THEN 'letter_ended' ELSE 'letter_noted' END
WHERE handled IS NULL
