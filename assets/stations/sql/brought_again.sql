-- Versions that are held and that one file brings again, but that are to be kept as this file brings them ({replaced}, of one
-- reason or the other); they go here and come with the file's rows.
DELETE FROM {raw} WHERE (rid, content) IN (FROM {replaced});

DELETE FROM {typed} WHERE (rid, content) IN (FROM {replaced});

DELETE FROM issue WHERE (rid, content) IN (FROM {replaced})
