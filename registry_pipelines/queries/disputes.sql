SELECT * FROM dispute WHERE list_contains($states, state)
ORDER BY state DESC, answer_by, feed, record_id, field
