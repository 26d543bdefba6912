"""The three things that may cross between homes, fixed in code: their columns, their values, their JSON form.

`receipts`: request number, day it was taken up. `request_states`: request number, kind, runs / ended / void.
`counts`: protected counts by area, month and class, with the areas they are about. Nothing else has a form here.
Not here: sealing and signing (`assets.mail`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from assets.store.forms import request_number
from quality.measures import check_rows

Counts = Mapping[str, Sequence[Mapping[str, Any]]]
Payload = pl.DataFrame | Counts

KINDS: Final = ("登记", "变更", "注销")
STATES: Final = ("runs", "ended", "void")
LEVELS: Final = ("县", "乡镇", "社区")
_AREA_COLUMNS: Final = ("area_code", "area_name", "level", "parent_code")
_LONGEST_AREA_NAME: Final = 60

_SCHEMAS: Final[dict[str, dict[str, type[pl.DataType]]]] = {
    "receipts": {"request_id": pl.String, "taken_up_on": pl.Date},
    "request_states": {"request_id": pl.String, "kind": pl.String, "state": pl.String},
}


def dump_payload(kind: str, payload: Payload) -> dict[str, Any]:
    """JSON values of a payload. ValueError (no value in it) if it is not of that kind."""
    if isinstance(payload, pl.DataFrame):
        frame = _checked_rows(kind, payload)
        return {c: frame[c].cast(pl.String).to_list() for c in frame.columns}
    return {name: [dict(row) for row in rows] for name, rows in _checked_counts(kind, payload).items()}


def parse_payload(kind: str, raw: object) -> Payload:
    """A payload from its JSON values; ValueError or TypeError if it is not of that kind."""
    if not isinstance(raw, dict):
        raise TypeError("a payload is an object")
    if kind == "counts":
        return _checked_counts(kind, raw)
    schema = _SCHEMAS[kind]
    if set(raw) != set(schema):
        raise ValueError("the payload's columns are not those agreed")
    try:
        texts = pl.DataFrame(
            {c: raw[c] for c in schema}, schema=dict.fromkeys(schema, pl.String), strict=True
        )
        frame = texts.with_columns(
            pl.col(c).str.to_date("%Y-%m-%d", strict=True) for c, t in schema.items() if t == pl.Date
        )
    except (pl.exceptions.PolarsError, TypeError):
        raise ValueError("the payload's values are not of the agreed types") from None
    return _checked_rows(kind, frame)


def _checked_rows(kind: str, frame: pl.DataFrame) -> pl.DataFrame:
    schema = _SCHEMAS.get(kind)
    if schema is None or dict(frame.schema) != schema:
        raise ValueError(f"a mail of kind {kind} has other columns")
    allowed = request_number(pl.col("request_id"))
    if kind == "request_states":
        allowed &= pl.col("kind").is_in(KINDS) & pl.col("state").is_in(STATES)
    complete = pl.all_horizontal(pl.col(c).is_not_null() for c in schema)
    if frame.height and not frame.select((allowed & complete).fill_null(False).all()).item():
        raise ValueError(f"a mail of kind {kind} has a value that may not cross")
    return frame


def _checked_counts(kind: str, tables: Counts) -> Counts:
    if kind != "counts":
        raise ValueError(f"a mail of kind {kind} has rows, not tables")
    for name, rows in tables.items():
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise ValueError("a count table is a list of objects")
        if name == "area":
            _check_areas(rows)
        elif check_rows(name, rows).to_dicts() != rows:
            raise ValueError(f"count table {name}: a value has the wrong type; ask the sender.")
    return tables


def _check_areas(rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        code, above, name = row.get("area_code"), row.get("parent_code"), row.get("area_name")
        if (
            set(row) != set(_AREA_COLUMNS)
            or not _is_area_code(code)
            or not (above is None or _is_area_code(above))
            or row.get("level") not in LEVELS
            or not (isinstance(name, str) and 0 < len(name) <= _LONGEST_AREA_NAME)
        ):
            raise ValueError("an area of a count mail is not of the agreed form")


def _is_area_code(value: object) -> bool:
    return isinstance(value, str) and len(value) == 12 and value.isascii() and value.isdigit()
