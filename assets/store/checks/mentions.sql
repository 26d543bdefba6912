-- Which records a published exception is about: its subject, the own rows it rests on, the rows at its dwelling.
CREATE OR REPLACE TEMP TABLE pub_mention AS
SELECT e.n, r.rid FROM pub_case e JOIN record r ON r.feed = e.feed AND r.shown_id = e.record_id
UNION ALL
SELECT l.n, r.rid FROM pub_leaf l JOIN record r ON r.shown_id = l.value WHERE l.kind = 'text' AND l.name = 'record_id'
UNION ALL
SELECT e.n, m.rid FROM pub_case e JOIN dwelling_member m ON m.dwelling_key = e.dwelling_key;

-- Every day that those records have, by exception, in any version: not birth dates, and birth dates
CREATE OR REPLACE TEMP TABLE own_date AS SELECT DISTINCT m.n, o.day FROM pub_mention m JOIN (/* own days */) o USING (rid);
CREATE OR REPLACE TEMP TABLE own_birth AS SELECT DISTINCT m.n, o.day FROM pub_mention m JOIN (/* birth dates */) o USING (rid)
