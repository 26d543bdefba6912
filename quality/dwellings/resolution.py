"""Resolution: records of one home to clusters that are one dwelling each, and which dwelling is part of which.

Here belongs the order of the steps and the word of a tenancy's house number (房屋编号) against its own
address. A **dwelling** is the finest unit an address names (contract, section 6): a house number alone is
a dwelling, distinct from the rooms under it.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from quality.dwellings.areas import settle
from quality.dwellings.elements import ELEMENTS, HOUSE, UNIT, complete_all, locatable, one_way

TENANCIES, RENTALS = "tenancies", "rental_housing"
LEVELS = ("house", "building", "unit", "room")


@dataclass(frozen=True)
class Dwellings:
    """What ``resolve`` found.

    ``members``: rid, dwelling (rid of the founding record), conflict (own address against the rental row's);
    a record whose address names no place has no row. ``parts``: dwelling, whole, one row for each coarser
    dwelling of the same house that some address names. ``levels``: dwelling, level (house, building, unit, room).
    """

    members: pl.DataFrame
    parts: pl.DataFrame
    levels: pl.DataFrame


def _prepared(addresses: pl.DataFrame) -> pl.DataFrame:
    """rid, rank, feed, record_id, house_id and the elements as text, area settled, written in one way."""
    wanted = ("house_id", "community_code", *(f"addr_{c}" for c in ("township", *ELEMENTS[1:])))
    absent = [pl.lit(None, pl.String).alias(c) for c in wanted if c not in addresses.columns]
    frame = settle(addresses.with_columns(*absent))
    names = {f"addr_{c}": c for c in ELEMENTS[2:]}
    frame = frame.select(
        "rid", "rank", "feed", "record_id", "house_id", "town", "community", "village", *names
    ).rename(names)
    return (
        one_way(frame)
        .drop("village")
        .with_columns(
            pl.when(pl.col(c).str.len_chars() > 0).then(pl.col(c).str.to_uppercase()).alias(c)
            for c in ELEMENTS
        )
    )


def _coded(frame: pl.DataFrame) -> pl.DataFrame:
    """The elements as integers (equal text, equal integer; null stays null): joins on them are what costs."""
    return frame.with_columns((pl.col(c).rank("dense")).cast(pl.UInt32).alias(c) for c in ELEMENTS)


def _with_rental(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds ``house`` (rid of the rental row that a tenancy's house_id names) and lends a tenancy without an
    area the area of that row."""
    rentals = frame.filter(pl.col("feed") == RENTALS).select(
        pl.col("record_id").alias("house_id"),
        pl.col("rid").alias("house"),
        pl.col("town").alias("_town"),
        pl.col("community").alias("_community"),
    )
    joined = frame.join(
        rentals.unique("house_id", keep="first"), on="house_id", how="left", maintain_order="left"
    )
    joined = joined.with_columns(pl.when(pl.col("feed") == TENANCIES).then("house").alias("house"))
    lend = pl.col("house").is_not_null() & pl.col("community").is_null()
    fits = pl.col("town").is_null() | (pl.col("town") == pl.col("_town"))
    return joined.with_columns(
        pl.when(lend & fits).then(f"_{c}").otherwise(c).alias(c) for c in ("town", "community")
    ).drop("_town", "_community")


def _agrees(columns: tuple[str, ...]) -> pl.Expr:
    """Whether the tenancy's own elements contradict none of the rental row's."""
    return pl.all_horizontal((pl.col(c) == pl.col(f"_{c}")).fill_null(True) for c in columns)


def _follow_rental(frame: pl.DataFrame) -> pl.DataFrame:
    """A tenancy takes the place of its rental row unless its own address names a finer unit of the same
    house; ``conflict`` where its own address contradicts that row."""
    rentals = frame.filter((pl.col("feed") == RENTALS) & locatable()).select(
        pl.col("rid").alias("house"), *(pl.col(c).alias(f"_{c}") for c in ELEMENTS)
    )
    joined = frame.join(rentals, on="house", how="left", maintain_order="left")
    lent = pl.col("house").is_not_null() & pl.any_horizontal(pl.col(f"_{c}").is_not_null() for c in ELEMENTS)
    agrees = _agrees(HOUSE) & _agrees(UNIT)
    finer = agrees & pl.any_horizontal(pl.col(c).is_not_null() & pl.col(f"_{c}").is_null() for c in UNIT)
    conflict = lent & locatable() & ~agrees
    # A finer unit completes the rental row's elements; it never loses one that the row names.
    kept = {c: pl.when(lent & finer).then(pl.coalesce(c, f"_{c}")) for c in UNIT}
    return joined.with_columns(
        conflict.alias("conflict"),
        *(pl.when(lent).then(f"_{c}").otherwise(c).alias(c) for c in HOUSE),
        *(kept[c].when(lent).then(f"_{c}").otherwise(c).alias(c) for c in UNIT),
    ).drop(f"_{c}" for c in ELEMENTS)


def _levels(dwellings: pl.DataFrame) -> pl.DataFrame:
    level = (
        pl.when(pl.col("room").is_not_null())
        .then(pl.lit("room"))
        .when(pl.col("unit").is_not_null())
        .then(pl.lit("unit"))
        .when(pl.col("building").is_not_null())
        .then(pl.lit("building"))
        .otherwise(pl.lit("house"))
    )
    return dwellings.select("dwelling", level.alias("level"))


def _parts(dwellings: pl.DataFrame) -> pl.DataFrame:
    """Every (dwelling, whole): the whole names the same house and some of the unit elements, no other ones."""
    found = []
    wholes = {c: pl.lit(None, dwellings.schema[c]).alias(c) for c in (*UNIT, "estate")}
    for dropped in (("room",), ("room", "unit"), UNIT, (*UNIT, "estate")):
        shortened = dwellings.with_columns(wholes[c] for c in dropped)
        found.append(
            shortened.join(
                dwellings.rename({"dwelling": "whole"}), on=list(ELEMENTS), how="inner", nulls_equal=True
            ).select("dwelling", "whole")
        )
    return pl.concat(found).filter(pl.col("dwelling") != pl.col("whole")).unique().sort("dwelling", "whole")


def resolve(addresses: pl.DataFrame) -> Dwellings:
    """Dwellings of one home's records.

    In: rid, rank, feed, record_id, house_id, community_code, addr_township, addr_community, addr_group,
    addr_road, addr_number, addr_estate, addr_building, addr_unit, addr_room (missing columns count as null).
    The result does not depend on the order of rows.
    """
    frame = _with_rental(_coded(_prepared(addresses.sort("rank"))))
    frame = complete_all(frame)
    frame = _follow_rental(frame).filter(locatable())
    founding = frame.group_by(ELEMENTS, maintain_order=True).agg(pl.col("rid").first().alias("dwelling"))
    members = frame.join(founding, on=list(ELEMENTS), how="left", nulls_equal=True, maintain_order="left")
    return Dwellings(
        members=members.select("rid", "dwelling", "conflict"),
        parts=_parts(founding),
        levels=_levels(founding),
    )
