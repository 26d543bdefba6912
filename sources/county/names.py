"""Invented names in four forms: two Han characters, three and more, with a middle dot, latin.

The form exists in truth files only; no feed has a column for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sources.county import name_tables as tables
from sources.county.draw import Bools, Draw, Ints, joined, patch, take, where

HAN2, HAN3, DOTTED, LATIN = range(4)
FORMS = ("han2", "han3+", "dotted", "latin")
FORM_SHARES = (0.196, 0.708, 0.053, 0.043)


@dataclass(frozen=True)
class HanParts:
    """Indices of the parts of each Han name; ``third`` is NONE in two-character names."""

    surname: Ints
    compound: Bools
    second: Ints
    third: Ints


def draw_han(form: Ints, male: Bools, draw: Draw) -> HanParts:
    """Parts of one Han name for each row (drawn for every row; only the Han forms use them)."""
    n = len(form)
    zipf = 1 / (np.arange(len(tables.SURNAMES)) + 6)
    compound = (form == HAN3) & draw.chance(0.012, n)
    common = draw.index(tuple(zipf), n)
    surname = np.where(compound, draw.ints(0, len(tables.COMPOUND_SURNAMES), n), common)
    size = np.where(male, len(tables.MALE), len(tables.FEMALE))
    second = (draw.rng.random(n) ** 1.3 * size).astype(np.int64)
    third = (draw.rng.random(n) ** 1.3 * size).astype(np.int64)
    return HanParts(surname, compound, second, third)


def write_han(parts: HanParts, form: Ints, male: Bools) -> pl.Series:
    """The Han name of each row."""
    surnames = pl.Series([*tables.SURNAMES, *tables.COMPOUND_SURNAMES])
    given = pl.Series([*tables.MALE, *tables.FEMALE])
    offset = np.where(male, 0, len(tables.MALE))
    surname = take(surnames, parts.surname + np.where(parts.compound, len(tables.SURNAMES), 0))
    third = np.where(form == HAN2, -1, parts.third + offset)
    return joined(surname, take(given, parts.second + offset), take(given, third))


def _dotted(male: Bools, draw: Draw) -> pl.Series:
    n = len(male)
    styles = tables.DOTTED_STYLES
    style = draw.index((4, 2, 2, 2), n)
    firsts = pl.Series([name for s in styles for name in (*s[0], *s[1])])
    tails = pl.Series([t for s in styles for t in s[2]])

    def part(is_male: Bools) -> pl.Series:
        base = style * 24 + np.where(is_male, 0, 12) + draw.ints(0, 12, n)
        tail = style * 8 + np.where(draw.chance(0.55, n), 0, draw.ints(1, 8, n))
        return joined(take(firsts, base), take(tails, tail))

    return joined(part(male), "·", part(np.ones(n, dtype=np.bool_)))


def _latin(male: Bools, draw: Draw) -> pl.Series:
    n = len(male)
    style = draw.index((5, 3, 2, 2), n)
    out = pl.Series([None] * n, dtype=pl.String)
    for number, (family, men, women) in enumerate(tables.LATIN_STYLES):
        rows = where(style == number)
        first = take(family, draw.ints(0, len(family), len(rows)))
        given = draw.ints(0, min(len(men), len(women)), len(rows))
        chosen = take((*men, *women), given + np.where(male[rows], 0, len(men)))
        out = patch(out, rows, joined(first, " ", chosen))
    return out


def write_names(form: Ints, male: Bools, parts: HanParts, draw: Draw) -> pl.Series:
    """One name for each row in its form, a dotted one with ``·`` U+00B7, a latin one family name first."""
    names = write_han(parts, form, male)
    dotted, latin = where(form == DOTTED), where(form == LATIN)
    names = patch(names, dotted, _dotted(male[dotted], draw))
    return patch(names, latin, _latin(male[latin], draw))
