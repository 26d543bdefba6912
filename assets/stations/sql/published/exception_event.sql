SELECT exception_id, happened_at, event, actor_kind, reason_code FROM exception_event
ORDER BY happened_at, exception_id
