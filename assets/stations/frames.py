"""Frames as tables of a run's connection, for as long as a statement needs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import polars as pl
import pyarrow as pa


def in_batches(frame: pl.DataFrame) -> pa.Table:
    """The frame as Arrow in batches of a DuckDB row group: one batch is read by one thread, many by all."""
    whole = frame.to_arrow()
    return pa.Table.from_batches(whole.to_batches(max_chunksize=122_880), whole.schema)


@contextmanager
def as_tables(con: duckdb.DuckDBPyConnection, **frames: pl.DataFrame) -> Iterator[None]:
    """Frames as tables of the connection, by name."""
    for name, frame in frames.items():
        con.register(name, in_batches(frame))
    yield
    for name in frames:
        con.unregister(name)
