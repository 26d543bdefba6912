-- The working database of one home, version 1. Feed tables (raw_FEED, typed_FEED) are generated from the
-- feed contracts by quality.schema; everything else is here. No primary keys or indexes: a run writes in
-- bulk inside one transaction, and uniqueness is a blocking check (assets.checks). `rid` is a surrogate of
-- (feed, record_id) inside this home; it is never published.

CREATE TABLE schema_version (version INTEGER, applied_at TIMESTAMP);

CREATE TABLE run (run_id INTEGER, as_of DATE, profile VARCHAR, started_at TIMESTAMP, finished_at TIMESTAMP,
  code_version VARCHAR, notes VARCHAR);

CREATE TABLE delivery (delivery_id INTEGER, file_name VARCHAR, sha256 VARCHAR, feed VARCHAR, mode VARCHAR,
  file_day DATE, part INTEGER, parts INTEGER, outcome VARCHAR, reason VARCHAR, rows BIGINT, accepted BIGINT,
  rejected BIGINT, unchanged BIGINT, superseded BIGINT, withdrawn BIGINT, sealed BIGINT,
  refused_columns VARCHAR, ignored_columns INTEGER, loaded_at TIMESTAMP, run_id INTEGER);

-- one row for each record ever delivered and still held
CREATE TABLE record (rid BIGINT, feed VARCHAR, record_id VARCHAR, shown_id VARCHAR, first_day DATE,
  last_day DATE, withdrawn_on DATE);

-- one row for each time a file carried the record; `version_on` orders versions (contract, section 3);
-- content 0 is a rejected row: it counts as presence and is never current
CREATE TABLE sighting (rid BIGINT, delivery_id INTEGER, row_number INTEGER, version_on DATE, file_day DATE,
  content UBIGINT, is_current BOOLEAN);

CREATE TABLE issue (rid BIGINT, content UBIGINT, field VARCHAR, issue_code VARCHAR);

CREATE TABLE rejected (delivery_id INTEGER, feed VARCHAR, row_number INTEGER, record_id VARCHAR, shown_id VARCHAR,
  field VARCHAR, reason_code VARCHAR, raw VARCHAR);

-- keyed hashes of sealed notice numbers and of the enrolments sealed with them; they only suppress
CREATE TABLE suppressed (number_hash VARCHAR, cause_hash VARCHAR, lifted BOOLEAN);

CREATE TABLE area (area_code VARCHAR, area_name VARCHAR, level VARCHAR, parent_code VARCHAR);

-- identity within this office: entity ids never leave this database (persons); dwelling keys are published
CREATE TABLE person_member (rid BIGINT, person BIGINT);              -- person = rid of its founding record
CREATE TABLE dwelling_member (rid BIGINT, dwelling_key VARCHAR, conflict BOOLEAN);
CREATE TABLE dwelling (dwelling_key VARCHAR, founding_rid BIGINT, area_code VARCHAR, level VARCHAR);
CREATE TABLE dwelling_part (dwelling_key VARCHAR, whole_key VARCHAR); -- every coarser dwelling of the same house
CREATE TABLE dwelling_alias (old_key VARCHAR, current_key VARCHAR, event VARCHAR, run_id INTEGER, changed_on DATE);
CREATE TABLE judgement (rid_a BIGINT, rid_b BIGINT, verdict VARCHAR, kind VARCHAR, reason_code VARCHAR,
  decided_by VARCHAR, decided_on DATE, run_id INTEGER);
CREATE TABLE review_pair (pair_id VARCHAR, rid_a BIGINT, rid_b BIGINT, agreement VARCHAR, weight DOUBLE, state VARCHAR);
-- one valid number on records of people who are not the same, or a clerk's merge of differing numbers
CREATE TABLE number_conflict (rid BIGINT, other_rid BIGINT, reason_code VARCHAR, since DATE);
-- every accepted link with its evidence, for `registry explain`
CREATE TABLE person_link (rid_a BIGINT, rid_b BIGINT, agreement VARCHAR, weight DOUBLE, decided_by VARCHAR);

-- what peers' mail said
CREATE TABLE mail_in (mail_name VARCHAR, peer VARCHAR, sequence INTEGER, mail_day DATE, kind VARCHAR, outcome VARCHAR,
  reason VARCHAR, run_id INTEGER);
CREATE TABLE mail_out (mail_name VARCHAR, peer VARCHAR, sequence INTEGER, mail_day DATE, kind VARCHAR, digest VARCHAR, run_id INTEGER);
CREATE TABLE request_taken_up (request_id VARCHAR, taken_up_on DATE, mail_name VARCHAR);   -- housing: from residence's mail
CREATE TABLE request_state (request_id VARCHAR, kind VARCHAR, state VARCHAR, mail_name VARCHAR); -- residence: from housing's answer

-- the case log
CREATE TABLE finding (rule_code VARCHAR, feed VARCHAR, rid BIGINT, dwelling_key VARCHAR, area_code VARCHAR, since DATE,
  due_on DATE, opened_on DATE, answer_by DATE, reason_code VARCHAR, held BOOLEAN, evidence VARCHAR, details VARCHAR, run_id INTEGER);
CREATE TABLE exception_case (exception_id VARCHAR, rule_code VARCHAR, feed VARCHAR, rid BIGINT, dwelling_key VARCHAR,
  area_code VARCHAR, status VARCHAR, opened_on DATE, due_on DATE, answer_by DATE, last_seen_on DATE, closed_on DATE,
  close_reason VARCHAR, rule_version VARCHAR, details VARCHAR, evidence VARCHAR);
CREATE TABLE exception_event (exception_id VARCHAR, happened_at TIMESTAMP, event VARCHAR, actor_kind VARCHAR,
  reason_code VARCHAR, run_id INTEGER);
CREATE TABLE answer (verified_id VARCHAR, answer VARCHAR, verified_on DATE, delivery_id INTEGER, handled VARCHAR);
CREATE TABLE letter (letter_id VARCHAR, rid BIGINT, kind VARCHAR, offered_on DATE, until DATE, ended BOOLEAN);
CREATE TABLE tombstone (kind VARCHAR, code VARCHAR, n BIGINT, digest VARCHAR, deleted_on DATE, run_id INTEGER);
CREATE TABLE accepted_file (sha256 VARCHAR, reason_code VARCHAR, accepted_on DATE);

-- a statistics home holds these instead: protected counts as they came
CREATE TABLE count_cell (table_name VARCHAR, office VARCHAR, payload VARCHAR, mail_name VARCHAR);

CREATE TABLE holiday (day DATE, is_workday BOOLEAN, known BOOLEAN);
CREATE TABLE setting (name VARCHAR, value VARCHAR);
