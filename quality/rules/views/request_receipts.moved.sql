-- Receipts whose residence row no longer says what is kept of it, or that named a row which was not there.
SELECT rid FROM facts_request_receipts WHERE row_rid IN (SELECT rid FROM rv_stale) OR (names_row AND row_rid IS NULL)
