-- Version 6: the hash of each record's own id in bare form, to be found among the names, numbers and phones that are held
-- without reading a million ids each time. One row for each record that is shown; it goes with the record.
CREATE TABLE id_hash (rid BIGINT, h UBIGINT);
