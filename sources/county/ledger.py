"""What every ledger of the county shares: a frame of facts, and the delivery made from it.

A *ledger* frame has one row for each current record: its own facts, typed, plus hidden columns that no
file carries (``person``, ``dwelling``, flags), from which truth is computed. A ``Delivery`` is the same
rows as text under contract column names.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from sources.county.draw import NONE, Bools, Draw, Ints, as_dates, take
from sources.county.people import People
from sources.county.places import Places

CALM = range(4, 14)
"""Days before the as-of day on which nothing with a grace of three working days begins: 0 to 3 calendar
days are never more than three working days, 14 always are, whatever the holidays."""


@dataclass(frozen=True)
class World:
    """All that the ledgers are drawn from. ``as_of`` and all days are days since 1970-01-01."""

    people: People
    places: Places
    as_of: int
    seed: int
    dirt: float

    def draw(self, *labels: str) -> Draw:
        """The stream of chance of one purpose."""
        return Draw(self.seed, *labels)

    def community_codes(self, community: Ints, missing: Bools) -> pl.Series:
        """社区代码 of each row; null where ``missing``."""
        return take(self.places.areas.community_code, np.where(missing, NONE, community))


@dataclass(frozen=True)
class Delivery:
    """Rows of one feed as text. ``extra`` holds columns that the contract does not know or refuses.

    ``number_cells``: rows whose identity number sits in a number-typed cell.
    """

    feed: str
    frame: pl.DataFrame
    extra: pl.DataFrame
    number_cells: Bools
    notes: dict[str, int] = field(default_factory=dict)


def dated(days: Ints, missing: Bools | None = None) -> pl.Series:
    """Days as dates, null where NONE or ``missing``."""
    return as_dates(days if missing is None else np.where(missing, NONE, days))


def calm(days: Ints, as_of: int, band: range = CALM) -> Ints:
    """``days`` moved back out of the ``band`` of days before ``as_of``."""
    age = as_of - days
    inside = (age >= band.start) & (age < band.stop)
    return np.where(inside, days - (band.stop - band.start), days)


def updated(as_of: int, n: int, draw: Draw) -> Ints:
    """Last change of each row: within two months before ``as_of``, as all rows of a busy office are."""
    return as_of - 1 - draw.ints(0, 60, n)


def unknown(n: int) -> Bools:
    """``n`` times no."""
    return np.zeros(n, dtype=np.bool_)
