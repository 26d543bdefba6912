-- A rejected row is presence too: nothing is withdrawn because its row could not be used
UPDATE record SET last_day = p.day
FROM (SELECT j.feed, j.record_id, max(d.file_day) AS day FROM rejected j JOIN delivery d USING (delivery_id)
      WHERE j.record_id IS NOT NULL AND j.feed = (SELECT feed FROM loading) GROUP BY ALL) p
WHERE record.feed = p.feed AND record.record_id = p.record_id AND p.day > record.last_day;

-- Withdrawn as of the first complete full snapshot after the record was last seen; back when seen again
CREATE OR REPLACE TEMP TABLE withdrawal AS
WITH snapshot AS (
  SELECT DISTINCT d.file_day AS day FROM delivery d, loading l
  WHERE d.feed = l.feed AND d.mode = 'full' AND d.outcome = 'loaded'
), seen AS (SELECT DISTINCT r.last_day FROM record r, loading l WHERE r.feed = l.feed)
SELECT seen.last_day, min(snapshot.day) AS day FROM seen LEFT JOIN snapshot ON snapshot.day > seen.last_day
GROUP BY seen.last_day;

UPDATE delivery SET withdrawn = (
  SELECT count(*) FROM record r JOIN withdrawal w ON w.last_day = r.last_day
  WHERE r.feed = l.feed AND w.day = l.file_day AND r.withdrawn_on IS DISTINCT FROM w.day)
FROM loading l WHERE delivery.delivery_id = l.delivery_id;

UPDATE record SET withdrawn_on = w.day
FROM withdrawal w, loading l
WHERE record.feed = l.feed AND record.last_day = w.last_day AND record.withdrawn_on IS DISTINCT FROM w.day
