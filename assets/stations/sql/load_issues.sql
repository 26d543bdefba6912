-- What was found in the cells of one file, kept with the content it was found in
INSERT INTO issue
SELECT s.rid, s.content, i.field, i.issue_code
FROM issue_rows i JOIN staged s USING (row_number)
WHERE s.row_number NOT IN (SELECT row_number FROM again)
