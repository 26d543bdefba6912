"""The elements that say which house and which unit, completed where other rows leave one answer only.

Here belongs the completing of missing elements (an estate named without its road, a building without its
unit). The rule is always the same: a gap is filled only if every row that shares the other elements and
has the missing one agrees on it. Where they disagree the gap stays, and the address stays apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from quality.dwellings.digests import mix
from quality.values.numerals import to_int

HOUSE = ("town", "community", "group", "road", "number", "estate")
UNIT = ("building", "unit", "room")
ELEMENTS = (*HOUSE, *UNIT)

# Estates are written with and without 小区; 阳光 and 阳光小区 of one community are one estate.
ESTATE_ENDING = r"(住宅小区|小区)$"


GROUP_AS_ESTATE = r"^第?([0-9零一二三四五六七八九十百]+)(?:村民小组|居民小组|小组|组|社|队)$"
VILLAGE_ENDING = r"(自然村|村|寨|屯|庄)$"


def one_way(frame: pl.DataFrame) -> pl.DataFrame:
    """The same house written in one way, whatever part of the address a parser put it in.

    In: the elements below the community. 滨河北路26# without a house number is number 26; 十一社 is group 11; 小区
    adds nothing. Adds ``road_name``, the name of a road in whose village there may be groups (`without_own_village`).
    """
    group = pl.col("estate").str.extract(GROUP_AS_ESTATE)
    written = _in_digits(frame.select(group.alias("estate"))["estate"])
    estate = pl.col("estate").str.strip_chars("第 ").str.replace(ESTATE_ENDING, "")
    frame = frame.with_columns(
        pl.coalesce("group", pl.lit(written)).alias("group"),
        pl.when(group.is_null() & (estate.str.len_chars() > 0)).then(estate).alias("estate"),
    )
    # 银林村第3组: a village that was read as an estate stands in the road's place like any other.
    misread = (
        pl.col("group").is_not_null()
        & pl.col("road").is_null()
        & pl.col("estate").str.contains(VILLAGE_ENDING)
    )
    frame = frame.with_columns(
        pl.when(misread).then("estate").otherwise("road").alias("road"),
        pl.when(~misread.fill_null(False)).then("estate").alias("estate"),
    )
    along = pl.col("road").is_not_null() & pl.col("number").is_null() & pl.col("estate").is_null()
    name = pl.col("road").str.replace(VILLAGE_ENDING, "")
    return frame.with_columns(
        pl.when(along).then("building").otherwise("number").alias("number"),
        pl.when(~along).then("building").alias("building"),
        pl.when(pl.col("group").is_not_null()).then(name).alias("road_name"),
    )


def without_own_village() -> pl.Expr:
    """The road, null where it is the village of the community itself: beside its own group it adds nothing."""
    return pl.when(~(pl.col("road_name") == pl.col("village")).fill_null(False)).then("road")


def _in_digits(values: pl.Series) -> pl.Series:
    """Numbers as digits, 十一 as 11; each distinct text is read once."""
    read = {v: v if v.isdigit() else to_int(v) for v in values.drop_nulls().unique().to_list()}
    texts = {k: str(v) for k, v in read.items() if v is not None}
    if not texts:
        return pl.Series([None] * len(values), dtype=pl.String)
    return values.replace_strict(texts, default=None, return_dtype=pl.String)


def complete(
    frame: pl.DataFrame, on: Sequence[str], targets: Sequence[str], same: Sequence[str] = ()
) -> pl.DataFrame:
    """Fills ``targets`` (all null in a row) from the rows that share ``on`` (all non-null), if these have one
    combination only. ``same``: columns that must be equal too, null counting as a value. Keeps row order."""
    whole = frame.select(mix(on, same).alias("key"), *targets)
    lacking = pl.col("key").is_not_null() & pl.all_horizontal(pl.col(c).is_null() for c in targets)
    rows = whole.select(lacking.arg_true().alias("row"))["row"]
    if rows.is_empty():
        return frame
    wanting = pl.DataFrame({"row": rows, "key": whole["key"].gather(rows)})
    # Only what some row lacks is looked up: most rows lack nothing.
    known = pl.col("key").is_in(wanting["key"].unique().implode())
    donors = whole.filter(known & pl.all_horizontal(pl.col(c).is_not_null() for c in targets)).unique()
    found = wanting.join(donors.filter(pl.len().over("key") == 1), on="key")
    if found.is_empty():
        return frame
    return frame.with_columns(frame[c].clone().scatter(found["row"], found[c]) for c in targets)


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
    """Whether the elements name a place at all: a road (or village), an estate or a village group, and any number."""
    place = pl.any_horizontal(pl.col(c).is_not_null() for c in ("road", "estate", "group"))
    number = pl.any_horizontal(pl.col(c).is_not_null() for c in ("number", "building", "room"))
    return place & number
