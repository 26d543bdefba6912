-- Version 2: the history of cases, what a record ended, facts that are disputed, what a merge changed.
-- No column of these is called rid but where the row is about that record alone and goes with it.

ALTER TABLE exception_case ADD COLUMN hold_reason VARCHAR;    -- disputed, waiting; null if not held
ALTER TABLE exception_case ADD COLUMN status_before VARCHAR;  -- status that a dispute or a decision interrupted
ALTER TABLE exception_case ADD COLUMN stands_since DATE;      -- first day as of which it was listed as it stands
ALTER TABLE exception_event ADD COLUMN ended_by BIGINT;       -- the record that ended it, if one did
ALTER TABLE exception_event ADD COLUMN evidence VARCHAR;      -- digest of what it rested on then
ALTER TABLE answer ADD COLUMN source VARCHAR;                 -- feed (also null), clerk
ALTER TABLE answer ADD COLUMN run_id INTEGER;                 -- run that handled it
ALTER TABLE judgement ADD COLUMN was_one BOOLEAN;             -- whether the two were one person already before it

-- how a case stood before it changed: one row for each change, valid from from_on until the day before until_on
CREATE TABLE case_state (exception_id VARCHAR, from_on DATE, until_on DATE, status VARCHAR, hold_reason VARCHAR,
  area_code VARCHAR, opened_on DATE, due_on DATE, answer_by DATE, last_seen_on DATE, closed_on DATE, close_reason VARCHAR,
  rule_version VARCHAR, details VARCHAR, evidence VARCHAR, run_id INTEGER);

-- facts that somebody objected to; value_mark is a digest of the value as it was then, gone once it is closed
CREATE TABLE dispute (rid BIGINT, field VARCHAR, reason_code VARCHAR, opened_on DATE, answer_by DATE, closed_on DATE,
  close_reason VARCHAR, value_mark VARCHAR, run_id INTEGER);
