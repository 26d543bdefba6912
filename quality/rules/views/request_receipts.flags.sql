-- What each version of a receipt says: unanswered, or done with the row it names today.
SELECT t.rid, t.content,
       t.outcome IS NULL AS blank,
       coalesce(t.outcome = '已办', false)
         AND t.residence_record_id IS NOT DISTINCT FROM c.residence_record_id AS done
FROM typed_request_receipts t
JOIN rv_current k ON k.rid = t.rid
JOIN typed_request_receipts c ON c.rid = k.rid AND c.content = k.content
