"""Frames as Arrow the way DuckDB reads them best."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

ROW_GROUP = 122_880
"""Rows of a DuckDB row group."""


def in_batches(frame: pl.DataFrame) -> pa.Table:
    """The frame as Arrow in batches of a DuckDB row group: one batch is read by one thread, many by all."""
    whole = frame.to_arrow()
    return pa.Table.from_batches(whole.to_batches(max_chunksize=ROW_GROUP), whole.schema)
