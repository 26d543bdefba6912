-- Disputed facts: open ones first, by the day by which the office has to answer.
SELECT * FROM dispute WHERE $all OR state = 'open'
ORDER BY state DESC, answer_by, feed, record_id, field
