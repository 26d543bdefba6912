"""Expectation–maximisation on pattern counts (Dempster, Laird and Rubin 1977; Winkler 1988 for linkage).

Here belongs the estimation alone: it sees a few hundred distinct patterns and how often each occurs, never
a pair. Level 0 of a comparison is "cannot be compared" and carries no information.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TINY = 1e-12


@dataclass(frozen=True)
class Estimate:
    """``m`` and ``u``: for each comparison the probabilities of its levels (index 0 = missing, always 0);
    ``matches``: share of pairs that are one person; ``rounds``: rounds until it stood still."""

    m: list[Floats]
    u: list[Floats]
    matches: float
    rounds: int


def _posterior(levels: NDArray[np.int64], m: list[Floats], u: list[Floats], matches: float) -> Floats:
    bits: Floats = np.full(len(levels), np.log(matches) - np.log1p(-matches), np.float64)
    for column, (pm, pu) in enumerate(zip(m, u, strict=True)):
        ratio = np.log(np.maximum(pm, TINY)) - np.log(np.maximum(pu, TINY))
        ratio[0] = 0.0
        bits = bits + ratio[levels[:, column]]
    share: Floats = 1.0 / (1.0 + np.exp(-np.clip(bits, -500, 500)))
    return share


def _frequencies(levels: NDArray[np.int64], weight: Floats, sizes: list[int]) -> list[Floats]:
    """Share of each level among the compared, with half a pair added to each so that none is impossible."""
    found = []
    for column, size in enumerate(sizes):
        counted = np.bincount(levels[:, column], weights=weight, minlength=size)
        counted[0] = 0.0
        counted[1:] = counted[1:] + 0.5
        found.append(counted / counted.sum())
    return found


def estimate(
    levels: NDArray[np.int64],
    counts: Floats,
    m: list[Floats],
    u: list[Floats],
    *,
    matches: float = 0.5,
    fixed_u: bool = True,
    rounds: int = 200,
    tolerance: float = 1e-7,
) -> Estimate:
    """Parameters from ``levels`` (patterns × comparisons) and how often each pattern occurs.

    ``m`` and ``u`` are where it starts; ``u`` stays as it is if ``fixed_u``. ValueError without any pair.
    """
    if not len(levels) or counts.sum() <= 0:
        raise ValueError("no pair to learn from: train on a larger home")
    sizes = [len(p) for p in m]
    used = rounds
    for turn in range(1, rounds + 1):
        share = _posterior(levels, m, u, matches)
        new_m = _frequencies(levels, counts * share, sizes)
        new_u = u if fixed_u else _frequencies(levels, counts * (1.0 - share), sizes)
        new_matches = float(np.clip((counts * share).sum() / counts.sum(), 1e-9, 1 - 1e-9))
        moved = max(
            abs(new_matches - matches),
            *(float(np.abs(a - b).max()) for a, b in zip(new_m, m, strict=True)),
            *(float(np.abs(a - b).max()) for a, b in zip(new_u, u, strict=True)),
        )
        m, u, matches = new_m, new_u, new_matches
        if moved < tolerance:
            used = turn
            break
    return Estimate(m, u, matches, used)
