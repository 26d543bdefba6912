-- Version 8: records whose kept facts (`facts_FEED`, made by station facts) are to be worked out anew by the next run,
-- because the end of old versions or of rejected rows may have changed them.
CREATE TABLE facts_due (rid BIGINT);
