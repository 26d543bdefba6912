"""Tables with a row for each record, put side by side by the record's surrogate (rid).

Belongs here: finding a record's row, and whether it is as it was, for a million records without a join. Rids are
numbered in sequence, so a table by rid is short. Does not belong here: what is in the tables.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray


class ByRid:
    """The row of each rid in a column of rids, each of which is there once."""

    def __init__(self, rids: pl.Series) -> None:
        known = rids.to_numpy()
        # The last place is for all that are greater than any of these.
        self._table = np.full(known.max(initial=-1) + 2, -1, np.int64)
        self._table[known] = np.arange(len(known))

    def of(self, rids: pl.Series) -> NDArray[np.int64]:
        """The row of each, -1 where it has none."""
        found: NDArray[np.int64] = self._table[np.minimum(rids.to_numpy(), len(self._table) - 1)]
        return found


def moved_since(
    now: pl.DataFrame, before: pl.DataFrame, at: NDArray[np.int64], columns: tuple[str, ...]
) -> NDArray[np.bool_]:
    """Whether a record is new or one of its columns is not as before; ``at``: its row before, -1 if it is new."""
    moved: NDArray[np.bool_] = at < 0
    if before.is_empty():
        return moved
    at = np.maximum(at, 0)
    for column in columns:
        moved |= now[column].ne_missing(before[column].gather(at)).to_numpy()
    return moved
