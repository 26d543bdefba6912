-- Which records a published exception is about: its subject, the own rows it rests on, the rows at its dwelling.
CREATE OR REPLACE TEMP TABLE pub_mention AS
SELECT e.exception_id, r.rid FROM pub_exception e JOIN record r ON r.feed = e.feed AND r.shown_id = e.record_id
UNION
SELECT l.exception_id, r.rid FROM pub_leaf l JOIN record r ON r.shown_id = l.value WHERE l.kind = 'VARCHAR'
UNION
SELECT e.exception_id, m.rid FROM pub_exception e JOIN dwelling_member m ON m.dwelling_key = e.dwelling_key
