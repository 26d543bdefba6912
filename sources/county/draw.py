"""Seeded chance, and columns built from arrays: what every other module of the sample county stands on.

Belongs here: random draws with named streams, and the few column operations (gather, patch, digit
matrix to text, dates to text) that keep the generator free of loops over rows. Does not belong here:
anything that knows a feed, a person or a dwelling.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

NONE = -(10**9)
"""Stands for "no value" in integer arrays (days, indices)."""

ISO, SLASH, COMPACT, DOTTED, CHINESE, SERIAL, STAMP = range(7)
_FORMATS = ("%Y-%m-%d", "%Y/%-m/%-d", "%Y%m%d", "%Y.%-m.%-d", "%Y年%-m月%-d日", "", "%Y-%m-%d 00:00:00")
_FIRST_DAY, _LAST_DAY, _EXCEL_ZERO = -25567, 47481, -25569  # 1900-01-01, 2099-12-31, 1899-12-30


class Draw:
    """A stream of chance named by ``labels``: the same seed and labels give the same draws."""

    def __init__(self, seed: int, *labels: str) -> None:
        self.rng = np.random.default_rng([seed, *(zlib.crc32(label.encode()) for label in labels)])

    def ints(self, low: int, high: int, n: int) -> Ints:
        """``n`` integers in [low, high)."""
        return self.rng.integers(low, high, n, dtype=np.int64)

    def chance(self, probability: float, n: int) -> Bools:
        """``n`` independent yes/no answers."""
        return self.rng.random(n) < probability

    def index(self, weights: Sequence[float], n: int) -> Ints:
        """``n`` indices into ``weights``, drawn in proportion to them."""
        edges = np.cumsum(np.asarray(weights, dtype=float))
        found = np.searchsorted(edges / edges[-1], self.rng.random(n), side="right")
        return np.minimum(found, len(weights) - 1).astype(np.int64)

    def some(self, share: float, eligible: Ints, at_least: int = 1) -> Ints:
        """A random subset of ``eligible``, ``share`` of it but no fewer than ``at_least`` (0 if share is 0)."""
        wanted = round(share * len(eligible))
        count = min(len(eligible), max(wanted, at_least)) if share > 0 else 0
        return np.sort(self.rng.choice(eligible, count, replace=False)) if count else eligible[:0]

    def classes(self, n: int, shares: Sequence[float], eligible: Bools | None = None) -> Ints:
        """A class for each of ``n`` rows: 0 for most, k for a share ``shares[k-1]`` of all rows.

        Every class with a positive share gets at least two rows while eligible rows last, so that a
        small county has every kind of dirt.
        """
        out = np.zeros(n, dtype=np.int64)
        pool = self.rng.permutation(n if eligible is None else np.flatnonzero(eligible))
        start = 0
        for kind, share in enumerate(shares, start=1):
            stop = start + (max(2, round(share * n)) if share > 0 else 0)
            out[pool[start:stop]] = kind
            start = stop
        return out


def where(mask: Bools) -> Ints:
    """The positions at which ``mask`` holds."""
    return np.flatnonzero(mask).astype(np.int64)


def take(table: Sequence[str] | pl.Series, index: Ints) -> pl.Series:
    """``table[index]`` as text; null where index is NONE."""
    series = table if isinstance(table, pl.Series) else pl.Series(table, dtype=pl.String)
    wanted = pl.Series(np.maximum(index, 0)).cast(pl.UInt32)
    if len(index) and int(index.min()) < 0:
        wanted = wanted.to_frame("i").select(pl.when(pl.Series(index >= 0)).then(pl.col("i")).alias("i"))["i"]
    return series.gather(wanted)


def patch(series: pl.Series, index: Ints, values: pl.Series) -> pl.Series:
    """``series`` with ``values`` put in at ``index``; both keep their order."""
    if not len(index):
        return series
    source = np.arange(len(series), dtype=np.int64)
    source[index] = len(series) + np.arange(len(index))
    return pl.concat([series, values.cast(series.dtype)]).gather(pl.Series(source).cast(pl.UInt32))


def patch_with(series: pl.Series, index: Ints, change: pl.Expr) -> pl.Series:
    """``series`` with ``change`` (an expression over column ``x``) applied at ``index``."""
    if not len(index):
        return series
    return patch(series, index, take(series, index).to_frame("x").select(change.alias("x"))["x"])


def blank(series: pl.Series, index: Ints) -> pl.Series:
    """``series`` with nulls at ``index``."""
    return patch(series, index, pl.Series([None] * len(index), dtype=series.dtype))


def joined(*parts: pl.Series | str) -> pl.Series:
    """The parts put together row by row; a null part counts as empty."""
    columns = [pl.lit(p) if isinstance(p, str) else pl.lit(p).fill_null("") for p in parts]
    height = next(len(p) for p in parts if isinstance(p, pl.Series))
    return pl.select(pl.concat_str(columns)).to_series() if height else pl.Series([], dtype=pl.String)


def from_ascii(matrix: Bytes) -> pl.Series:
    """A text column from rows × width ASCII codes, without a loop."""
    rows, width = matrix.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * width
    data = np.ascontiguousarray(matrix)
    array = pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data))
    return pl.Series(pa.array(array)).rename("")


def padded(prefix: str, numbers: Ints, width: int = 8) -> pl.Series:
    """Record numbers: ``prefix`` and the number in ``width`` digits."""
    digits = (numbers[:, None] // 10 ** np.arange(width - 1, -1, -1)) % 10 + 48
    head = np.tile(np.frombuffer(prefix.encode(), dtype=np.uint8), (len(numbers), 1))
    return from_ascii(np.concatenate([head, digits.astype(np.uint8)], axis=1))


def as_dates(days: Ints) -> pl.Series:
    """Days since 1970-01-01 as dates; NONE becomes null."""
    frame = pl.DataFrame({"d": days})
    return frame.select(pl.when(pl.col("d") != NONE).then(pl.col("d")).cast(pl.Int32).cast(pl.Date))["d"]


def as_days(dates: pl.Series) -> Ints:
    """Dates as days since 1970-01-01; null becomes NONE."""
    return dates.to_physical().cast(pl.Int64).fill_null(NONE).to_numpy()


@cache
def _date_texts() -> pl.Series:
    days = pl.Series("d", range(_FIRST_DAY, _LAST_DAY + 1), dtype=pl.Int32).cast(pl.Date)
    texts = [
        days.dt.strftime(pattern) if pattern else (days.to_physical() - _EXCEL_ZERO).cast(pl.String)
        for pattern in _FORMATS
    ]
    return pl.concat(texts)


def date_texts(days: Ints, formats: Ints) -> pl.Series:
    """Each day written in the format of the same row (ISO, SLASH, …); null where the day is NONE."""
    span = _LAST_DAY - _FIRST_DAY + 1
    inside = (days >= _FIRST_DAY) & (days <= _LAST_DAY)
    index = np.where(inside, formats * span + days - _FIRST_DAY, NONE)
    return take(_date_texts(), index)


def rank_within(*keys: Ints) -> Ints:
    """0, 1, 2 … for the rows that share all ``keys``, in row order."""
    frame = pl.DataFrame({f"k{i}": key for i, key in enumerate(keys)})
    ranked = frame.select(pl.int_range(pl.len()).over(frame.columns).alias("rank"))
    return ranked["rank"].cast(pl.Int64).to_numpy()
