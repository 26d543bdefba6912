"""The residence desk's ledgers: residence registrations and the household register."""

from __future__ import annotations

import numpy as np
import polars as pl

from sources.county import numbers
from sources.county.addresses import AddressWriter
from sources.county.draw import NONE, Bools, Draw, Ints, as_days, blank, padded, patch, take, where
from sources.county.identity import NUMBER_CELL, Identity, write_identity
from sources.county.ledger import Delivery, World, dated, unknown, updated
from sources.county.people import ALONE
from sources.county.writing import (
    write_codes,
    write_dates,
    write_names,
    write_numbers,
    write_open_dates,
    write_phones,
    write_updated,
)


def settled_people(world: World) -> Ints:
    """Newcomers who have a household row here as well."""
    draw = world.draw("settled")
    return draw.some(0.0055, where(~world.people.local), 4)


def _rows(world: World, draw: Draw) -> dict[str, Ints]:
    """person, dwelling, registered, origin (0 only row, 1 with others) of the open and closed rows."""
    people, as_of = world.people, world.as_of
    base = where(~people.local & draw.chance(0.955, len(people)))
    registered = as_of - 2 - (draw.rng.random(len(base)) ** 1.2 * 1300).astype(np.int64)
    movers = draw.some(0.062, np.arange(len(base), dtype=np.int64), 8)
    doubles = draw.some(0.024, np.arange(len(base), dtype=np.int64), 6)
    living = world.places.living
    old_home = living[draw.ints(0, len(living), len(movers))]
    home = people.home[base]
    again = np.minimum(registered[doubles] + draw.ints(1, 400, len(doubles)), as_of - 1)
    alone = unknown(len(base))
    alone[movers] = alone[doubles] = True
    return {
        "person": np.concatenate([base, base[movers], base[doubles]]),
        "dwelling": np.concatenate([home, old_home, home[doubles]]),
        "registered": np.concatenate(
            [registered, registered[movers] - draw.ints(60, 700, len(movers)), again]
        ),
        "next": np.concatenate([np.full(len(base), NONE), registered[movers], np.full(len(doubles), NONE)]),
        "several": np.concatenate([alone, np.ones(len(movers) + len(doubles))]).astype(np.int64),
    }


def _endings(rows: dict[str, Ints], as_of: int, dirt: float, draw: Draw) -> tuple[Bools, Ints]:
    """Whether each row is closed, and its 注销日期 (NONE if blank)."""
    n = len(rows["person"])
    moved = rows["next"] != NONE
    closed = np.where(moved, draw.chance(0.48, n), draw.chance(0.1, n))
    end = rows["registered"] + 20 + (draw.rng.random(n) * (as_of - rows["registered"])).astype(np.int64)
    end = np.where(moved, rows["next"] + draw.ints(0, 6, n), end)
    end = np.where(closed, np.minimum(end, as_of - 1), NONE)
    odd = draw.classes(n, [0.002 * dirt, 0.001 * dirt], closed)
    end = np.where(odd == 1, NONE, np.where(odd == 2, rows["registered"] - 30, end))
    still = draw.classes(n, [0.001 * dirt, 0.0006 * dirt], ~closed)
    end = np.where(still == 1, as_of - 20, np.where(still == 2, as_of + 40, end))
    return closed, end


def make_floating(world: World) -> pl.DataFrame:
    """The ledger of residence registrations, one row for each record."""
    draw, as_of, dirt = world.draw("floating"), world.as_of, world.dirt
    rows = _rows(world, draw)
    order = draw.rng.permutation(len(rows["person"]))
    rows = {key: values[order] for key, values in rows.items()}
    n, single = len(order), rows["several"] == 0
    closed, end = _endings(rows, as_of, dirt, draw)
    registered = rows["registered"].copy()
    early = draw.classes(n, [0.0008 * dirt], single & ~closed & (end == NONE)) > 0
    registered[early] = as_of + 12
    lost = draw.classes(n, [0.004 * dirt], single & ~early) > 0
    permit = registered + 365 * ((as_of - registered) // 365 + 1) + draw.ints(-60, 420, n)
    record = _odd_ids(padded("LD", np.arange(1, n + 1)), rows["person"], single, world, draw)
    return pl.DataFrame(
        {
            "record_id": record,
            "person": rows["person"],
            "written": rows["dwelling"],
            "dwelling": pl.Series(np.where(lost, NONE, rows["dwelling"])),
            "community": world.places.community[rows["dwelling"]],
            "unlocatable": lost,
            "former": closed & (end != NONE),
            "arrived_on": dated(registered - draw.ints(0, 60, n)),
            "registered_on": dated(registered),
            "permit_until": dated(permit, draw.chance(0.06, n)),
            "status": np.where(closed, "已注销", "在住"),
            "closed_on": dated(end),
            "updated_at": dated(
                np.maximum(updated(as_of, n, draw), np.minimum(end, as_of - 1)), draw.chance(0.02, n)
            ),
        }
    )


def _odd_ids(record: pl.Series, person: Ints, single: Bools, world: World, draw: Draw) -> pl.Series:
    """Record ids, a few of which are the person's identity number, mobile number or name."""
    people = world.people
    lonely = (people.relative == ALONE) & (np.roll(people.relative, -1) == ALONE)
    plain = single & lonely[person] & (people.document[person] == numbers.RESIDENT)
    kind = draw.classes(len(record), [0.0008 * world.dirt, 0.0004 * world.dirt, 0.0002 * world.dirt], plain)
    for value, source in ((1, people.number), (2, people.phone), (3, people.name)):
        rows = where(kind == value)
        rows = rows[take(source, person[rows]).is_first_distinct().to_numpy()]
        record = patch(record, rows, take(source, person[rows]))
    return record


def _doc_types(document: Ints, dirt: float, draw: Draw) -> pl.Series:
    n = len(document)
    text = take(numbers.DOCUMENTS, document)
    short = draw.classes(n, [0.03 * dirt, 0.02 * dirt, 0.004 * dirt], document == numbers.RESIDENT)
    text = patch(text, where(short == 1), pl.Series(["身份证"] * int((short == 1).sum()), dtype=pl.String))
    text = blank(text, where(short == 2))
    return patch(text, where(short == 3), pl.Series(["111"] * int((short == 3).sum()), dtype=pl.String))


def _arrivals(ledger: pl.DataFrame, identity: Identity, world: World, draw: Draw) -> tuple[Ints, Bools]:
    """来本地日期, and the rows where it lies before birth."""
    arrived = as_days(ledger["arrived_on"])
    wrong = draw.classes(len(arrived), [0.0008 * world.dirt], identity.sound & ~identity.contradiction) > 0
    birth = world.people.birth[ledger["person"].to_numpy()]
    return np.where(wrong, birth - 700, arrived), wrong


def _kept_names(world: World, record: pl.Series, person: Ints, names: pl.Series) -> pl.Series:
    """``names``, but clean where the record id is the person's name: it must equal a name held."""
    own = take(world.people.name, person)
    rows = where((record == own).to_numpy())
    return patch(names, rows, take(own, rows))


def write_floating(world: World, ledger: pl.DataFrame, label: str = "") -> tuple[Delivery, pl.DataFrame]:
    """The rows as delivered, and the ledger with the flags ``fault`` and ``contradiction``."""
    draw, dirt, n = world.draw("floating text", label), world.dirt, ledger.height
    person = ledger["person"].to_numpy()
    identity = write_identity(world.people, person, ledger["former"].to_numpy(), dirt, draw)
    arrived, wrong = _arrivals(ledger, identity, world, draw)
    lost = ledger["unlocatable"].to_numpy()
    no_code = draw.chance(min(0.02 * dirt, 0.3), n)
    address = AddressWriter(world.places, dirt)
    text = address.write(ledger["written"].to_numpy(), no_code, draw)
    rows = where(lost)
    text = patch(text, rows, address.unlocatable(len(rows), ledger["community"].to_numpy()[rows], draw))
    names = write_names(world.people, person, identity.sound, dirt, draw)
    frame = pl.DataFrame(
        {
            "record_id": write_numbers(ledger["record_id"], 0.01 * dirt, draw),
            "name": _kept_names(world, ledger["record_id"], person, names),
            "sex": identity.sex,
            "doc_type": _doc_types(world.people.document[person], dirt, draw),
            "id_number": identity.number,
            "birth_date": identity.birth,
            "phone": write_phones(world.people, person, dirt, draw),
            "address": text,
            "community_code": world.community_codes(ledger["community"].to_numpy(), no_code),
            "arrived_on": write_dates(dated(arrived), dirt, draw),
            "registered_on": write_dates(ledger["registered_on"], dirt, draw),
            "permit_until": write_open_dates(ledger["permit_until"], dirt, draw),
            "status": write_codes(ledger["status"], "floating_population", "status", dirt, draw),
            "closed_on": write_open_dates(ledger["closed_on"], dirt, draw),
            "updated_at": write_updated(ledger["updated_at"], dirt, draw),
        }
    )
    extra = pl.DataFrame(
        {
            "户籍地址": take(
                ("赣川省临溪县", "桂原省田阳坝县", "北塬省兰浩市", "境外", "海棠市万江区"), draw.ints(0, 5, n)
            ),
            "居住处所": take(("租赁房屋", "自购房屋", "亲友家", "单位宿舍"), draw.ints(0, 4, n)),
            "居住事由": take(("务工", "经商", "就学", "投靠亲友"), draw.ints(0, 4, n)),
            "民族": pl.Series(["不得读取"] * n),
            "政治面貌": pl.Series(["不得读取"] * n),
        }
    )
    flagged = ledger.with_columns(
        fault=identity.fault,
        contradiction=identity.contradiction
        | wrong
        | (ledger["closed_on"] < ledger["registered_on"]).fill_null(False).to_numpy(),
    )
    return Delivery("floating_population", frame, extra, unknown(n)), flagged


def make_household(world: World) -> pl.DataFrame:
    """The household register, one row for each record."""
    draw, people = world.draw("household"), world.people
    locals_ = where(people.local & draw.chance(0.965, len(people)))
    doubles = draw.some(0.003, locals_, 2)
    person = np.concatenate([locals_, settled_people(world), doubles])
    person = person[draw.rng.permutation(len(person))]
    n = len(person)
    status = take(("正常", "注销", "死亡"), draw.index((97.5, 1.8, 0.7), n))
    return pl.DataFrame(
        {
            "record_id": padded("HK", np.arange(1, n + 1)),
            "person": person,
            "community": world.places.community[people.home[person]],
            "status": status,
            "updated_at": dated(updated(world.as_of, n, draw), draw.chance(0.02, n)),
        }
    )


def write_household(world: World, ledger: pl.DataFrame, label: str = "") -> tuple[Delivery, pl.DataFrame]:
    """The rows as delivered, and the ledger with the flags ``fault`` and ``contradiction``."""
    draw, dirt, n = world.draw("household text", label), world.dirt, ledger.height
    person = ledger["person"].to_numpy()
    identity = write_identity(world.people, person, unknown(n), dirt, draw)
    no_code = draw.chance(min(0.01 * dirt, 0.3), n)
    frame = pl.DataFrame(
        {
            "record_id": write_numbers(ledger["record_id"], 0.004 * dirt, draw),
            "name": write_names(world.people, person, identity.sound, dirt, draw),
            "sex": identity.sex,
            "id_number": identity.number,
            "birth_date": identity.birth,
            "community_code": world.community_codes(ledger["community"].to_numpy(), no_code),
            "status": write_codes(ledger["status"], "resident_population", "status", dirt, draw),
            "updated_at": write_updated(ledger["updated_at"], dirt, draw),
        }
    )
    extra = pl.DataFrame(
        {"户籍地址": pl.Series(["霞原省青渡州柳渡县"] * n), "婚姻状况": pl.Series(["不得读取"] * n)}
    )
    flagged = ledger.with_columns(fault=identity.fault, contradiction=identity.contradiction)
    return Delivery("resident_population", frame, extra, identity.kind == NUMBER_CELL), flagged
