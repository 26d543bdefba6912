"""A working database in memory for tests of what reads it: the real tables, and ``cur_FEED`` as plain tables.

The rows are given as dicts of typed columns; what a test does not name is NULL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources

import duckdb

from quality.schema import typed_columns
from sources.contract import contracts
from sources.offices import feeds_of

HEAD = {
    "rid": "BIGINT",
    "feed": "VARCHAR",
    "record_id": "VARCHAR",
    "shown_id": "VARCHAR",
    "first_day": "DATE",
    "last_day": "DATE",
    "withdrawn_on": "DATE",
    "file_day": "DATE",
    "content": "UBIGINT",
    "person": "BIGINT",
    "dwelling_key": "VARCHAR",
}


def workdb(office: str) -> duckdb.DuckDBPyConnection:
    """An empty working database of ``office``."""
    con = duckdb.connect(":memory:")
    folder = resources.files("assets.store") / "migrations"
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if path.name.endswith(".sql"):
            con.execute(path.read_text(encoding="utf-8"))
    for feed in sorted(feeds_of(office)):
        typed = {k: v for k, v in typed_columns(contracts()[feed]).items() if k not in HEAD}
        columns = ", ".join(f"{name} {kind}" for name, kind in {**HEAD, **typed}.items())
        con.execute(f"CREATE TABLE cur_{feed} ({columns})")
    return con


def put(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows; all must name the same columns."""
    names = list(rows[0])
    marks = ", ".join("?" for _ in names)
    con.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", [[r[n] for n in names] for r in rows]
    )


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
