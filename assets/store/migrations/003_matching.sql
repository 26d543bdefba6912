-- Version 3: what the matcher remembers of every record and of every pair that can matter, as numbers only
-- (quality.matching.memory), so that a delivery is compared with what it touches and not everything with everything.

CREATE TABLE match_row (rid BIGINT, content UBIGINT, "values" UBIGINT, flat BIGINT, sound UBIGINT, name_order BIGINT,
  surname BIGINT, number BIGINT, state UTINYINT, born INTEGER, precision UTINYINT, phone_written BIGINT, home_written BIGINT,
  owner UTINYINT, number_end UBIGINT, number_start UBIGINT, phone_class UTINYINT, home_class UTINYINT, cut BIGINT);
CREATE TABLE match_pair (rid_a BIGINT, rid_b BIGINT, pattern INTEGER, bits DOUBLE, chain BOOLEAN);
