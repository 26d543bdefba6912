-- What became of the answers that came back: those that changed nothing, or all.
SELECT * FROM answer
WHERE $all OR outcome NOT IN ('applied', 'letter_ended', 'letter_noted', 'repeated')
ORDER BY run_id DESC, file_name, row_number, exception_id, letter_id
