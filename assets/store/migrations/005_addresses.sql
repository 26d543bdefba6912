-- Version 5: what an address says by itself, kept as long as the record's row stays the same, and where it led to.
-- One row for each record with an address and a current version; it is about that record alone and goes with it.
-- Elements are digests of the element's text (quality.dwellings.digests); null where the address has none.
CREATE TABLE address (rid BIGINT, content UBIGINT, first_day DATE,
  community_code VARCHAR, township_name VARCHAR, community_name VARCHAR, place UBIGINT,  -- place: digest of the three
  "group" UBIGINT, road UBIGINT, number UBIGINT, estate UBIGINT, building UBIGINT, unit UBIGINT, room UBIGINT,
  road_name UBIGINT,                         -- the road without its kind, where there is a village group
  own_house UBIGINT, of_house UBIGINT,       -- a rental row's own number, the house that a tenancy names
  dwelling BIGINT, site UBIGINT, conflict BOOLEAN);  -- rid of the founding record, digest of the completed elements
