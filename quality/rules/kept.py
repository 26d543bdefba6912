"""Which kept rows of rule views no longer hold, and by what they were made.

Belongs here: finding, of all records of an office, those whose row of a view may be another than at the last run. A row
follows from its record's versions, from the person and the dwelling that its record belongs to, and from the day. What a
run's files and mail bring is said by the caller (table ``touched``); the rest is found here by comparing what is kept
with what holds today. Does not belong here: making the rows (``quality.rules.views``).
"""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from quality.rules.catalog import KEPT_VIEWS, OFFICE_VIEWS, VIEW_COLUMNS
from quality.schema import typed_columns
from sources.contract import contracts

if TYPE_CHECKING:
    import duckdb


@cache
def views_mark() -> str:
    """A digest of all that says what is in a view: kept rows that were made by other words are worked out anew."""
    folder = resources.files("quality.rules") / "views"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.iterdir(), key=lambda p: p.name)]
    columns = repr({view: dict(columns) for view, columns in VIEW_COLUMNS.items()})
    return hashlib.sha256("\0".join([*texts, columns]).encode()).hexdigest()


def find_stale(con: duckdb.DuckDBPyConnection, office: str, since: date, as_of: date) -> None:
    """Table ``rv_stale(rid)``: the records whose kept rows may say something else as of ``as_of`` than as of ``since``.

    Needs ``touched`` (rid) and ``rv_joined``. Records of ledgers that are not kept are all among them.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE rv_stale AS SELECT DISTINCT rid FROM touched")
    values = {"since": since, "as_of": as_of}
    kept = KEPT_VIEWS[office]
    for view in OFFICE_VIEWS[office]:
        feed = view.removeprefix("rv_")
        if view in kept:
            con.execute(f"INSERT INTO rv_stale {_turned(feed)}", values)
        else:
            con.execute("INSERT INTO rv_stale SELECT rid FROM record WHERE feed = $feed", {"feed": feed})
    for view in kept:
        con.execute(f"INSERT INTO rv_stale {_moved(view)}")


def _turned(feed: str) -> str:
    """Records with a day between the two runs, both included: whatever compares it with the as-of day may have turned.

    Days of any version count, for since when something holds is told by them; those of birth too, which are few. 更新时间
    orders versions and is compared with no day.
    """
    days = [
        name
        for name, kind in typed_columns(contracts()[feed]).items()
        if kind == "DATE" and name != "updated_at"
    ]
    inside = " OR ".join(f"{day} BETWEEN $since AND $as_of" for day in days) or "false"
    return f"""SELECT rid FROM typed_{feed} WHERE {inside}
               UNION ALL SELECT rid FROM record WHERE feed = '{feed}' AND withdrawn_on BETWEEN $since AND $as_of"""


@cache
def _moved(view: str) -> str:
    path = resources.files("quality.rules") / "views" / f"{view.removeprefix('rv_')}.moved.sql"
    return path.read_text(encoding="utf-8")
