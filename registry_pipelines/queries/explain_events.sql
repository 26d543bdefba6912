SELECT happened_at, event, actor_kind, reason_code FROM exception_event WHERE exception_id = $exception ORDER BY happened_at
