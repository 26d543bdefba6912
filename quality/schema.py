"""What a feed contract becomes: columns of the raw and typed tables, their comments, the Pandera schema.

Belongs here: derivation from ``sources.contract`` only. Nothing about one feed is written here by name.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from quality.values.codes import DOC_TYPES
from quality.values.identity_numbers import EARLIEST_BIRTH, KINDS, STATES
from sources.contract import Column, FeedContract

if TYPE_CHECKING:
    import pandera.polars as pa

ADDRESS_COLUMNS = (
    "addr_township",
    "addr_community",
    "addr_group",
    "addr_road",
    "addr_number",
    "addr_estate",
    "addr_building",
    "addr_unit",
    "addr_room",
)

EARLIEST_DATE = date(1900, 1, 1)
YEARS_AHEAD = 50
LARGEST = {"integer": 3650, "decimal": 100_000}
"""Largest likely value: an agreed interval of ten years, a floor area of ten hectares."""

_POLARS: dict[str, type[pl.DataType]] = {
    "VARCHAR": pl.String,
    "DATE": pl.Date,
    "BOOLEAN": pl.Boolean,
    "INTEGER": pl.Int32,
    "DOUBLE": pl.Float64,
}
_MAY_BE_OPEN = re.compile(r"至$|止租|退租|注销|解除|撤回|办结")


def may_be_open(column: Column) -> bool:
    """Whether 长期 or 至今 is an answer in a date column: it says when something ends."""
    return _MAY_BE_OPEN.search(column.heading) is not None


def columns_of(column: Column) -> dict[str, str]:
    """The typed columns of one contract column with their DuckDB types, in order."""
    name = column.name
    match column.type:
        case "name":
            return {name: "VARCHAR", f"{name}_key": "VARCHAR"}
        case "id_number":
            varchar = dict.fromkeys((name, "id_kind", "id_state"), "VARCHAR")
            return varchar | {"id_birth": "DATE", "id_sex": "VARCHAR"}
        case "date" | "updated_at":
            precision = {"birth_precision": "VARCHAR"} if name == "birth_date" else {}
            return {name: "DATE"} | precision
        case "address":
            return {name: "VARCHAR"} | dict.fromkeys(ADDRESS_COLUMNS, "VARCHAR") | {"locatable": "BOOLEAN"}
        case "integer":
            return {name: "INTEGER"}
        case "decimal":
            return {name: "DOUBLE"}
        case _:
            return {name: "VARCHAR"}


def typed_columns(contract: FeedContract) -> dict[str, str]:
    """Typed column → DuckDB type, in contract order; the record's own number among them."""
    return {name: kind for column in contract.columns for name, kind in columns_of(column).items()}


def raw_columns(contract: FeedContract) -> dict[str, str]:
    """Raw column → DuckDB type: every contract column as the text that was delivered."""
    return {column.name: "VARCHAR" for column in contract.columns}


def polars_types(contract: FeedContract) -> dict[str, type[pl.DataType]]:
    """Typed column → Polars type, ``row_number`` (UInt32) first."""
    typed = {name: _POLARS[kind] for name, kind in typed_columns(contract).items()}
    return {"row_number": pl.UInt32, **typed}


def personal_columns(contract: FeedContract) -> tuple[str, ...]:
    """Typed columns that come from a column of class ``personal``."""
    return tuple(name for c in contract.columns if c.klass == "personal" for name in columns_of(c))


# --- comments -------------------------------------------------------------------------------------------

_PARTS = {
    "key": "for comparison: simplified script, one middle dot, capitals 比对用",
    "id_kind": "Kind of document of the number 证件种类",
    "id_state": "State of the number: valid, invalid, damaged, other (not judged), empty 号码状态",
    "id_birth": "Birth date in a valid number 号码中的出生日期",
    "id_sex": "Sex in a valid number 号码中的性别",
    "birth_precision": "Birth date known to the day, month or year 出生日期精度",
    "addr_township": "Township in the address 乡镇（街道）",
    "addr_community": "Community or village committee in the address, without suffix 社区（村）",
    "addr_group": "Villagers' group 村民小组",
    "addr_road": "Road, street, lane or hamlet 路街巷村",
    "addr_number": "House number 门牌号",
    "addr_estate": "Estate 小区",
    "addr_building": "Building 楼栋",
    "addr_unit": "Unit 单元",
    "addr_room": "Room 室",
    "locatable": "Address names a place and a number 地址可定位",
}


def table_comment(contract: FeedContract, *, typed: bool) -> str:
    """The comment of ``typed_FEED`` or ``raw_FEED``: English with the Chinese term."""
    what = "as typed values 规范值" if typed else "as delivered 原始值"
    return f"{contract.title_en} {contract.title_zh}, {what}"


def column_comments(contract: FeedContract) -> dict[str, str]:
    """Typed column → comment, for every column of ``typed_columns``; the raw table's names are among them."""
    comments: dict[str, str] = {}
    for column in contract.columns:
        english = column.comment or column.name.replace("_", " ").capitalize()
        for name in columns_of(column):
            part = _PARTS.get(name)
            if name == column.name:
                comments[name] = f"{english} {column.heading}"
            else:
                comments[name] = part or f"{english} {column.heading}, {_PARTS['key']}"
    return comments


# --- the Pandera schema ---------------------------------------------------------------------------------


def _years_after(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28))


def _checks(column: Column, name: str, file_day: date) -> list[Any]:
    """The Pandera checks of one typed column; each is named by the issue code that its failure becomes."""
    import pandera.polars as pa

    own = name == column.name
    match column.type:
        case "date" | "updated_at" if name == "birth_date":
            return [pa.Check.in_range(EARLIEST_BIRTH, file_day, error="birth_out_of_range")]
        case "date" | "updated_at" if own:
            latest = _years_after(file_day, YEARS_AHEAD)
            return [pa.Check.in_range(EARLIEST_DATE, latest, error="date_out_of_range")]
        case "integer":
            return [pa.Check.in_range(1, LARGEST["integer"], error="number_out_of_range")]
        case "decimal":
            largest = LARGEST["decimal"]
            return [pa.Check.in_range(0, largest, include_min=False, error="number_out_of_range")]
        case "code" | "sex":
            return [pa.Check.isin(sorted({code for _, code in column.codes}), error="value_outside_contract")]
        case "doc_type":
            return [pa.Check.isin(list(DOC_TYPES), error="value_outside_contract")]
        case "area_code":
            return [pa.Check.str_matches(r"^\d{12}$", error="area_unreadable")]
        case "record_id" if column.klass == "area":
            return [pa.Check.str_matches(r"^\d{12}$", error="area_unreadable")]
        case "id_number":
            return _identity_checks(column, name)
    return []


def _identity_checks(column: Column, name: str) -> list[Any]:
    """What id_kind and id_state may be, and that they agree with number, birth date and sex."""
    import pandera.polars as pa

    if name == "id_kind":
        return [pa.Check.isin(KINDS, error="value_outside_contract")]
    if name != "id_state":
        return []
    valid, empty = pl.col("id_state") == "valid", pl.col("id_state") == "empty"
    told = pl.col("id_birth").is_not_null() & pl.col("id_sex").is_not_null()
    whole = pl.col(column.name).str.contains(r"^\d{17}[\dX]$").fill_null(False)
    agrees = (valid == told) & (~valid | whole) & (empty == pl.col(column.name).is_null())
    return [
        pa.Check.isin(STATES, error="value_outside_contract"),
        pa.Check(lambda data: data.lazyframe.select(agrees.fill_null(False)), error="value_outside_contract"),
    ]


def pandera_schema(contract: FeedContract, file_day: date) -> pa.DataFrameSchema:
    """The Pandera schema of typed rows: types, ranges, codes, states, what must be there.

    Checks pass nulls, so what must not be null is said by ``nullable`` (and by ``fill_null`` in the check
    over several columns). Use it on eager frames only: on a LazyFrame Pandera looks at types alone.
    """
    import pandera.polars as pa

    types = polars_types(contract)
    columns = {"row_number": pa.Column(pl.UInt32, unique=True)}
    for column in contract.columns:
        for name in columns_of(column):
            required = (column.required and name == column.name) or name in ("id_state", "locatable")
            checks = _checks(column, name, file_day)
            columns[name] = pa.Column(types[name], checks, nullable=not required)
    return pa.DataFrameSchema(columns, strict=True, name=contract.feed)


def contract_failures(typed: pl.DataFrame, contract: FeedContract, file_day: date) -> pl.DataFrame:
    """What breaks the schema: row_number, field, check (an issue code, or ``not_nullable``).

    Raises ValueError if the frame as a whole is not of the contract (columns, types, repeated row
    numbers): that is an error of the program, not of a row. No value of a row is in the answer.
    """
    import pandera.errors

    try:
        pandera_schema(contract, file_day).validate(typed, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases: pl.DataFrame = errors.failure_cases.select("column", "check", "index")
    else:
        return pl.DataFrame(schema={"row_number": pl.UInt32, "field": pl.String, "check": pl.String})
    structural = cases.filter(pl.col("index").is_null() | (pl.col("column") == "row_number"))
    if not structural.is_empty():
        what = ", ".join(sorted({str(check) for check in structural["check"]}))
        raise ValueError(
            f"{contract.feed}: the typed rows are not of the contract ({what}); report this to the maintainer"
        )
    rows = typed["row_number"].gather(cases["index"])
    found = cases.select(rows.alias("row_number"), pl.col("column").alias("field"), "check")
    return found.unique(maintain_order=True)
