-- Which records a published exception is about: its subject, the own rows it rests on, the rows at its dwelling.
CREATE OR REPLACE TEMP TABLE pub_mention AS
SELECT s.n, r.rid FROM (
  SELECT n, feed, record_id FROM pub_case
  UNION ALL SELECT n, NULL, value FROM pub_leaf WHERE kind = 'text' AND name = 'record_id') s
JOIN record r ON r.shown_id = s.record_id AND (s.feed IS NULL OR r.feed = s.feed)
UNION ALL
SELECT e.n, m.rid FROM pub_case e JOIN dwelling_member m ON m.dwelling_key = e.dwelling_key;

-- Every day that those records have, by exception, in any version: not birth dates, and birth dates
CREATE OR REPLACE TEMP TABLE own_date AS SELECT DISTINCT m.n, o.day FROM pub_mention m JOIN (/* own days */) o USING (rid);
CREATE OR REPLACE TEMP TABLE own_birth AS SELECT DISTINCT m.n, o.day FROM pub_mention m JOIN (/* birth dates */) o USING (rid)
