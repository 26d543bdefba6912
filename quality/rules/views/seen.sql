-- rv_seen: of the records that were sent more than once, the current content (null if there is none), since when
-- the record has been in the ledger without a gap, and whether it has several versions. A record that was sent once is
-- not in it: its one version counts, and it has been there since its first day.
-- A gap is a complete full snapshot between two sightings that lacked the record; a rejected row is presence.
-- Snapshots older than superseded versions are kept for are not asked, because their sightings may be gone.

-- Each snapshot has a bit, so that one pass over the sightings tells who was in all of them; only the few that were
-- not are looked at day by day. No more than the last 120 snapshots of a feed are asked.

CREATE OR REPLACE TEMP TABLE rv_snapshot AS
SELECT feed, file_day AS day, 1::HUGEINT << (row_number() OVER (PARTITION BY feed ORDER BY file_day DESC) - 1)::INTEGER AS bit
FROM (SELECT DISTINCT feed, file_day FROM delivery
      WHERE mode = 'full' AND outcome = 'loaded' AND file_day > $as_of::DATE - $superseded_days::INTEGER)
QUALIFY row_number() OVER (PARTITION BY feed ORDER BY file_day DESC) <= 120;

CREATE OR REPLACE TEMP TABLE rv_delivery AS
SELECT d.delivery_id, d.file_day, d.feed, n.bit
FROM delivery d LEFT JOIN rv_snapshot n ON n.feed = d.feed AND n.day = d.file_day;

CREATE OR REPLACE TEMP TABLE rv_refused_row AS
SELECT r.rid, d.file_day, d.bit FROM rejected j JOIN rv_delivery d USING (delivery_id)
JOIN record r ON r.feed = j.feed AND r.record_id = j.record_id /* those */;

-- A record with one sighting and no refused row has seen nothing change; only the others are summed up. Of several
-- sightings all but one are not current; of those that were deleted since, the record's days still tell.
CREATE OR REPLACE TEMP TABLE rv_several AS
SELECT rid FROM sighting /* those */ WHERE NOT is_current UNION SELECT rid FROM rv_refused_row
UNION SELECT rid FROM record /* those */ WHERE first_day IS DISTINCT FROM last_day;

CREATE OR REPLACE TEMP TABLE rv_span AS
SELECT rid, min(file_day) AS first_day, max(file_day) AS last_day, coalesce(bit_or(bit), 0) AS seen_in,
       min(file_day) FILTER (WHERE content <> 0) AS first_version, max(content) FILTER (WHERE is_current) AS content,
       coalesce(min(content) FILTER (WHERE content <> 0) <> max(content) FILTER (WHERE content <> 0), false) AS many
FROM (SELECT s.rid, s.file_day, s.content, s.is_current, d.bit
      FROM sighting s SEMI JOIN rv_several USING (rid) JOIN rv_delivery d USING (delivery_id)
      UNION ALL SELECT rid, file_day, 0::UBIGINT, false, bit FROM rv_refused_row)
GROUP BY rid;

-- records that some snapshot between their first and last day lacked
CREATE OR REPLACE TEMP TABLE rv_broken AS
WITH span AS (SELECT s.*, r.feed FROM rv_span s JOIN record r USING (rid) WHERE s.last_day > s.first_day),
between_days AS (
  SELECT k.feed, k.first_day, k.last_day, count(*) AS snapshots
  FROM (SELECT DISTINCT feed, first_day, last_day FROM span) k
  JOIN rv_snapshot n ON n.feed = k.feed AND n.day BETWEEN k.first_day AND k.last_day
  GROUP BY k.feed, k.first_day, k.last_day
)
SELECT s.rid, s.feed, s.first_day, s.last_day
FROM span s JOIN between_days b USING (feed, first_day, last_day)
WHERE bit_count(s.seen_in) < b.snapshots;

CREATE OR REPLACE TEMP TABLE rv_presence AS
SELECT rid, file_day FROM sighting SEMI JOIN rv_broken USING (rid)
UNION
SELECT rid, file_day FROM rv_refused_row SEMI JOIN rv_broken USING (rid);

CREATE OR REPLACE TEMP TABLE rv_gap AS
SELECT s.rid, max(n.day) AS day
FROM rv_broken s JOIN rv_snapshot n ON n.feed = s.feed AND n.day > s.first_day AND n.day < s.last_day
WHERE NOT EXISTS (FROM rv_presence p WHERE p.rid = s.rid AND p.file_day = n.day)
GROUP BY s.rid;

CREATE OR REPLACE TEMP TABLE rv_seen AS
SELECT s.rid, s.content, s.many, coalesce(b.back_on, s.first_version, s.first_day) AS seen_since
FROM rv_span s
LEFT JOIN (SELECT g.rid, min(p.file_day) AS back_on FROM rv_gap g JOIN rv_presence p USING (rid)
           WHERE p.file_day > g.day GROUP BY g.rid) b USING (rid);

-- versions of records that have several contents, in the contract's order
CREATE OR REPLACE TEMP TABLE rv_version AS
SELECT s.rid, s.content, s.file_day,
       row_number() OVER (PARTITION BY s.rid
         ORDER BY s.version_on, s.file_day, d.mode = 'delta', d.file_name, s.row_number) AS n
FROM sighting s JOIN delivery d USING (delivery_id)
WHERE s.rid IN (SELECT rid FROM rv_seen WHERE many) AND s.content <> 0
