"""What the case log answers: exceptions as they stand, or as they stood as of a day.

What belongs here: the choice of the source for the queries, and what to say about days that the log does not reach.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from registry_pipelines.cli.common import fetch, query

if TYPE_CHECKING:
    import duckdb

_PLACE = "/* listed */"


def listing_query(name: str, as_of: date | None) -> str:
    """The text of query ``name`` over the exceptions as they stand, or as they stood as of ``as_of``."""
    source = "SELECT * FROM exception" if as_of is None else query("listed_as_of")
    return query(name).replace(_PLACE, source)


def reach(con: duckdb.DuckDBPyConnection, as_of: date | None, kept_days: int) -> str:
    """What a reader of a past list has to know about its day; empty if nothing. ``kept_days``: how long the
    profile keeps how cases stood."""
    row = fetch(con, query("history"))[0]
    first, last = row["first_run"], row["last_run"]
    if as_of is None or first is None:
        return ""
    if as_of < first:
        return f"此日之前尚无运行 no run was as of that day or earlier: the first was as of {first}"
    if as_of > last:
        return f"最近一次运行截至 {last} the list is that of the last run, as of {last}"
    if as_of < last - timedelta(days=kept_days):
        return f"缺口历史保存 {kept_days} 天 history is kept for {kept_days} days: what changed since is not listed"
    return ""
