"""The housing office's ledgers: rental dwellings and tenancies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sources.county.addresses import AddressWriter
from sources.county.draw import NONE, Draw, Ints, padded, patch, take, where
from sources.county.identity import NUMBER_CELL, write_identity
from sources.county.ledger import Delivery, World, calm, dated, unknown, updated
from sources.county.places import Places
from sources.county.writing import (
    write_codes,
    write_dates,
    write_names,
    write_numbers,
    write_open_dates,
    write_phones,
    write_updated,
)

_HOUSE_TYPES = ("成套住宅", "平房", "商住", "自建房", "公寓", "其他")


@dataclass(frozen=True)
class Market:
    """Which dwellings are let. ``registered``: those that get a rental row of their own (a house let by
    the room among them); ``let``: those that tenants live in; ``unlet``: all other dwellings."""

    registered: Ints
    let: Ints
    unlet: Ints


def make_market(places: Places, persons: int, draw: Draw) -> Market:
    """Chooses the let dwellings, about a quarter as many as ``persons``."""
    parents = np.unique(places.parent[places.parent != NONE])
    by_room = draw.some(0.3, parents, 1)
    living = places.living
    roomed = living[np.isin(places.parent[living], by_room)]
    pool = np.setdiff1d(living, roomed)
    own = draw.some((0.2415 * persons - len(by_room)) / len(pool), pool, 2)
    return Market(
        registered=np.concatenate([own, by_room]),
        let=np.concatenate([own, roomed]),
        unlet=np.setdiff1d(living, np.concatenate([own, roomed])),
    )


def make_rental(world: World, market: Market) -> pl.DataFrame:
    """The ledger of rental dwellings, one row for each record."""
    draw, people, as_of = world.draw("rental"), world.people, world.as_of
    twice = draw.some(0.007, market.registered, 4)
    dwelling = np.concatenate([market.registered, twice])
    locals_ = where(people.local)
    others = where(~people.local)
    pool = np.concatenate([draw.some(0.42, locals_, 2), draw.some(0.03, others, 1)])
    pool = pool[draw.rng.permutation(len(pool))]
    landlord = pool[(draw.rng.random(len(dwelling)) ** 1.4 * len(pool)).astype(np.int64)]
    same = draw.chance(0.7, len(twice))
    first = np.arange(len(market.registered))[np.isin(market.registered, twice)]
    by_dwelling = first[np.argsort(market.registered[first])]
    landlord[len(market.registered) :] = np.where(
        same, landlord[by_dwelling], landlord[len(market.registered) :]
    )
    order = draw.rng.permutation(len(dwelling))
    n = len(order)
    return pl.DataFrame(
        {
            "record_id": padded("FW", np.arange(1, n + 1), 7),
            "person": landlord[order],
            "dwelling": dwelling[order],
            "community": world.places.community[dwelling[order]],
            "filed_on": dated(as_of - draw.ints(1, 1200, n), draw.chance(0.32, n)),
            "status": take(("出租中", "停租", "空置"), draw.index((93.5, 4, 2.5), n)),
            "updated_at": dated(updated(as_of, n, draw), draw.chance(0.02, n)),
        }
    )


def write_rental(
    world: World, ledger: pl.DataFrame, *, workbook: bool, label: str = ""
) -> tuple[Delivery, pl.DataFrame]:
    """The rows as delivered, and the ledger with the flags ``fault`` and ``contradiction``."""
    draw, dirt, n = world.draw("rental text", label), world.dirt, ledger.height
    person = ledger["person"].to_numpy()
    identity = write_identity(world.people, person, unknown(n), dirt, draw, number_cells=workbook)
    no_code = draw.chance(min(0.02 * dirt, 0.3), n)
    area = pl.Series(draw.ints(15, 180, n)).cast(pl.String)
    odd = draw.classes(n, [0.02 * dirt, 0.1, 0.01 * dirt])
    area = patch(area, where(odd == 1), pl.Series([None] * int((odd == 1).sum()), dtype=pl.String))
    area = patch(
        area, where(odd == 2), pl.Series(draw.ints(150, 1800, int((odd == 2).sum())) / 10).cast(pl.String)
    )
    area = patch(area, where(odd == 3), pl.Series(["约80"] * int((odd == 3).sum()), dtype=pl.String))
    frame = pl.DataFrame(
        {
            "record_id": write_numbers(ledger["record_id"], 0.008 * dirt, draw),
            "address": AddressWriter(world.places, dirt).write(ledger["dwelling"].to_numpy(), no_code, draw),
            "community_code": world.community_codes(ledger["community"].to_numpy(), no_code),
            "name": write_names(world.people, person, identity.sound, dirt, draw, nul=not workbook),
            "id_number": identity.number,
            "phone": write_phones(world.people, person, dirt, draw),
            "house_type": take(_HOUSE_TYPES, draw.ints(0, len(_HOUSE_TYPES), n)),
            "floor_area": area,
            "filed_on": write_dates(ledger["filed_on"], dirt, draw),
            "status": write_codes(ledger["status"], "rental_housing", "status", dirt, draw),
            "updated_at": write_updated(ledger["updated_at"], dirt, draw),
        }
    )
    extra = pl.DataFrame(
        {"出租间数": pl.Series(draw.ints(1, 9, n)).cast(pl.String), "责任书签订情况": pl.Series(["已签"] * n)}
    )
    flagged = ledger.with_columns(fault=identity.fault, contradiction=unknown(n))
    return Delivery("rental_housing", frame, extra, identity.kind == NUMBER_CELL), flagged


def _tenancy_rows(world: World, market: Market, draw: Draw) -> dict[str, Ints]:
    """person, dwelling, start, end and leaving day of every tenancy; NONE where blank."""
    people, as_of = world.people, world.as_of
    base = where(people.tenant & draw.chance(0.985, len(people)))
    n = len(base)
    age = (draw.rng.random(n) * 1300).astype(np.int64)
    start = calm(as_of - age, as_of)
    end = start + 365 * ((as_of - start) // 365 + 1 + draw.ints(0, 3, n)) - 1
    over = draw.chance(0.085, n) & (age > 420)
    end = np.where(over, start + 365 * np.maximum((as_of - start) // 365, 1) - 1, end)
    end = calm(np.where(draw.chance(0.05, n), NONE, end), as_of)
    left = np.where(over & (end != NONE) & draw.chance(0.75, n), end + draw.ints(-6, 4, n), NONE)
    left = np.where(~over & draw.chance(0.03, n), np.maximum(start + 20, as_of - draw.ints(1, 300, n)), left)
    left = np.where(left >= as_of, NONE, left)
    home = people.home[base]
    again, double, moved = (draw.some(s, np.arange(n, dtype=np.int64), 5) for s in (0.03, 0.018, 0.045))
    elsewhere = market.let[draw.ints(0, len(market.let), len(moved))]
    old_start = start[moved] - draw.ints(200, 900, len(moved))
    twice = calm(np.minimum(start[double] + draw.ints(0, 200, len(double)), as_of - 1), as_of)
    none = np.full
    return {
        "person": np.concatenate([base, base[again], base[double], base[moved]]),
        "dwelling": np.concatenate([home, home[again], home[double], elsewhere]),
        "start": np.concatenate([start, start[again] - 365, twice, old_start]),
        "end": np.concatenate([end, start[again] - 1, end[double], old_start + 729]),
        "left": np.concatenate([left, none(len(again), NONE), none(len(double), NONE), start[moved] - draw.ints(2, 90, len(moved))]),
        "several": np.isin(np.concatenate([base, base[again], base[double], base[moved]]), base[np.concatenate([again, double, moved])]).astype(np.int64),
    }  # fmt: skip


def _contradict(rows: dict[str, Ints], dirt: float, as_of: int, draw: Draw) -> None:
    """Plants 退租 and 止租 before 起租, and starts that lie ahead."""
    n = len(rows["person"])
    old = (rows["start"] < as_of - 30) & (rows["several"] == 0)
    left = draw.classes(n, [0.0015 * dirt], old & (rows["left"] != NONE)) > 0
    rows["left"] = np.where(left, rows["start"] - 40, rows["left"])
    end = draw.classes(n, [0.001 * dirt, 0.004], old & (rows["left"] == NONE))
    rows["end"] = np.where(end == 1, rows["start"] - 200, rows["end"])
    ahead = end == 2
    rows["start"] = np.where(ahead, as_of + 9, rows["start"])
    rows["end"] = np.where(ahead, as_of + 9 + 364, rows["end"])


def _house_ids(
    rows: dict[str, Ints], rental: pl.DataFrame, world: World, draw: Draw
) -> tuple[pl.Series, Ints]:
    """房屋编号 of each tenancy, and the dwelling that follows from it (another house's row outranks)."""
    places, n = world.places, len(rows["person"])
    row_of = np.full(len(places.kind), NONE)
    dwellings = rental["dwelling"].to_numpy()
    row_of[dwellings[::-1]] = np.arange(len(dwellings))[::-1]
    own = row_of[rows["dwelling"]]
    parent = places.parent[rows["dwelling"]]
    by_house = row_of[np.maximum(parent, 0)]
    own = np.where((own == NONE) & (parent != NONE), by_house, own)
    kind = draw.classes(n, [0.1, 0.002 * world.dirt], own != NONE)
    wrong = draw.classes(n, [0.0015 * world.dirt], (own != NONE) & (kind == 0) & (rows["several"] == 0)) > 0
    other = draw.ints(0, len(dwellings), n)
    foreign = places.parent[dwellings[other]] == NONE
    wrong &= foreign & (dwellings[other] != rows["dwelling"]) & (dwellings[other] != parent)
    named = np.where(wrong, other, np.where(kind == 1, NONE, own))
    text = take(rental["record_id"], named)
    lost = where(kind == 2)
    text = patch(text, lost, padded("FW", 9_000_000 + np.arange(len(lost)), 7))
    return text, np.where(wrong, dwellings[other], rows["dwelling"])


def make_tenancies(world: World, market: Market, rental: pl.DataFrame) -> pl.DataFrame:
    """The ledger of tenancies, one row for each record."""
    draw, as_of, dirt = world.draw("tenancies"), world.as_of, world.dirt
    rows = _tenancy_rows(world, market, draw)
    _contradict(rows, dirt, as_of, draw)
    order = draw.rng.permutation(len(rows["person"]))
    rows = {key: values[order] for key, values in rows.items()}
    n = len(order)
    house, dwelling = _house_ids(rows, rental, world, draw)
    own_row = (
        pl.Series(dwelling).is_in(rental["dwelling"].implode()).to_numpy() & house.is_not_null().to_numpy()
    )
    parent = world.places.parent[rows["dwelling"]]
    whole = pl.Series(parent).is_in(rental["dwelling"].implode()).to_numpy()
    listed = house.is_in(rental["record_id"].implode()).fill_null(False).to_numpy()
    same = dwelling == rows["dwelling"]
    coarse = draw.classes(n, [0.003 * dirt], own_row & listed & same & (parent != NONE) & ~whole) > 0
    return pl.DataFrame(
        {
            "record_id": padded("ZZ", np.arange(1, n + 1)),
            "house_id": house,
            "person": rows["person"],
            "dwelling": dwelling,
            "written": np.where(coarse, parent, rows["dwelling"]),
            "community": world.places.community[rows["dwelling"]],
            "starts_on": dated(rows["start"]),
            "ends_on": dated(rows["end"]),
            "left_on": dated(rows["left"]),
            "updated_at": dated(
                np.maximum(updated(as_of, n, draw), np.minimum(rows["left"], as_of - 1)), draw.chance(0.02, n)
            ),
        }
    )


def write_tenancies(world: World, ledger: pl.DataFrame, label: str = "") -> tuple[Delivery, pl.DataFrame]:
    """The rows as delivered, and the ledger with the flags ``fault`` and ``contradiction``."""
    draw, dirt, n = world.draw("tenancies text", label), world.dirt, ledger.height
    person = ledger["person"].to_numpy()
    identity = write_identity(world.people, person, unknown(n), dirt, draw)
    no_code = draw.chance(min(0.02 * dirt, 0.3), n)
    frame = pl.DataFrame(
        {
            "record_id": write_numbers(ledger["record_id"], 0.008 * dirt, draw),
            "house_id": write_numbers(ledger["house_id"], 0.03 * dirt, draw),
            "address": AddressWriter(world.places, dirt).write(ledger["written"].to_numpy(), no_code, draw),
            "community_code": world.community_codes(ledger["community"].to_numpy(), no_code),
            "name": write_names(world.people, person, identity.sound, dirt, draw),
            "sex": identity.sex,
            "id_number": identity.number,
            "phone": write_phones(world.people, person, dirt, draw),
            "starts_on": write_dates(ledger["starts_on"], dirt, draw),
            "ends_on": write_open_dates(ledger["ends_on"], dirt, draw),
            "left_on": write_open_dates(ledger["left_on"], dirt, draw),
            "updated_at": write_updated(ledger["updated_at"], dirt, draw),
        }
    )
    before = (ledger["left_on"] < ledger["starts_on"]).fill_null(False) | (
        ledger["ends_on"] < ledger["starts_on"]
    ).fill_null(False)
    flagged = ledger.with_columns(
        fault=identity.fault,
        contradiction=identity.wrong_sex | before.to_numpy(),
    )
    extra = pl.DataFrame(
        {
            "工作单位": take(("无", "某建筑公司", "某餐饮店", "自由职业"), draw.ints(0, 4, n)),
            "宗教信仰": pl.Series(["不得读取"] * n),
        }
    )
    return Delivery("tenancies", frame, extra, unknown(n)), flagged
