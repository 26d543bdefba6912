"""What clerks decided, append-only: pairs, merges, disputes, answers, accepted files.

Here: the table, adding a decision, reading them in order. There is no function that changes or deletes one.
Not here: what a decision does (the run applies it), who may decide (the application).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from assets.store.database import open_decisions
from assets.store.home import Home
from assets.store.keys import KeyRing

KINDS = (
    "review", "merge", "unmerge", "dispute", "dispute_close", "resolve", "accept_file", "accept_requests", "accept_notice",
)  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """One decision. ``a`` and ``b`` name records (feed, record id); for a file, ``a_record`` is its sha256;
    to resolve, the exception's id, and ``field`` the answer."""

    kind: str
    reason_code: str
    actor: str
    a_feed: str | None = None
    a_record: str | None = None
    b_feed: str | None = None
    b_record: str | None = None
    field: str | None = None


def append_decision(home: Home, keys: KeyRing, decision: Decision, decided_at: datetime) -> int:
    """Add a decision durably; gives its running number. ValueError if its kind is none of ``KINDS``."""
    if decision.kind not in KINDS:
        raise ValueError(f"no decision is of kind {decision.kind}")
    with open_decisions(home, keys) as con:
        row = con.execute(
            """INSERT INTO decision SELECT coalesce(max(seq), 0) + 1, $kind, $a_feed, $a_record, $b_feed, $b_record,
                 $field, $reason_code, $actor, $decided_at FROM decision RETURNING seq""",
            {**vars(decision), "decided_at": decided_at},
        ).fetchone()
    assert row is not None
    return int(row[0])


def read_decisions(home: Home, keys: KeyRing, *, after: int = 0) -> pl.DataFrame:
    """Decisions with a running number above ``after``, in order, in the columns of the table; none: 0 rows."""
    with open_decisions(home, keys) as con:
        return _decisions(con, after)


def _decisions(con: duckdb.DuckDBPyConnection, after: int) -> pl.DataFrame:
    return con.sql("SELECT * FROM decision WHERE seq > $after ORDER BY seq", params={"after": after}).pl()
