-- code: RQ-03
-- title_zh: 已办而台账未变
-- title_en: Done, but the ledger did not change
-- subject: record
-- legal_basis: PIPL 8, 15; 共条26
-- purpose: What the desk reports as done must be in its ledger
-- grace: 0 d
-- may_do: correct_row, serve_request
-- exemptions: none; a request whose kind is unknown or that no longer runs gives no finding
-- reasons: row_not_named, row_unknown, row_closed, row_still_active
-- version: 1
-- valid_from: 2016-01-01
-- 已办, but the row is blank, unknown or says the opposite. Kind and running come with housing's mail.
-- A row that had left the ledger by 收到日期 is no row; one that left it later was there when it counted.
WITH done AS (
  SELECT *, CASE
    WHEN NOT names_row THEN 'row_not_named'
    WHEN row_rid IS NULL THEN 'row_unknown'
    WHEN request_kind IN ('登记', '变更') AND row_withdrawn_on <= received_on THEN 'row_unknown'
    WHEN request_kind IN ('登记', '变更')
         AND (row_closed_on <= received_on OR (row_status = '已注销' AND row_closed_on IS NULL)) THEN 'row_closed'
    WHEN request_kind = '注销' AND row_active THEN 'row_still_active' END AS fault
  FROM rv_request_receipts
  WHERE NOT withdrawn AND outcome = '已办' AND request_state = 'runs'
)
SELECT feed, rid, NULL::VARCHAR AS dwelling_key, area_code,
       greatest(done_since, received_on, CASE WHEN fault = 'row_still_active' THEN row_since END) AS since,
       greatest(done_since, received_on, CASE WHEN fault = 'row_still_active' THEN row_since END) AS made_on,
       fault AS reason_code, false AS held,
       concat_ws('/', received_on, finished_on, row_rid, row_closed_on, row_status) AS evidence,
       to_json({'received_on': received_on, 'finished_on': finished_on, 'kind': request_kind})::VARCHAR AS details
FROM done
WHERE fault IS NOT NULL
