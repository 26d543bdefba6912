"""Comparisons: the level of every pair of records in every comparison, computed in bulk.

Here belongs the scoring of pairs as a function of arrays: no database, no model. Pairs are two arrays of
row numbers of ``Features``.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from quality.matching import agreement
from quality.matching.features import Features
from quality.matching.names import compare_names

Rows = NDArray[np.int64]
Levels = NDArray[np.int8]

VALID, INVALID = 3, 1


def patterns(features: Features, left: Rows, right: Rows) -> NDArray[np.int32]:
    """The packed agreement pattern of each pair."""
    name = features.column("name")
    return agreement.pack(
        {
            "name": compare_names(features.names, name[left], name[right]),
            "number": _number(features, left, right),
            "birth": _birth(features, left, right),
            "sex": _equal(features, "sex", left, right),
            "phone": _shared(features, "phone", left, right),
            "dwelling": _shared(features, "home", left, right),
            "role": _owners(features, left, right),
        }
    )


def _equal(features: Features, column: str, left: Rows, right: Rows) -> Levels:
    value = features.column(column)
    a, b = value[left], value[right]
    return np.where((a < 0) | (b < 0), 0, np.where(a == b, 2, 1)).astype(np.int8)


def _shared(features: Features, column: str, left: Rows, right: Rows) -> Levels:
    """Equal counts the less, the more people share the value (the class of the value is its level)."""
    value, shared = features.column(column), features.column(f"{column}_class", 0)
    a, b = value[left], value[right]
    return np.where((a < 0) | (b < 0), 0, np.where(a == b, shared[left], 1)).astype(np.int8)


def _owners(features: Features, left: Rows, right: Rows) -> Levels:
    owner = features.column("owner", 0)
    return np.where((owner[left] == 1) & (owner[right] == 1), agreement.ROLE.index("owners"), 0).astype(
        np.int8
    )


def _number(features: Features, left: Rows, right: Rows) -> Levels:
    """Levels of NUMBER. Damaged and empty numbers have state 0 and are never looked at."""
    index = agreement.NUMBER.index
    number, state, kind = features.column("number"), features.column("state"), features.column("kind")
    a, b, sa, sb = number[left], number[right], state[left], state[right]
    level = np.zeros(len(left), np.int8)
    both = (a >= 0) & (b >= 0)
    level[both] = index("different")
    level[both & (kind[left] != kind[right])] = index("other_kind")
    level[both & (sa == VALID) & (sb == VALID)] = index("two_numbers")
    equal = both & (a == b)
    level[equal] = index("equal_invalid")
    level[equal & (sa == 2) & (sb == 2)] = index("equal_other")
    level[equal & (sa == VALID) & (sb == VALID)] = index("equal")
    # A slip in the first digit makes a number one of another kind, so the kind does not matter here.
    invalid = (sa == INVALID) | (sb == INVALID)
    doubtful = np.flatnonzero((level == index("different")) | ((level == index("other_kind")) & invalid))
    level[doubtful[_one_edit(features.numbers, left[doubtful], right[doubtful])]] = index("one_edit")
    return level


def _one_edit(text: pl.Series, left: Rows, right: Rows) -> NDArray[np.bool_]:
    """Whether one digit or one swap of neighbours turns one number into the other."""
    if not len(left):
        return np.zeros(0, bool)
    distance = cpdist(
        text.gather(left).to_list(),
        text.gather(right).to_list(),
        scorer=OSA.distance,
        score_cutoff=1,
        dtype=np.int32,
        workers=-1,
    )
    close: NDArray[np.bool_] = distance <= 1
    return close


def _calendar(days: Rows) -> tuple[Rows, Rows, Rows]:
    """Year, month and day of days since 1970."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype(np.int64)
    day = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    return months // 12 + 1970, months % 12 + 1, day


def _birth(features: Features, left: Rows, right: Rows) -> Levels:
    """The best level over the dates that either record gives (its valid number's, and the written one)."""
    absent = np.iinfo(np.int32).min
    born, other = features.column("born", absent), features.column("born_other", absent)
    known = features.column("precision", 0)
    level = np.zeros(len(left), np.int8)
    two_dates = (other[left] != absent) | (other[right] != absent)
    sides: list[tuple[Rows, Rows]] = [(born, born), (born, other), (other, born), (other, other)]
    for first, second in sides:
        a, b = first[left], second[right]
        todo = (a != absent) & (b != absent)
        if second is other or first is other:
            todo &= two_dates
        rows = np.flatnonzero(todo)
        found = _birth_levels(a[rows], b[rows], np.minimum(known[left[rows]], known[right[rows]]))
        level[rows] = np.maximum(level[rows], found)
    return level


def _birth_levels(a: Rows, b: Rows, precision: Rows) -> Levels:
    index = agreement.BIRTH.index
    level = np.where(a == b, index("equal"), index("different")).astype(np.int8)
    coarse = precision < 3
    unequal = np.flatnonzero((a != b) | coarse)
    (ya, ma, da), (yb, mb, db) = _calendar(a[unequal]), _calendar(b[unequal])
    same_year, coarse, precision = ya == yb, coarse[unequal], precision[unequal]
    digits = sum(
        ((x // unit) % 10 != (y // unit) % 10).astype(np.int8)
        for x, y, units in ((ya, yb, (1000, 100, 10, 1)), (ma, mb, (10, 1)), (da, db, (10, 1)))
        for unit in units
    )
    january = same_year & (((ma == 1) & (da == 1)) | ((mb == 1) & (db == 1)))
    as_far = same_year & ((precision == 1) | (ma == mb))
    cases: list[tuple[NDArray[np.bool_], int]] = [
        (coarse & as_far, index("partial")),
        (~coarse & january, index("january")),
        (~coarse & (np.asarray(digits) == 1), index("one_digit")),
        (~coarse & same_year & (ma == db) & (da == mb), index("swapped")),
    ]
    found = np.full(len(unequal), index("different"), np.int8)
    for condition, value in cases:
        found[condition] = value
    level[unequal] = found
    return level
