"""Resolution: records of one home to clusters that are one dwelling each, and which dwelling is part of which.

Here belongs the order of the steps and the word of a tenancy's house number (房屋编号) against its own
address. A **dwelling** is the finest unit an address names (contract, section 6): a house number alone is
a dwelling, distinct from the rooms under it.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from quality.by_rid import ByRid
from quality.dwellings.areas import PLACE, named, places, settle
from quality.dwellings.digests import digest, mix
from quality.dwellings.elements import (
    ELEMENTS,
    HOUSE,
    UNIT,
    complete_all,
    locatable,
    one_way,
    without_own_village,
)

TENANCIES, RENTALS = "tenancies", "rental_housing"
LEVELS = ("house", "building", "unit", "room")
TEXTS = ("community_code", "addr_township", *(f"addr_{c}" for c in ELEMENTS[1:]))
"""What an address is read from."""
KEPT = (*PLACE, "place", *ELEMENTS[2:], "road_name", "own_house", "of_house")
"""What `prepare` makes of it."""


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


def prepare(addresses: pl.DataFrame) -> pl.DataFrame:
    """What an address says by itself, so that it can be kept as long as its record's row stays the same.

    In: feed, record_id, house_id and the columns of ``TEXTS`` (missing ones count as null). Out: ``KEPT`` beside the
    other columns; the texts of the place as they are, all else as digests: the elements in one way of writing,
    ``own_house`` of a rental row's own number and ``of_house`` of the house that a tenancy names.
    """
    wanted = ("house_id", *TEXTS)
    absent = [pl.lit(None, pl.String).alias(c) for c in wanted if c not in addresses.columns]
    frame = named(addresses.with_columns(*absent)).rename({f"addr_{c}": c for c in ELEMENTS[2:]})
    frame = one_way(frame).with_columns(
        pl.when(pl.col(c).str.len_chars() > 0).then(pl.col(c).str.to_uppercase()).alias(c)
        for c in ELEMENTS[2:]
    )
    frame = frame.with_columns(
        pl.when(pl.col("feed") == RENTALS).then("record_id").alias("own_house"),
        pl.when(pl.col("feed") == TENANCIES).then("house_id").alias("of_house"),
    )
    frame = frame.with_columns(
        digest(frame[c]) for c in (*ELEMENTS[2:], "road_name", "own_house", "of_house")
    )
    return frame.drop("feed", "record_id", "house_id", "addr_township", "addr_community")


def _with_rental(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds ``house`` (rid of the rental row that a tenancy's house_id names) and lends a tenancy without an
    area the area of that row."""
    rentals = frame.filter(pl.col("own_house").is_not_null()).sort("rank")
    rentals = rentals.select(
        pl.col("own_house").alias("of_house"),
        pl.col("rid").alias("house"),
        pl.col("town").alias("_town"),
        pl.col("community").alias("_community"),
    )
    joined = frame.join(
        rentals.unique("of_house", keep="first", maintain_order=True),
        on="of_house",
        how="left",
        maintain_order="left",
    )
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
    rentals = frame.filter(pl.col("own_house").is_not_null() & locatable()).select(
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


def level() -> pl.Expr:
    """Whether the elements name a room, a unit (单元), a building or a house."""
    return (
        pl.when(pl.col("room").is_not_null())
        .then(pl.lit("room"))
        .when(pl.col("unit").is_not_null())
        .then(pl.lit("unit"))
        .when(pl.col("building").is_not_null())
        .then(pl.lit("building"))
        .otherwise(pl.lit("house"))
    )


def parts(founding: pl.DataFrame) -> pl.DataFrame:
    """Every (dwelling, whole): the whole names the same house and some of the unit elements, no other ones.

    In: of each founding record dwelling (its rid), site and the elements.
    """
    wholes = founding.select("site", pl.col("dwelling").alias("whole"))
    found = []
    for dropped in (("room",), ("room", "unit"), UNIT, (*UNIT, "estate")):
        shorter = founding.filter(pl.any_horizontal(pl.col(c).is_not_null() for c in dropped)).select(
            "dwelling", mix((), [c for c in ELEMENTS if c not in dropped]).alias("site")
        )
        found.append(shorter.join(wholes, on="site").select("dwelling", "whole"))
    return pl.concat(found).unique().sort("dwelling", "whole")


def located(prepared: pl.DataFrame, home_places: pl.DataFrame) -> pl.DataFrame:
    """All addresses of one home, in any order, each with its dwelling.

    In: rid, rank and what `prepare` gives; the places of all of them (`areas.places`). Out: the columns as they were but
    for the elements, which are settled and completed, and ``dwelling`` (rid of the founding record: the first by
    rank), ``site`` (one digest of all elements) and ``conflict``, all null where the address names no place.
    """
    frame = prepared.join(settle(home_places), on="place", how="left", maintain_order="left")
    frame = frame.with_columns(without_own_village().alias("road"))
    rented = frame["own_house"].count() > 0
    frame = complete_all(_with_rental(frame) if rented else frame)
    frame = _follow_rental(frame) if rented else frame.with_columns(conflict=pl.lit(False))
    frame = frame.with_columns(pl.when(locatable()).then(mix((), ELEMENTS)).alias("site"))
    placed = pl.col("site").is_not_null()
    # Ranks are numbered in sequence and each is there once, as rids are.
    founding = frame.select(pl.col("rank").min().over("site")).to_series()
    return frame.with_columns(
        pl.when(placed).then(frame["rid"].gather(ByRid(frame["rank"]).of(founding))).alias("dwelling"),
        pl.when(placed).then("conflict").alias("conflict"),
    )


def resolve(addresses: pl.DataFrame) -> Dwellings:
    """Dwellings of one home's records.

    In: rid, rank, feed, record_id, house_id, community_code, addr_township, addr_community, addr_group,
    addr_road, addr_number, addr_estate, addr_building, addr_unit, addr_room (missing columns count as null).
    The result does not depend on the order of rows.
    """
    prepared = prepare(addresses.sort("rank"))
    frame = located(prepared, places(prepared)).filter(pl.col("dwelling").is_not_null())
    founding = frame.filter(pl.col("dwelling") == pl.col("rid"))
    return Dwellings(
        members=frame.select("rid", "dwelling", "conflict"),
        parts=parts(founding),
        levels=founding.select("dwelling", level().alias("level")),
    )
