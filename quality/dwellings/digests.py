"""Digests: a text as one 64-bit number, several of them as one again, the same in every run and every version.

Here: what lets addresses be compared, joined and kept without their texts. Equal texts have equal digests; two
unlike ones share one with a chance of one in 2^64, some 10^-8 for all addresses of a home of a million records.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, reduce
from hashlib import blake2b
from operator import add

import polars as pl


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())


@cache
def _weight(column: str) -> int:
    """An odd factor: what two rows have in other columns is told apart, whatever order they are added in."""
    return _number(f"column {column}") | 1


def digest(texts: pl.Series) -> pl.Series:
    """Each text as UInt64, null where null; each distinct text is worked out once."""
    words = texts.drop_nulls().unique()
    if words.is_empty():
        return pl.Series(texts.name, [None] * len(texts), dtype=pl.UInt64)
    numbers = pl.Series([_number(word) for word in words.to_list()], dtype=pl.UInt64)
    return texts.replace_strict(words, numbers, default=None, return_dtype=pl.UInt64)


def mix(on: Sequence[str], same: Sequence[str] = ()) -> pl.Expr:
    """One digest of the digests in the columns ``on`` (null if any of them is) and ``same`` (null counts as a value).

    A sum of the columns, each times its odd weight, modulo 2^64: rows that differ have the same sum by chance alone.
    """
    parts = [pl.col(c) * pl.lit(_weight(c), pl.UInt64) for c in on]
    parts += [pl.col(c).fill_null(0) * pl.lit(_weight(c), pl.UInt64) for c in same]
    return reduce(add, parts)
