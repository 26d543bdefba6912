"""Frames as tables of a run's connection, for as long as a statement needs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import polars as pl

from quality.batches import in_batches


@contextmanager
def as_tables(con: duckdb.DuckDBPyConnection, **frames: pl.DataFrame) -> Iterator[None]:
    """Frames as tables of the connection, by name."""
    for name, frame in frames.items():
        con.register(name, in_batches(frame))
    yield
    for name in frames:
        con.unregister(name)
