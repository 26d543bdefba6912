"""Disclosure control: the only door through which a count leaves a home.

Belongs here: suppression, fixed random rounding, protected medians, and the type that carries protected
counts. Does not belong here: what is counted (``quality.measures``) or how it travels (mail).

The method is the one that Statistics New Zealand publishes for its counts ("fixed random rounding to
base 3", RR3, in its microdata output guide), with suppression of 0 to 9 in front of it:

* n < 10 becomes NULL, zero too, so that a suppressed cell does not say whether anybody is in it;
* a multiple of 3 stays; any other n goes to the nearer multiple of 3 with probability 2/3 and to the
  farther one with probability 1/3. The expectation is n, the error at most 2;
* the draw is no draw: it is a keyed hash of the home's secret and of what is counted, so asking again
  tells nothing new. Totals are rounded on their own, from their exact value.

What this does not protect against is written in docs/disclosure.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from types import MappingProxyType
from typing import Final, Literal

import polars as pl

SUPPRESS_BELOW: Final = 10
"""Counts below this are not shown at all. 10 itself may show as 9."""

BASE: Final = 3
ALL: Final = "all"
"""The class value of a total over that class."""

SET_SUFFIX: Final = "__set"
SUPPORT_SUFFIX: Final = "__n"
_SEPARATOR: Final = "\x1f"
_MIN_KEY: Final = 16

Kind = Literal["area", "month", "class", "count", "median", "ratio"]


@dataclass(frozen=True)
class CountColumn:
    """One column of a count table.

    ``kind`` says how it is protected: ``count`` is suppressed and rounded; ``median`` (any percentile) is
    shown only if its support, the hidden column ``NAME__n``, is at least 10; ``ratio`` is recomputed from
    the protected ``numerator`` and ``denominator``. ``codes`` closes the domain of a class; empty means
    that another declared table closes it (rule codes, feeds).
    """

    name: str
    kind: Kind
    comment: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CountTable:
    """One table of protected counts.

    ``stock``: the month is left out of the rounding's coordinates, because a stock that stands still
    would otherwise be rounded anew each month and its exact value could be read off the average.
    """

    name: str
    comment: str
    columns: tuple[CountColumn, ...]
    stock: bool
    county_only: bool = False

    def named(self, *kinds: Kind) -> tuple[str, ...]:
        """The names of the columns of these kinds, in order."""
        return tuple(c.name for c in self.columns if c.kind in kinds)

    @property
    def coordinates(self) -> tuple[str, ...]:
        """The columns that tell this table's cells apart."""
        return self.named("area", "month", "class")


_DOOR: Final = object()


@dataclass(frozen=True, eq=False)
class ProtectedCounts:
    """Counts that may leave the home. Only ``protect`` makes one; there is no other constructor."""

    _frames: Mapping[str, pl.DataFrame]
    _made_by: object = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self._made_by is not _DOOR:
            raise TypeError("ProtectedCounts are made by protect() alone; pass the exact counts through it.")
        object.__setattr__(self, "_frames", MappingProxyType(dict(self._frames)))

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    def frame(self, table: str) -> pl.DataFrame:
        """The protected rows of one table (a copy: changing it changes nothing here)."""
        return self._frames[table].clone()

    def frames(self) -> dict[str, pl.DataFrame]:
        """All tables by name."""
        return {name: frame.clone() for name, frame in self._frames.items()}

    def payload(self) -> dict[str, list[dict[str, object]]]:
        """All tables as plain JSON values, for a count file."""
        return {name: frame.to_dicts() for name, frame in self._frames.items()}

    def to_json(self) -> str:
        """The payload as JSON text with sorted keys: equal counts give equal bytes."""
        return json.dumps(self.payload(), ensure_ascii=False, sort_keys=True)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("ProtectedCounts are not pickled; send payload().")


def fraction(coordinates: str, key: bytes) -> float:
    """A fixed number in [0, 1) of one cell: a keyed BLAKE2b of its coordinates, 53 bits of it."""
    digest = blake2b(coordinates.encode("utf-8"), key=key[:64], digest_size=8, person=b"rr3-cell").digest()
    return (int.from_bytes(digest, "big") >> 11) / float(1 << 53)


def _fractions(coordinates: pl.Series, key: bytes) -> pl.Series:
    """``fraction`` of each row, computed once for each distinct cell."""
    distinct = coordinates.unique()
    table = pl.DataFrame({"cell": distinct, "u": [fraction(c, key) for c in distinct.to_list()]})
    frame = coordinates.alias("cell").to_frame()
    return frame.join(table, on="cell", how="left", maintain_order="left")["u"]


def rounded(n: pl.Expr, u: pl.Expr) -> pl.Expr:
    """``n`` suppressed under 10 and rounded to base 3 by the fixed fraction ``u`` (Int64, NULL = suppressed)."""
    rest = n % BASE
    down = n - rest
    goes_down = pl.when(rest == 1).then(u < 2 / 3).otherwise(u < 1 / 3)
    value = pl.when(rest == 0).then(n).when(goes_down).then(down).otherwise(down + BASE)
    return pl.when(n >= SUPPRESS_BELOW).then(value).otherwise(None).cast(pl.Int64)


def _cell(frame: pl.DataFrame, table: CountTable, column: str) -> pl.Series:
    """The coordinates of one count column, as one text for each row.

    A hidden column ``NAME__set`` names the counted set itself, so that the same set rounds alike in every
    table where it appears (a stock and the denominator of its quality); area and, for flows, month are added.
    """
    own = f"{column}{SET_SUFFIX}"
    names = [n for n in table.coordinates if not (table.stock and n in table.named("month"))]
    if own in frame.columns:
        names = [n for n in names if n in table.named("area", "month")]
        head = pl.col(own)
    else:
        head = pl.lit(f"{table.name}.{column}")
    parts = [pl.format("{}={}", pl.lit(n), pl.col(n).cast(pl.String).fill_null("")) for n in names]
    return frame.select(pl.concat_str([head, *parts], separator=_SEPARATOR))[:, 0]


def _ratio() -> pl.Expr:
    share = (pl.col("numerator") / pl.col("denominator")).clip(0.0, 1.0)
    return share.round(4)


def protect_table(frame: pl.DataFrame, table: CountTable, key: bytes) -> pl.DataFrame:
    """One table of exact counts with every count protected; hidden columns are dropped.

    In: rows × (coordinates, exact counts, hidden ``__set`` and ``__n`` columns). Out: rows × ``table.columns``.
    Raises ValueError if a count is negative or missing: an exact count is always known.
    """
    counts = table.named("count")
    if frame.select(pl.any_horizontal(pl.col(c).is_null() | (pl.col(c) < 0) for c in counts).any()).item():
        raise ValueError(f"count table {table.name}: a count is negative or missing; build it again.")
    cells = {c: _fractions(_cell(frame, table, c), key) for c in counts}
    shown = frame.with_columns(u.alias(f"{c}__u") for c, u in cells.items())
    shown = shown.with_columns(rounded(pl.col(c).cast(pl.Int64), pl.col(f"{c}__u")).alias(c) for c in counts)
    shown = shown.with_columns(
        pl.when(pl.col(f"{c}{SUPPORT_SUFFIX}") >= SUPPRESS_BELOW).then(pl.col(c)).otherwise(None).alias(c)
        for c in table.named("median")
    )
    shown = shown.with_columns(_ratio().alias(c) for c in table.named("ratio"))
    return shown.select(c.name for c in table.columns).sort(table.coordinates)


def protect(
    frames: Mapping[str, pl.DataFrame], tables: Mapping[str, CountTable], key: bytes
) -> ProtectedCounts:
    """Protect exact counts. ``frames`` and ``tables`` by table name; ``key`` is a secret of the home.

    Raises ValueError for a key under 16 bytes and KeyError for a table that is not declared.
    """
    if len(key) < _MIN_KEY:
        raise ValueError("the rounding key is too short; derive 32 bytes from the home's master key.")
    done = {name: protect_table(frame, tables[name], key) for name, frame in frames.items()}
    return ProtectedCounts(done, _DOOR)


def unprotected(values: pl.Series) -> int:
    """How many values of a count column cannot have come out of ``rounded`` (0 for a protected column)."""
    shown = values.drop_nulls()
    return int(((shown < SUPPRESS_BELOW - 1) | (shown % BASE != 0)).sum())
