-- Why cases of today's run are gone, where no office's own reading says more: a record ended them, or a decision did.
SELECT m.exception_id, 'cured' AS status,
       CASE WHEN m.dwelling_key IS NOT NULL AND NOT EXISTS (FROM rv_dwelling d WHERE d.dwelling_key = m.dwelling_key)
              THEN 'dwelling_merged'
            WHEN r.withdrawn OR (m.rid IS NOT NULL AND r.rid IS NULL) THEN 'row_withdrawn'
            WHEN q.exception_id IS NOT NULL OR (m.rule_code = 'DQ-02' AND b.ended_by IS NULL) THEN 'decided'
            ELSE 'record_changed' END AS close_reason
FROM case_move m
LEFT JOIN rv_record r ON r.rid = m.rid
LEFT JOIN case_ended_by b USING (exception_id)
LEFT JOIN case_decided q USING (exception_id)
WHERE m.becomes = 'gone'
