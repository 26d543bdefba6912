SELECT v.shown_id AS request_id, v.request_kind AS kind, NULL::DATE AS consented_on,
       CASE WHEN v.request_state IN ('ended', 'void') THEN v.request_state ELSE 'taken_up' END AS state,
       v.received_on AS state_on
FROM rv_request_receipts v WHERE NOT v.withdrawn
