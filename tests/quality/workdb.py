"""A working database in memory for tests of what reads it: the real tables and views.

The rows are given as dicts of columns of ``cur_FEED``; what a test does not name is NULL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from assets.store.schema import create_current_views, migrate
from quality.schema import typed_columns
from sources.contract import contracts

RECORD = ("record_id", "shown_id", "first_day", "last_day", "withdrawn_on")


def workdb(office: str) -> duckdb.DuckDBPyConnection:
    """An empty working database of ``office``."""
    con = duckdb.connect(":memory:")
    migrate(con, office)
    create_current_views(con, office)
    return con


def put(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows; all must name the same columns. A row of ``cur_FEED`` is written as record, version and members."""
    if table.startswith("cur_"):
        for row in rows:
            _put_current(con, table.removeprefix("cur_"), row)
        return
    names = list(rows[0])
    marks = ", ".join("?" for _ in names)
    con.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", [[r[n] for n in names] for r in rows]
    )


def _put_current(con: duckdb.DuckDBPyConnection, feed: str, row: Mapping[str, object]) -> None:
    rid, content = row["rid"], row.get("content", 1)
    put(con, "record", [{"rid": rid, "feed": feed} | {n: row.get(n) for n in RECORD}])
    seen = {"rid": rid, "content": content, "file_day": row.get("file_day"), "is_current": True}
    put(con, "sighting", [seen])
    typed = {n: row[n] for n in typed_columns(contracts()[feed]) if n in row}
    put(con, f"typed_{feed}", [{"rid": rid, "content": content} | typed])
    if row.get("person") is not None:
        put(con, "person_member", [{"rid": rid, "person": row["person"]}])
    if row.get("dwelling_key") is not None:
        put(con, "dwelling_member", [{"rid": rid, "dwelling_key": row["dwelling_key"]}])


COUNTY, TOWN_A, TOWN_B = "990100000000", "990100001000", "990100002000"
A1, A2, B1 = "990100001001", "990100001002", "990100002001"


def put_areas(con: duckdb.DuckDBPyConnection) -> None:
    """A county with two townships and three communities."""
    tree = [
        (COUNTY, "县", None),
        (TOWN_A, "乡镇", COUNTY),
        (TOWN_B, "乡镇", COUNTY),
        (A1, "社区", TOWN_A),
        (A2, "社区", TOWN_A),
        (B1, "社区", TOWN_B),
    ]
    put(
        con,
        "area",
        [{"area_code": c, "area_name": f"区{c[-4:]}", "level": lv, "parent_code": p} for c, lv, p in tree],
    )
