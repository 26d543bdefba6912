-- Section 6 of the contract in words of SQL; every rule view and every earlier version is judged by these.
-- t is the as-of day. A withdrawn row is judged apart, because a version does not know that it was withdrawn.

CREATE OR REPLACE TEMP MACRO residence_active(status, registered_on, closed_on, t) AS
  coalesce(status = '在住' AND registered_on <= t AND (closed_on IS NULL OR closed_on > t), false);

CREATE OR REPLACE TEMP MACRO tenancy_active(starts_on, ends_on, left_on, t) AS
  coalesce(starts_on <= t AND (left_on IS NULL OR left_on > t) AND (ends_on IS NULL OR ends_on >= t), false);

-- the agreed end has passed and nothing says that the tenant left
CREATE OR REPLACE TEMP MACRO tenancy_lapsed(ends_on, left_on, t) AS
  coalesce(ends_on < t AND left_on IS NULL, false);

CREATE OR REPLACE TEMP MACRO consent_running(status, consented_on, consent_until, t) AS
  coalesce(status = '在册' AND consented_on <= t AND (consent_until IS NULL OR consent_until >= t), false);

-- the first day on which the desk's last contact is older than the agreed interval; none without an interval
CREATE OR REPLACE TEMP MACRO promise_broken_on(last_contact_on, received_on, contact_interval) AS
  CASE WHEN contact_interval > 0 AND contact_interval < 36500
       THEN coalesce(last_contact_on, received_on) + contact_interval::INTEGER + 1 END;

-- a request's last day, and whether the request itself (tenancy and consent number apart) runs
CREATE OR REPLACE TEMP MACRO consent_end(consented_on, consent_until, default_days) AS
  coalesce(consent_until, consented_on + default_days::INTEGER);

CREATE OR REPLACE TEMP MACRO consent_lasts(consented_on, last_day, revoked_on, t) AS
  coalesce(consented_on <= t AND (revoked_on IS NULL OR revoked_on > t) AND last_day >= t, false);

-- numbers: resident, 81-83 and permanent-resident ones are judged, everything else is 'other' or 'empty'
CREATE OR REPLACE TEMP MACRO number_bad(id_state) AS coalesce(id_state IN ('invalid', 'damaged'), false);

CREATE OR REPLACE TEMP MACRO birth_against_number(id_birth, birth_date, birth_precision) AS
  coalesce(CASE birth_precision
    WHEN 'year' THEN year(birth_date) <> year(id_birth)
    WHEN 'month' THEN date_trunc('month', birth_date) <> date_trunc('month', id_birth)
    ELSE birth_date <> id_birth END, false);

CREATE OR REPLACE TEMP MACRO sex_against_number(id_sex, sex) AS coalesce(id_sex <> sex, false);

CREATE OR REPLACE TEMP MACRO before(later, earlier) AS coalesce(later < earlier, false);

-- a digest over one record alone: it tells that a value changed, and joins nothing
CREATE OR REPLACE TEMP MACRO mark(rid, value) AS md5(concat_ws('/', rid, coalesce(value, '')));

-- since when a condition holds: the first day of its unbroken run, and never before the record came (back)
CREATE OR REPLACE TEMP MACRO since(run_day, seen_since) AS greatest(coalesce(run_day, seen_since), seen_since);

CREATE OR REPLACE TEMP MACRO gone(withdrawn_on, t) AS coalesce(withdrawn_on <= t, false)
