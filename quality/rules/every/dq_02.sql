-- code: DQ-02
-- title_zh: 同号异人 / 同人异号
-- title_en: One number on several people, or one person with several numbers
-- subject: record
-- legal_basis: PIPL 8, 46; 共条26
-- purpose: A number is one person's; rows that say otherwise are to be checked against the paper
-- grace: 0 d
-- may_do: correct_row, ask_in_writing
-- exemptions: none; held while a pair waits that would show one person
-- reasons: number_shared, numbers_differ
-- version: 1
-- valid_from: 2016-01-01
-- One finding for each person of a conflict: on the first of the person's rows that are in it.
-- Held if every row it conflicts with waits for a clerk's decision that would show one person.
WITH identity AS MATERIALIZED (
  SELECT * FROM rv_identity WHERE NOT withdrawn AND rid IN (SELECT rid FROM rv_number_conflict)
), pair AS (
  SELECT a.person, a.feed, a.rid, a.shown_id, a.area_code, b.feed AS other_feed, b.rid AS other_rid,
         b.shown_id AS other_id, b.person = a.person AS same_person,
         greatest(a.number_since, b.number_since, CASE WHEN c.decided THEN c.since END) AS since,
         EXISTS (FROM rv_undecided u WHERE u.rid = a.rid AND u.other_rid = b.rid) AS waits
  FROM rv_number_conflict c
  JOIN identity a ON a.rid = c.rid
  JOIN identity b ON b.rid = c.other_rid
), side AS (
  SELECT person, feed, rid, shown_id, area_code FROM pair
  UNION
  SELECT person, other_feed, other_rid, other_id, NULL FROM pair
), person_of AS (
  SELECT person, arg_min({'feed': feed, 'rid': rid, 'area_code': area_code}, (feed, shown_id)) AS first_row,
         min(since) AS since, bool_or(NOT same_person) AS shared, bool_and(waits) AS held,
         list(DISTINCT rid) AS own_rids, list(DISTINCT other_rid) AS other_rids
  FROM pair GROUP BY person
)
SELECT p.first_row.feed AS feed, p.first_row.rid AS rid, NULL::VARCHAR AS dwelling_key,
       p.first_row.area_code AS area_code, p.since, p.since AS made_on,
       CASE WHEN p.shared THEN 'number_shared' ELSE 'numbers_differ' END AS reason_code, p.held,
       array_to_string(list_sort(list_distinct(list_concat(p.own_rids, p.other_rids))), ',') AS evidence,
       to_json({'rows': (SELECT list({'feed': r.feed, 'record_id': r.shown_id} ORDER BY r.feed, r.shown_id)
                         FROM (SELECT DISTINCT feed, rid, shown_id FROM side) r
                         WHERE list_contains(list_concat(p.own_rids, p.other_rids), r.rid))})::VARCHAR AS details
FROM person_of p
