"""Decisions: which weighed pairs are linked, asked about, or held apart; what a clerk said outranks the model.

In: records as ``features.ROWS`` with phone and home (``with_shared``), in order of rank, and pairs of their rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from quality.matching import agreement
from quality.matching.features import integers
from quality.matching.model import Limits, Model
from quality.matching.pairs import Flags, Pairs, Rows, among

VALID, OTHER_DOCUMENT = 3, 2
EQUAL = agreement.NUMBER.index("equal")


@dataclass(frozen=True)
class Judged:
    """Decisions of clerks as pairs of rows (left < right)."""

    same: tuple[Rows, Rows]
    different: tuple[Rows, Rows]
    unsure: tuple[Rows, Rows]


def judged(rows: pl.DataFrame, judgements: pl.DataFrame) -> Judged:
    """Judgements (rid_a, rid_b, verdict) of records that are here."""
    return Judged(*(_rows_of(rows, judgements, verdict) for verdict in ("same", "different", "unsure")))


def _rows_of(rows: pl.DataFrame, judgements: pl.DataFrame, verdict: str) -> tuple[Rows, Rows]:
    chosen = judgements.filter(pl.col("verdict") == verdict)
    if chosen.is_empty():
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    index = rows.select("rid").with_row_index("row")
    joined = chosen.join(index, left_on="rid_a", right_on="rid").join(
        index, left_on="rid_b", right_on="rid", suffix="_b"
    )
    a, b = joined["row"].cast(pl.Int64).to_numpy(), joined["row_b"].cast(pl.Int64).to_numpy()
    return np.minimum(a, b), np.maximum(a, b)


def contested(rows: pl.DataFrame, pairs: Pairs, bounds: Limits) -> Flags:
    """Pairs of one valid number of which one record has no name, where it may be another's: the number is held
    under names that disagree, neither record has anything else by which two holders could be told apart, or
    they live together and the phone says nothing (most numbers held twice are held by relatives)."""
    levels = agreement.unpack(pairs.pattern)
    held = levels["number"] == EQUAL
    number = integers(rows, "number")[pairs.left]
    nameless = levels["name"] == 0
    disputed = np.unique(number[held & ~nameless & (bounds.apart | bounds.asked)[pairs.pattern]])
    bare = (integers(rows, "phone") < 0) & (integers(rows, "home") < 0)
    housemates = (levels["dwelling"] > agreement.DIFFERENT) & (levels["phone"] <= agreement.DIFFERENT)
    alike = (bare[pairs.left] & bare[pairs.right]) | housemates
    found: Flags = held & nameless & (alike | np.isin(number, disputed))
    return found


def namesakes(rows: pl.DataFrame, pairs: Pairs) -> Flags:
    """Pairs whose name more than one number goes with in this home: the name alone could be either's."""
    names = rows["flat"].gather(pairs.left)
    if names.is_empty():
        return np.zeros(0, bool)
    held = rows.select("flat", "number", "state").filter(pl.col("flat").is_in(names.unique().implode()))
    held = held.filter(pl.col("state") >= OTHER_DOCUMENT).drop_nulls()
    several = held.unique(["flat", "number"]).group_by("flat").len().filter(pl.col("len") > 1)["flat"]
    borne: Flags = names.is_in(several.implode()).fill_null(False).to_numpy()
    return borne


def decide(pairs: Pairs, model: Model, bounds: Limits, said: Judged, contested: Flags) -> tuple[Flags, Flags]:
    """Which pairs are linked and which are asked about, by weight, bounds and what clerks said."""
    open_to_model = ~bounds.never[pairs.pattern] & ~among(pairs, said.same) & ~among(pairs, said.different)
    alone = bounds.alone[pairs.pattern]
    enough = pairs.bits >= np.where(alone, model.alone, model.link)
    linked = enough & open_to_model & ~bounds.asked[pairs.pattern] & ~contested
    asked = (pairs.bits >= model.review) & open_to_model & ~linked & ~alone
    return linked, asked & ~among(pairs, said.unsure)


def apart(pairs: Pairs, bounds: Limits, said: Judged) -> tuple[Rows, Rows]:
    """Pairs that are never one person. Two valid numbers need no row here: clusters hold to them anyway."""
    equal = agreement.unpack(pairs.pattern)["number"] == EQUAL
    conflict = pairs.where(equal & (bounds.apart | bounds.asked)[pairs.pattern] & ~among(pairs, said.same))
    different = said.different
    return np.concatenate([conflict.left, different[0]]), np.concatenate([conflict.right, different[1]])
