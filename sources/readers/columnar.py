"""Parquet: typed columns brought back to the text that an office would have written."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from sources.contract import FeedContract
from sources.problems import file_problem
from sources.readers.header import find_header
from sources.readers.table import RawTable, assemble
from sources.refused import Refusals

ROWS_LIMIT = 20_000_000
BYTES_LIMIT = 8 << 30


def _names(path: Path) -> list[str]:
    """The top-level column names; FileProblem too_large by what the footer says it unpacks to."""
    with pq.ParquetFile(path) as file:
        meta = file.metadata
        size = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
        if meta.num_rows > ROWS_LIMIT or size > BYTES_LIMIT:
            raise file_problem("too_large")
        return [str(name) for name in file.schema_arrow.names]


def _moment(column: pl.Expr) -> pl.Expr:
    """Timestamps as ``YYYY-MM-DD HH:MM:SS`` in their own zone, without a time where it is midnight."""
    return column.dt.strftime("%Y-%m-%d %H:%M:%S").str.strip_suffix(" 00:00:00")


def _whole(column: pl.Expr) -> pl.Expr:
    """Floats as text, whole ones without a decimal point."""
    whole = column.is_finite() & (column == column.round()) & (column.abs() < 1e15)
    as_int = pl.when(whole).then(column).cast(pl.Int64, strict=False).cast(pl.String)
    return pl.when(whole).then(as_int).otherwise(column.cast(pl.String))


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if dtype.is_nested() or dtype == pl.Object:
        raise file_problem("nested_column")
    if dtype == pl.Boolean:
        return pl.when(column).then(pl.lit("TRUE")).when(~column).then(pl.lit("FALSE")).alias(name)
    if isinstance(dtype, pl.Datetime):
        return _moment(column)
    if dtype.is_float():
        return _whole(column.cast(pl.Float64))
    return column.cast(pl.String)


def read_parquet(path: Path, contract: FeedContract, office: str, refusals: Refusals) -> RawTable:
    """The rows of the Parquet file at ``path``; FileProblem if they cannot be had."""
    with path.open("rb") as file:
        if file.read(4) != b"PAR1":
            raise file_problem("wrong_format")
    names = _names(path)
    header = find_header([names], contract, office, refusals)
    order = header.read_order()
    table = pl.read_parquet(path, columns=[names[index] for _, index in order])
    typed = table.select(pl.col(names[index]).alias(name) for name, index in order)
    text = typed.select(_as_text(name, dtype) for name, dtype in typed.schema.items())
    ids = [c.name for c in contract.of_type("id_number") if c.name in typed.columns]
    numeric = typed.select(
        pl.col(n).is_not_null() if _is_number(typed.schema[n]) else pl.repeat(False, pl.len()).alias(n)
        for n in ids
    )
    had_nul = bool(text.select(pl.any_horizontal(pl.all().str.contains("\0", literal=True).any())).item())
    return assemble(text, numeric, contract, header, had_nul=had_nul)


def _is_number(dtype: pl.DataType) -> bool:
    return dtype.is_numeric() or dtype.is_temporal() or dtype == pl.Boolean
