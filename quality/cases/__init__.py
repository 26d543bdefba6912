"""Cases: what becomes of a finding from run to run, as an append-only log with a current state.

Belongs here: the difference between today's findings and the cases there are, the answers that offices
return, the ids under which a case is shown. Does not belong here: what a finding is (``quality.rules``), and
deletion after the profile's days.

held → open → confirmed / dismissed / cured / expired (contract, section 5). cured: a record ended it;
expired: time or the end of a consent did; a dismissed one comes back only if its evidence changed, and
never after 不再提醒. While a fact that a case rests on is disputed, the case is held.

The log has two parts: ``exception_event``, what happened, and ``case_state``, how a case stood before each
change, so that what was listed on any day, and why, can be told (one row a change, not a day).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import polars as pl

from quality.rules.views import run_text

if TYPE_CHECKING:
    import duckdb

_LETTERS = str.maketrans("0123456789abcdef", "BCDFGHJKLMNPQRST")
_PAUSED_BY_OFFICE = ("residence", "aftercare")
"""Offices with rules that rest on a row which their details do not name."""
_WAS = "CREATE OR REPLACE TEMP TABLE case_was AS FROM exception_case"
"""How cases stand before this run, of all that this run may change."""
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
    office = _office(con)
    _run(con, "remember", values)
    _pause(con, office)
    answers = _count(con, "SELECT count(*) FROM answer WHERE handled IS NULL")
    if answers:  # they may change any case
        con.execute(_WAS)
        _run(con, "answers", values)
    _run(con, "moves", values)
    if not answers:  # then only what moves does, and what today says otherwise
        con.execute(
            f"""{_WAS} WHERE exception_id IN (SELECT exception_id FROM case_move
                UNION ALL SELECT exception_id FROM case_today WHERE differs)"""
        )
    _move(con, values, office)
    new = _insert_new(con, values, exception_id_key)
    if answers:
        _run(con, "answers", values)
        _run(con, "letters", values)
    _run(con, "keep_history", values)
    return {
        "cases_new": new,
        "answers": answers,
        **{f"cases_{status}": n for status, n in _by_status(con).items()},
    }


def _office(con: duckdb.DuckDBPyConnection) -> str:
    """The office whose rules speak today; empty if none does."""
    row = con.execute("SELECT min(office) FROM rule_version_now").fetchone()
    return str(row[0]) if row and row[0] else ""


def _pause(con: duckdb.DuckDBPyConnection, office: str) -> None:
    """``paused_finding``: today's findings that rest on a disputed fact."""
    parts = [_sql("paused_common")]
    if office in _PAUSED_BY_OFFICE:
        parts.append(_sql(f"paused_{office}"))
    found = " UNION ".join(f"SELECT * FROM ({part})" for part in parts)
    open_ones = _count(con, "SELECT count(*) FROM dispute WHERE closed_on IS NULL")
    con.execute(f"CREATE OR REPLACE TEMP TABLE paused_finding AS {found} {'' if open_ones else 'LIMIT 0'}")


def _move(con: duckdb.DuckDBPyConnection, values: Mapping[str, object], office: str) -> None:
    """Cases that there were (``case_move``): still found, gone, or found again."""
    more = _sql(f"ended_by_{office}") if office in _PAUSED_BY_OFFICE else ""
    run_text(con, _sql("ended_by").replace("/* more */", more), values)
    common = _sql("end_common")
    if not office:
        con.execute(f"CREATE OR REPLACE TEMP TABLE case_end AS {common}")
    else:
        own = _sql(f"end_{office}")
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
    run_text(con, _sql(name), values)


@cache
def _sql(name: str) -> str:
    path = resources.files("quality.cases") / f"{name}.sql"
    return path.read_text(encoding="utf-8").rstrip().rstrip(";")
