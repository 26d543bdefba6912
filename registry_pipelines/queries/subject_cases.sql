-- Cases about the records, closed ones too, and cases that name one of them among the rows they rest on.
CREATE OR REPLACE TEMP TABLE subject_case AS
WITH own AS (
    SELECT rid, feed, shown_id FROM record WHERE list_contains($rids, rid)
), named AS (
    SELECT exception_id, unnest(json_extract_string(details, '$.rows[*].feed')) AS feed,
           unnest(json_extract_string(details, '$.rows[*].record_id')) AS shown_id
    FROM exception_case WHERE details LIKE '%"rows"%'
)
SELECT exception_id FROM exception_case SEMI JOIN own USING (rid)
UNION
SELECT exception_id FROM named SEMI JOIN own USING (feed, shown_id)
