"""Clusters (同一人): links to persons, with what must never happen held across every chain of links.

Here belongs the joining of records. Almost every component of links breaks no bound and is taken whole, in
bulk; only one that would join two valid numbers, or a pair that is apart, is joined link by link, the
heaviest first, and every link refused there is reported.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Edges:
    """Links between rows. ``weight`` in bits; ``bound``: a person decided it, so it outranks numbers."""

    left: Rows
    right: Rows
    weight: NDArray[np.float64]
    bound: NDArray[np.bool_]


@dataclass(frozen=True)
class Clustering:
    """``founder``: for each row the first row of its cluster; ``refused``: indices of links that were not made."""

    founder: Rows
    refused: Rows


@dataclass
class _Cluster:
    rows: list[int]
    numbers: set[int] = field(default_factory=set)
    apart: set[int] = field(default_factory=set)


def _founders(count: int, left: Rows, right: Rows) -> Rows:
    """For each row the first row of its component; most rows have no link and are their own.

    Union of trees in bulk: of two roots that a link ties the later hangs on the earlier, until no link ties two.
    """
    founder = np.arange(count)
    linked = np.unique(np.concatenate([left, right]))
    a, b = np.searchsorted(linked, left), np.searchsorted(linked, right)
    root = np.arange(len(linked))
    while True:
        first, later = np.minimum(root[a], root[b]), np.maximum(root[a], root[b])
        apart = first != later
        if not apart.any():
            founder[linked] = linked[root]
            return founder
        np.minimum.at(root, later[apart], first[apart])
        while not np.array_equal(root, above := root[root]):
            root = above


def _unsound(founder: Rows, numbers: Rows, apart: tuple[Rows, Rows]) -> Rows:
    """Founders of components that hold two valid numbers, or both rows of a pair that is apart."""
    known = (numbers >= 0) & (np.bincount(founder)[founder] > 1)  # a record alone breaks nothing
    first, number = founder[known], numbers[known]
    lowest = np.full(len(founder), np.iinfo(np.int64).max)
    np.minimum.at(lowest, first, number)
    inside = founder[apart[0]] == founder[apart[1]]
    return np.union1d(first[number != lowest[first]], founder[apart[0]][inside])


def cluster(count: int, edges: Edges, numbers: Rows, apart: tuple[Rows, Rows]) -> Clustering:
    """Clusters of ``count`` rows. ``numbers``: code of each row's valid number, −1 without; ``apart``: pairs of
    rows that are never one person. Ties are broken by row, so the order of the links changes nothing."""
    founder = _founders(count, edges.left, edges.right)
    unsound = _unsound(founder, numbers, apart)
    if not len(unsound):
        return Clustering(founder, np.zeros(0, np.int64))
    touched = np.flatnonzero(np.isin(founder[edges.left], unsound))
    order = np.lexsort(
        (edges.right[touched], edges.left[touched], -edges.weight[touched], ~edges.bound[touched])
    )
    refused: list[int] = []
    kept = np.ones(len(edges.left), bool)
    clusters = _start(np.flatnonzero(np.isin(founder, unsound)), numbers, apart)
    for index in touched[order].tolist():
        a, b = clusters[int(edges.left[index])], clusters[int(edges.right[index])]
        if a is b:
            continue
        if _may_join(a, b, bool(edges.bound[index])):
            _join(a, b, clusters)
        else:
            kept[index] = False
            refused.append(index)
    return Clustering(_founders(count, edges.left[kept], edges.right[kept]), np.array(refused, np.int64))


def _start(rows: Rows, numbers: Rows, apart: tuple[Rows, Rows]) -> dict[int, _Cluster]:
    clusters = {
        row: _Cluster([row], {number} if number >= 0 else set())
        for row, number in zip(rows.tolist(), numbers[rows].tolist(), strict=True)
    }
    for a, b in zip(apart[0].tolist(), apart[1].tolist(), strict=True):
        if a in clusters and b in clusters:
            clusters[a].apart.add(b)
            clusters[b].apart.add(a)
    return clusters


def _may_join(a: _Cluster, b: _Cluster, bound: bool) -> bool:
    """No pair that is apart, and no new pair of valid numbers unless a person decided this link."""
    if not a.apart.isdisjoint(b.rows) or not b.apart.isdisjoint(a.rows):
        return False
    return bound or a.numbers <= b.numbers or b.numbers <= a.numbers


def _join(a: _Cluster, b: _Cluster, clusters: dict[int, _Cluster]) -> None:
    large, small = (a, b) if len(a.rows) >= len(b.rows) else (b, a)
    large.rows += small.rows
    large.numbers |= small.numbers
    large.apart |= small.apart
    for row in small.rows:
        clusters[row] = large
