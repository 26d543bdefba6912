"""Dagster's event log, with its connections kept open while a headless run goes on.

Dagster 1.13 makes a new SQLAlchemy engine and connection for each of the hundreds of statements of a run and
has SQLite flush each to disk: 10 s on a busy machine, against 2.6 s so. What is written is the same. With
SQLite's write-ahead log, ``synchronous = NORMAL`` cannot damage the file; a power cut may lose the last
entries of this log, which holds counts of runs and nothing that the registry needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

_BUSY_SECONDS = 60


@contextmanager
def kept_open() -> Iterator[None]:
    """While it lasts, each file of the event log has one engine, whose connection is used again."""
    engines: dict[str, Engine] = {}

    @contextmanager
    def connect(self: Any, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            where = self.conn_string_for_shard(shard)
            if where not in engines:
                engines[where] = _engine(where)
            if shard not in self._initialized_dbs:
                self._initdb(engines[where])
                self._initialized_dbs.add(shard)
            with engines[where].begin() as connection:
                yield connection

    before = SqliteEventLogStorage._connect
    SqliteEventLogStorage._connect = connect  # type: ignore[method-assign]
    try:
        yield
    finally:
        SqliteEventLogStorage._connect = before  # type: ignore[method-assign]
        for engine in engines.values():
            engine.dispose()


def _engine(where: str) -> Engine:
    options = {"timeout": _BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(where, poolclass=QueuePool, connect_args=options)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = NORMAL"))
    return engine
