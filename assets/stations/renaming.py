"""Own record numbers that are shown in another way than before, renamed in what cases say.

A record whose number turns out to be somebody's name, number or phone is shown as FILE#ROW from then on, and so is
each new version of it. Findings of today say so by themselves; ended cases and the history of cases do not.
"""

from __future__ import annotations

import json
import re

import polars as pl

from assets.context import RunContext
from assets.stations.frames import as_tables

_NAMED = r'"feed":"([a-z_]+)","record_id":"((?:[^"\\]|\\.)*)"'
_TABLES = ("exception_case", "case_state")
Renamed = dict[tuple[str, str], str]
"""How a record is shown now, by its feed and how it was shown before: two ledgers may have the same number."""


def remember_shown(ctx: RunContext) -> None:
    """Temporary table ``shown_before``: how the records in ``own_id`` were shown, if any case could name one."""
    ctx.con.execute(
        """CREATE OR REPLACE TEMP TABLE shown_before AS SELECT rid, shown_id FROM record
           WHERE rid IN (SELECT rid FROM own_id WHERE rid IS NOT NULL) AND EXISTS (FROM exception_case)"""
    )


def rename_in_cases(ctx: RunContext) -> int:
    """Put the new way into the details of cases and of their history; how many details changed."""
    found = ctx.con.execute(
        """SELECT r.feed, b.shown_id, r.shown_id FROM shown_before b JOIN record r USING (rid)
           WHERE b.shown_id <> r.shown_id ORDER BY ALL"""
    ).fetchall()
    renamed = {(feed, before): now for feed, before, now in found}
    return sum(_rename(ctx, table, renamed) for table in _TABLES) if renamed else 0


def _rename(ctx: RunContext, table: str, renamed: Renamed) -> int:
    found = ctx.con.execute(
        f"""SELECT DISTINCT details FROM {table} WHERE list_has_any(regexp_extract_all(details, $named, 2), $old)""",
        {"named": _NAMED, "old": [json.dumps(old, ensure_ascii=False)[1:-1] for _, old in renamed]},
    ).fetchall()
    if not found:
        return 0
    told = {details: _told(details, renamed) for (details,) in found}
    with as_tables(ctx.con, told=pl.DataFrame({"old": list(told), "new": list(told.values())})):
        ctx.con.execute(f"UPDATE {table} SET details = told.new FROM told WHERE {table}.details = told.old")
    return len(told)


def _told(details: str, renamed: Renamed) -> str:
    def shown(match: re.Match[str]) -> str:
        name: str = json.loads(f'"{match[2]}"')
        now = renamed.get((match[1], name), name)
        return f'"feed":"{match[1]}","record_id":{json.dumps(now, ensure_ascii=False)}'

    return re.sub(_NAMED, shown, details)
