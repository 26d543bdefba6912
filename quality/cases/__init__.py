"""Cases: what becomes of a finding from run to run, as an append-only log with a current state.

Belongs here: the difference between today's findings and the cases there are, the answers that offices
return, the ids under which a case is shown. Does not belong here: what a finding is (``quality.rules``), and
deletion after the profile's days.

held → open → confirmed / dismissed / cured / expired (contract, section 5). cured: a record ended it;
expired: time or the end of a consent did; a dismissed one comes back only if its evidence changed, and
never after 不再提醒.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import polars as pl

from quality.rules.views import used, without_comments

if TYPE_CHECKING:
    import duckdb

_LETTERS = str.maketrans("0123456789abcdef", "BCDFGHJKLMNPQRST")
_STATUSES = ("held", "open", "confirmed", "dismissed", "cured", "expired")


def exception_id(key: bytes, rule_code: str, feed: str | None, subject: str) -> str:
    """``Q`` and 16 letters: BLAKE2b (64 bits) under ``key`` of rule, feed and true record id or dwelling key.

    A function of rule and subject alone, so it is the same tomorrow. Letters without vowels or digits: an id
    never looks like a phone or an identity number and is its own canonical form.
    """
    parts = (rule_code, feed or "", subject)
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return "Q" + hashlib.blake2b(text.encode(), key=key, digest_size=8).hexdigest().translate(_LETTERS)


def advance(
    con: duckdb.DuckDBPyConnection, *, as_of: date, run_id: int, exception_id_key: bytes, now: datetime
) -> dict[str, int]:
    """Bring ``exception_case`` and ``exception_event`` to today's ``finding``; returns cases by status.

    Needs the rule views and ``quality.rules.evaluate`` before it, on the same connection. ``now`` is the
    run's time and the time of every event of this run. Answers are applied to the cases as they were listed,
    then today's findings move them, then answers to cases that are new in this run are applied. If nothing
    changed since the last run, nothing is written.
    """
    values: Mapping[str, object] = {"as_of": as_of, "run_id": run_id, "now": now}
    answers = _count(con, "SELECT count(*) FROM answer WHERE handled IS NULL")
    if answers:
        _run(con, "answers", values)
    _move(con, values)
    new = _insert_new(con, values, exception_id_key)
    if answers:
        _run(con, "answers", values)
        _run(con, "letters", values)
    return {
        "cases_new": new,
        "answers": answers,
        **{f"cases_{status}": n for status, n in _by_status(con).items()},
    }


def _move(con: duckdb.DuckDBPyConnection, values: Mapping[str, object]) -> None:
    """Cases that there were: still found, gone, or found again."""
    _run(con, "moves", values)
    common = _sql("end_common")
    office = con.execute("SELECT min(office) FROM rule_version_now").fetchone()
    if office is None or office[0] is None:
        con.execute(f"CREATE OR REPLACE TEMP TABLE case_end AS {common}")
    else:
        own = _sql(f"end_{office[0]}")
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE case_end AS WITH own(exception_id, status, close_reason) AS ({own}), "
            f"common AS ({common}) FROM own UNION ALL SELECT * FROM common ANTI JOIN own USING (exception_id)"
        )
    _run(con, "apply_moves", values)


def _insert_new(con: duckdb.DuckDBPyConnection, values: Mapping[str, object], key: bytes) -> int:
    """Cases for findings that have none; how many. Their ids are worked out in Python: DuckDB has no keyed hash."""
    fresh = con.sql(_sql("match_new")).pl()
    if fresh.is_empty():
        return 0
    subjects = fresh.select(
        "rule_code", "feed", pl.coalesce("record_id", "dwelling_key").alias("subject")
    ).rows()
    ids = [exception_id(key, rule, feed, subject) for rule, feed, subject in subjects]
    named = fresh.select("rule_code", "rid", "dwelling_key").with_columns(pl.Series("exception_id", ids))
    con.register("case_id_frame", named.to_arrow())
    con.execute("CREATE OR REPLACE TEMP TABLE case_id AS FROM case_id_frame")
    con.unregister("case_id_frame")
    _run(con, "insert_new", values)
    return len(ids)


def _by_status(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    rows = con.execute("SELECT status, count(*) FROM exception_case GROUP BY status").fetchall()
    found = {str(status): int(n) for status, n in rows}
    return {status: found.get(status, 0) for status in _STATUSES}


def _count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _run(con: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, object]) -> None:
    """Each statement of one file of this package, with the parameters it names."""
    for statement in without_comments(_sql(name)).split(";"):
        if statement.strip():
            con.execute(statement, used(statement, values))


@cache
def _sql(name: str) -> str:
    path = resources.files("quality.cases") / f"{name}.sql"
    return path.read_text(encoding="utf-8").rstrip().rstrip(";")
