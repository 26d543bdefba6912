-- Version 4: hashes of the names, identity numbers and phones that each record holds in any version, in bare form.
-- They only find; a value itself is compared before anything is concluded. They go with the record (rid) and with
-- its versions (assets.store.held).
CREATE TABLE personal_hash (rid BIGINT, h UBIGINT);
