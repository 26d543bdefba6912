"""What a statistics home makes of count files: check each row, keep the newest, lay out the tables.

Belongs here: the form in which protected counts travel (``to_cells``), the check on arrival and the merge.
A statistics home never sees an exact count: a row that cannot have come out of the protection is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from quality.disclosure import CountTable, ProtectedCounts, unprotected
from quality.measures.tables import TABLES, below_county_forbidden
from sources.offices import OFFICES

CELL_SCHEMA = {"table_name": pl.String, "office": pl.String, "payload": pl.String, "mail_name": pl.String}
_PATTERNS = {"area": r"^\d{12}$", "month": r"^\d{4}-(0[1-9]|1[0-2])$", "class": r"^[\w\-+]{1,40}$"}
_MAIL = re.compile(r"(\d{8})_(\d+)(?:\.|$)")


def _schema(table: CountTable) -> dict[str, pl.DataType]:
    types: dict[str, pl.DataType] = {"count": pl.Int64(), "median": pl.Float64(), "ratio": pl.Float64()}
    return {c.name: types.get(c.kind, pl.String()) for c in table.columns}


def to_cells(counts: ProtectedCounts, office: str, mail_name: str) -> pl.DataFrame:
    """Protected counts as rows of ``count_cell``: one row for each table, its rows as JSON.

    Raises ValueError for an office whose counts may not leave its home.
    """
    if not OFFICES[office].statistics:
        raise ValueError(f"counts of {office} stay in its home; nothing was written.")
    rows = [
        (name, office, json.dumps(rows, ensure_ascii=False), mail_name)
        for name, rows in counts.payload().items()
    ]
    return pl.DataFrame(rows, schema=CELL_SCHEMA, orient="row")


def check_rows(name: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of one received count table as a frame. Raises ValueError, naming table and column but no value,
    if the table is not declared, a column is missing or foreign, a value lies outside its closed domain, or a
    count is neither NULL nor a multiple of 3 from 9 on."""
    table = TABLES.get(name)
    if table is None:
        raise ValueError("a count file holds a table that is not declared; ask the sender for a new one.")
    schema = _schema(table)
    if any(row.keys() != schema.keys() for row in rows):
        raise ValueError(f"count table {name}: columns are not those declared; ask the sender for a new one.")
    try:
        frame = pl.DataFrame([dict(r) for r in rows], schema=schema, strict=True)
    except (TypeError, pl.exceptions.PolarsError):
        raise ValueError(f"count table {name}: a value has the wrong type; ask the sender.") from None
    for column in table.columns:
        if _outside(frame[column.name], column.kind, column.codes):
            raise ValueError(f"count table {name}: column {column.name} has a value that may not cross.")
    return frame


def _outside(values: pl.Series, kind: str, codes: tuple[str, ...]) -> bool:
    if kind == "count":
        return unprotected(values) > 0
    if kind in ("median", "ratio"):
        return bool((values.drop_nulls() < 0).any())
    if values.null_count():
        return True
    if codes:
        return not bool(values.is_in(list(codes)).all())
    return not bool(values.str.contains(_PATTERNS[kind]).all())


def _order(mail_name: str) -> tuple[str, int]:
    """(day, running number) of a mail or count file's name; one without sorts first."""
    found = _MAIL.search(mail_name)
    return (found[1], int(found[2])) if found else ("", 0)


def merge_counts(cells: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The tables that a statistics home publishes, from all its ``count_cell`` rows (``CELL_SCHEMA``).

    Of several rows for one office and one cell the one of the newest file counts; months that newer files no
    longer carry stay as they were. Every declared table is there, empty if nobody sent it.
    """
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in TABLES}
    ordered = sorted(cells.iter_rows(named=True), key=lambda c: _order(c["mail_name"]))
    for rank, cell in enumerate(ordered):
        frame = check_rows(cell["table_name"], json.loads(cell["payload"]))
        parts[cell["table_name"]].append(
            frame.with_columns(pl.lit(rank).alias("__rank"), pl.lit(cell["office"]).alias("__office"))
        )
    return {name: _newest(TABLES[name], found) for name, found in parts.items()}


def _newest(table: CountTable, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    if not parts:
        return pl.DataFrame(schema=_schema(table))
    keys = ["__office", *table.coordinates]
    newest = pl.concat(parts).sort("__rank").unique(subset=keys, keep="last")
    return newest.select(c.name for c in table.columns).sort(table.coordinates)


def county_rule_broken(name: str, frame: pl.DataFrame, county: str) -> int:
    """How many rows name an area below the county where only the county may be counted (0 = the rule holds)."""
    narrow = frame.filter(below_county_forbidden(TABLES[name]))
    return narrow.filter(pl.col("area_code") != county).height
