SELECT * FROM letter ORDER BY until, feed, record_id
