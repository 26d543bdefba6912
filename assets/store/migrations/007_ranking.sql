-- Version 7: the order of records by first day, feed and record id, kept: a record that came later stands behind all others.
-- One row for each record that is shown; it goes with the record.
CREATE TABLE ranking (rid BIGINT, feed VARCHAR, first_day DATE, rank BIGINT);
