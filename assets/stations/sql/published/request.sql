-- Housing: every request it holds. Residence: those its own receipts name, with what housing's mail said of them.
SELECT v.shown_id AS request_id, v.kind, v.consented_on, v.state, v.state_on FROM rv_requests v
WHERE NOT v.withdrawn ORDER BY request_id
