"""Pairs of records with their pattern and weight, and what a set of them is as a table.

Here belongs the weighing of pairs under a model. Which pairs are weighed belongs to ``blocking`` and ``memory``,
what follows from a weight to ``decisions``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.matching import agreement, comparisons
from quality.matching.features import Features
from quality.matching.model import Model, frequency_bits, name_shares, pattern_bits, population_class
from quality.matching.names import EXACT, REORDERED

Rows = NDArray[np.int64]
Bits = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """Compared pairs of rows (left < right) with their pattern and weight in bits."""

    left: Rows
    right: Rows
    pattern: NDArray[np.int32]
    bits: Bits

    def where(self, chosen: Flags) -> Pairs:
        """Those of them that are chosen (a flag for each)."""
        return Pairs(self.left[chosen], self.right[chosen], self.pattern[chosen], self.bits[chosen])

    def __add__(self, other: Pairs) -> Pairs:
        parts = ((getattr(self, c), getattr(other, c)) for c in ("left", "right", "pattern", "bits"))
        return Pairs(*(np.concatenate(both) for both in parts))


def key(left: Rows, right: Rows) -> Rows:
    """One integer for each pair of rows."""
    return (left << 32) | right


def among(pairs: Pairs, others: tuple[Rows, Rows]) -> Flags:
    """Whether each pair is one of the others."""
    return np.isin(key(pairs.left, pairs.right), key(*others))


def weigh(features: Features, model: Model, left: Rows, right: Rows) -> Pairs:
    """Patterns and weights of pairs of rows."""
    pattern = comparisons.patterns(features, left, right)
    bits = pattern_bits(model, population_class(features.population))[pattern]
    level = agreement.unpack(pattern)["name"]
    same = np.flatnonzero(np.isin(level, (EXACT, REORDERED)))
    # The two may be written differently (parts in another order): the commoner way counts, whichever side it is on.
    written = features.column("name", 0)
    names, place = np.unique(written[np.concatenate([left[same], right[same]])], return_inverse=True)
    share = name_shares(model, features.keys.gather(names))[place]
    share = np.maximum(share[: len(same)], share[len(same) :])
    bits[same] += frequency_bits(model, share, level[same])
    return Pairs(left, right, pattern, bits)
