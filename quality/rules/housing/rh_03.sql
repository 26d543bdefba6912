-- code: RH-03
-- title_zh: 租约届满未续未销
-- title_en: Term over, neither renewed nor closed
-- subject: dwelling
-- legal_basis: 浙江9; 贵阳住房租赁 (30 日)
-- purpose: A tenancy whose term is over is renewed or closed in the ledger
-- grace: 3 wd
-- may_do: correct_row, ask_in_writing
-- exemptions: none; held while a pair waits that would show the renewal
-- reasons: term_over
-- version: 1
-- valid_from: 2016-01-01
-- 止租日期 < T, no 退租日期, and no tenancy of that person there with a later 起租.
-- A row whose renewal an undecided pair would show is held; a dwelling is held if all of its rows are.
WITH open_row AS (
  SELECT l.* FROM rv_tenancies l
  WHERE l.lapsed AND l.dwelling_key IS NOT NULL
    AND NOT EXISTS (FROM rv_tenancies n WHERE n.person = l.person AND n.dwelling_key = l.dwelling_key
                    AND NOT n.withdrawn AND n.starts_on > l.starts_on)
), judged AS (
  SELECT o.*, EXISTS (FROM rv_undecided u JOIN rv_tenancies n ON n.rid = u.other_rid
                      WHERE u.rid = o.rid AND n.dwelling_key = o.dwelling_key AND NOT n.withdrawn
                        AND n.starts_on > o.starts_on) AS waits
  FROM open_row o
), counted AS (
  SELECT *, bool_and(waits) OVER (PARTITION BY dwelling_key) AS all_wait FROM judged
)
SELECT NULL::VARCHAR AS feed, NULL::BIGINT AS rid, t.dwelling_key,
       coalesce(any_value(d.area_code), min(t.area_code)) AS area_code,
       min(t.ends_on) FILTER (WHERE all_wait OR NOT waits) AS since,
       min(t.lapsed_since) FILTER (WHERE all_wait OR NOT waits) AS made_on,
       'term_over' AS reason_code, bool_and(waits) AS held,
       array_to_string(list_sort(list(t.rid || ':' || t.ends_on)), ',') AS evidence,
       to_json({'ends_on': min(t.ends_on), 'tenancies': count(*),
                'rows': list_sort(list({'on': t.ends_on, 'feed': t.feed, 'record_id': t.shown_id}))})::VARCHAR AS details
FROM counted t
LEFT JOIN rv_dwelling d USING (dwelling_key)
GROUP BY t.dwelling_key
