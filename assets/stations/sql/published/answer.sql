-- What became of every answer: by its file and row, with the exception or letter if it names one of this home's.
SELECT d.file_name, s.row_number, c.exception_id, l.letter_id,
       CASE a.answer WHEN '已更正' THEN 'corrected' WHEN '已办理' THEN 'handled' WHEN '已书面询问' THEN 'asked_in_writing'
                     WHEN '属实' THEN 'found_true' WHEN '不属实' THEN 'untrue' WHEN '不再提醒' THEN 'no_reminder' END AS answer,
       a.handled AS outcome, a.run_id
FROM answer a
LEFT JOIN delivery d ON d.delivery_id = a.delivery_id
LEFT JOIN record r ON r.feed = 'verifications' AND r.record_id = a.verified_id AND a.delivery_id IS NOT NULL
LEFT JOIN (SELECT rid, delivery_id, min(row_number) AS row_number FROM sighting
           WHERE content <> 0 AND rid IN (SELECT rid FROM record WHERE feed = 'verifications') GROUP BY ALL) s
  ON s.rid = r.rid AND s.delivery_id = a.delivery_id
LEFT JOIN exception_case c ON c.exception_id = upper(trim(a.verified_id))
LEFT JOIN letter l ON l.letter_id = upper(trim(a.verified_id))
WHERE a.handled IS NOT NULL
ORDER BY a.run_id, d.file_name, s.row_number, c.exception_id, l.letter_id
