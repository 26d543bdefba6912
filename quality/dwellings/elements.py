"""The elements that say which house and which unit, completed where other rows leave one answer only.

Here belongs the completing of missing elements (an estate named without its road, a building without its
unit). The rule is always the same: a gap is filled only if every row that shares the other elements and
has the missing one agrees on it. Where they disagree the gap stays, and the address stays apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

HOUSE = ("town", "community", "group", "road", "number", "estate")
UNIT = ("building", "unit", "room")
ELEMENTS = (*HOUSE, *UNIT)

# Estates are written with and without 小区; 阳光 and 阳光小区 of one community are one estate.
ESTATE_ENDING = r"(住宅小区|小区)$"


def complete(
    frame: pl.DataFrame, on: Sequence[str], targets: Sequence[str], same: Sequence[str] = ()
) -> pl.DataFrame:
    """Fills ``targets`` (all null in a row) from the rows that share ``on`` (all non-null), if these have one
    combination only. ``same``: columns that must be equal too, null counting as a value. Keeps row order."""
    by = [*on, *same]
    lacking = pl.all_horizontal(pl.col(c).is_null() for c in targets)
    present = pl.all_horizontal(pl.col(c).is_not_null() for c in on)
    donors = frame.filter(present & pl.all_horizontal(pl.col(c).is_not_null() for c in targets))
    combos = donors.select(*by, *targets).unique()
    combos = combos.filter(pl.len().over(by) == 1).rename({c: f"_{c}" for c in targets})
    if combos.is_empty():
        return frame
    joined = frame.join(combos, on=by, how="left", nulls_equal=True, maintain_order="left")
    use = lacking & present
    return joined.with_columns(pl.when(use).then(f"_{c}").otherwise(c).alias(c) for c in targets).drop(
        f"_{c}" for c in targets
    )


def complete_all(frame: pl.DataFrame) -> pl.DataFrame:
    """All completions in order: where the house is, then which house, then which unit of it."""
    # Where: the finest match first, so that one estate room known twice decides before its road does.
    for on in (("road", "number", "estate"), ("road", "number"), ("estate", "building"), ("group", "number")):
        frame = complete(frame, ["town", *on], ["community"])
        frame = complete(frame, on, ["town", "community"])
    # Which house: an estate by its road and number, or a road and number by the estate that stands there.
    frame = complete(frame, ["community", "estate"], ["road", "number"])
    frame = complete(frame, ["community", "estate", "building"], ["road", "number"])
    frame = complete(frame, ["community", "estate", "building", "room"], ["road", "number"], same=["unit"])
    frame = complete(frame, ["community", "road", "number"], ["estate"])
    frame = complete(frame, ["community", "road", "number", "building", "room"], ["estate"], same=["unit"])
    # A village house without its group (组).
    frame = complete(frame, ["community", "number"], ["group"], same=["road", "estate"])
    # Which unit: the stair of a room, the building of a stair.
    house = ["community", "group", "road", "number", "estate"]
    frame = complete(frame, ["building", "room"], ["unit"], same=house)
    return complete(frame, ["unit", "room"], ["building"], same=house)


def locatable() -> pl.Expr:
    """Whether the elements name a place at all: a road, estate or village group (or a community), and any number."""
    place = pl.any_horizontal(pl.col(c).is_not_null() for c in ("road", "estate", "group", "community"))
    number = pl.any_horizontal(pl.col(c).is_not_null() for c in ("number", "building", "room"))
    return place & number
