-- rv_seen: since when each record has been in the ledger without a gap, and whether it has several versions.
-- A gap is a complete full snapshot between two sightings that lacked the record; a rejected row is presence.
-- Snapshots older than superseded versions are kept for are not asked, because their sightings may be gone.

CREATE OR REPLACE TEMP TABLE rv_presence AS
SELECT rid, file_day, content FROM sighting
UNION ALL
SELECT r.rid, d.file_day, 0::UBIGINT FROM rejected j JOIN delivery d USING (delivery_id)
JOIN record r ON r.feed = j.feed AND r.record_id = j.record_id;

CREATE OR REPLACE TEMP TABLE rv_span AS
SELECT rid, min(file_day) AS first_day, max(file_day) AS last_day,
       min(file_day) FILTER (WHERE content <> 0) AS first_version,
       coalesce(min(content) FILTER (WHERE content <> 0) <> max(content) FILTER (WHERE content <> 0), false) AS many
FROM rv_presence GROUP BY rid;

CREATE OR REPLACE TEMP TABLE rv_gap AS
WITH snapshot AS (
  SELECT DISTINCT feed, file_day AS day FROM delivery
  WHERE mode = 'full' AND outcome = 'loaded' AND file_day > $as_of::DATE - $superseded_days::INTEGER
)
SELECT s.rid, max(f.day) AS day
FROM rv_span s JOIN record r USING (rid)
JOIN snapshot f ON f.feed = r.feed AND f.day > s.first_day AND f.day < s.last_day
WHERE NOT EXISTS (FROM rv_presence p WHERE p.rid = s.rid AND p.file_day = f.day)
GROUP BY s.rid;

CREATE OR REPLACE TEMP TABLE rv_seen AS
SELECT s.rid, s.many, coalesce(b.back_on, s.first_version, s.first_day) AS seen_since
FROM rv_span s
LEFT JOIN (SELECT g.rid, min(p.file_day) AS back_on FROM rv_gap g JOIN rv_presence p USING (rid)
           WHERE p.file_day > g.day GROUP BY g.rid) b USING (rid);

-- versions of records that have several contents, in the contract's order
CREATE OR REPLACE TEMP TABLE rv_version AS
SELECT s.rid, s.content, s.file_day, r.feed,
       row_number() OVER (PARTITION BY s.rid
         ORDER BY s.version_on, s.file_day, d.mode = 'delta', d.file_name, s.row_number) AS n
FROM sighting s JOIN rv_seen p USING (rid) JOIN record r USING (rid) JOIN delivery d USING (delivery_id)
WHERE p.many AND s.content <> 0
