"""The assistance desk's ledgers: hand-over notices and enrolments by consent."""

from __future__ import annotations

import numpy as np
import polars as pl

from sources.county.addresses import AddressWriter
from sources.county.draw import NONE, Bools, Draw, Ints, as_days, from_ascii, padded, patch, take, where
from sources.county.identity import write_identity
from sources.county.ledger import Delivery, World, dated, unknown, updated
from sources.county.writing import (
    write_codes,
    write_dates,
    write_names,
    write_numbers,
    write_phones,
    write_updated,
)

STATUSES = ("在册", "解除", "转出", "谢绝", "已签收")
_SEALED = ("是", "1", "Y", "有", "", "不详", "是（未成年）")
_OPEN = ("否", "0", "N", "无")


def make_notices(world: World) -> pl.DataFrame:
    """The ledger of hand-over notices; ``sealed`` rows must leave no trace."""
    draw, people, as_of = world.draw("notices"), world.people, world.as_of
    person = draw.some(0.0847, where(people.male | draw.chance(0.3, len(people))), 12)
    person = person[draw.rng.permutation(len(person))]
    n = len(person)
    old = (draw.rng.random(n) ** 1.6 * 1900).astype(np.int64)
    sealed = draw.classes(n, [0.045]) > 0
    return pl.DataFrame(
        {
            "record_id": padded("SF", np.arange(1, n + 1), 7),
            "person": person,
            "released_on": dated(as_of + 28 - old),
            "community": world.places.community[people.home[person]],
            "sealed": sealed,
            "updated_at": dated(np.minimum(as_of + 10 - old, as_of - 1)),
        }
    )


def write_notices(world: World, ledger: pl.DataFrame, label: str = "") -> Delivery:
    """The notices as delivered, with the identity columns that must be dropped unread."""
    draw, people, dirt, n = world.draw("notices text", label), world.people, world.dirt, ledger.height
    person = ledger["person"].to_numpy()
    sealed = ledger["sealed"].to_numpy()
    shown = np.where(sealed, draw.index((4, 2, 1, 1, 3, 1, 1), n), 7 + draw.index((80, 8, 4, 8), n))
    missing = draw.chance(min(0.02 * dirt, 0.3), n)
    frame = pl.DataFrame(
        {
            "record_id": write_numbers(ledger["record_id"], 0.03 * dirt, draw),
            "released_on": write_dates(ledger["released_on"], dirt, draw),
            "community_code": world.community_codes(ledger["community"].to_numpy(), missing),
            "sealed": take((*_SEALED, *_OPEN), shown),
            "updated_at": write_updated(ledger["updated_at"], dirt, draw),
        }
    )
    extra = pl.DataFrame(
        {
            "姓名": take(people.name, person),
            "性别": take(("女", "男"), people.male[person].astype(np.int64)),
            "证件号码": take(people.number, person),
            "出生日期": dated(people.birth[person]).dt.to_string("%Y-%m-%d"),
            "衔接地址": AddressWriter(world.places, dirt).write(people.home[person], missing, draw),
            "衔接方式": take(("一般衔接", "必接必送"), draw.ints(0, 2, n)),
            "服刑场所": pl.Series(["不得读取"] * n),
        }
    )
    return Delivery("released_persons", frame, extra, unknown(n))


def _consents(enrolled: Bools, received: Ints, as_of: int, draw: Draw) -> tuple[Ints, Ints]:
    """同意日期 and 同意期限至: a few lack the first, some periods are over."""
    n = len(enrolled)
    consented = np.where(enrolled & ~draw.chance(0.03, n), received, NONE)
    enough = np.where(draw.chance(0.45, n), (as_of - received) // 365 + 1, 0)
    until = consented + 365 * np.maximum(draw.ints(1, 6, n), enough)
    return consented, np.where((consented == NONE) | draw.chance(0.06, n), NONE, until)


def _contacts(received: Ints, as_of: int, draw: Draw) -> tuple[Ints, Ints]:
    """约定联系间隔 and 最近联系日期: most desks keep their promise."""
    n = len(received)
    interval = np.where(draw.chance(0.1, n), NONE, np.asarray([30, 60, 90])[draw.ints(0, 3, n)])
    recent = as_of - (draw.rng.random(n) * np.where(interval == NONE, 90, interval)).astype(np.int64)
    last = np.where(draw.chance(0.07, n), as_of - 95 - draw.ints(0, 200, n), recent)
    return interval, np.where((last < received) | draw.chance(0.04, n), NONE, last)


def _named_notices(notices: pl.DataFrame, rows: Ints, dirt: float, draw: Draw) -> tuple[pl.Series, Bools]:
    """通知书编号 of each enrolment, and the rows that name no notice or one that nobody knows."""
    kind = draw.classes(len(rows), [0.015 * dirt, 0.008 * dirt])
    lost = where(kind == 2)
    named = take(notices["record_id"], np.where(kind == 1, NONE, rows))
    return patch(named, lost, padded("SF", 9_900_000 + np.arange(len(lost)), 7)), kind > 0


def make_enrolments(world: World, notices: pl.DataFrame) -> pl.DataFrame:
    """The ledger of enrolments; ``sealed`` where the notice named is. ``running``: consent runs."""
    draw, as_of = world.draw("enrolments"), world.as_of
    released = as_days(notices["released_on"])
    recent_ones = released > as_of - 180
    taken = np.where(recent_ones, draw.chance(0.6, notices.height), draw.chance(0.83, notices.height))
    of = where((released < as_of - 3) & taken)
    double = draw.some(0.025, where(~notices["sealed"].to_numpy()), 3)
    double = np.intersect1d(double, of)
    rows = np.concatenate([of, double])
    n = len(rows)
    status = draw.index((67, 15, 6, 9, 3), n)
    status[np.isin(rows, double)] = 0
    received = np.minimum(released[rows] + draw.ints(0, 15, n), as_of - 1)
    received[len(of) :] = np.minimum(received[len(of) :] + 30, as_of - 1)
    enrolled = status == 0
    consented, until = _consents(enrolled, received, as_of, draw)
    interval, last = _contacts(received, as_of, draw)
    finished = (status == 1) | (status == 2)
    ended = np.where(finished, np.minimum(received + draw.ints(20, 900, n), as_of - 1), NONE)
    wrong = draw.classes(n, [0.004 * world.dirt], status == 1) > 0
    notice, unnamed = _named_notices(notices, rows, world.dirt, draw)
    order = draw.rng.permutation(n)
    running = enrolled & (consented != NONE) & ((until == NONE) | (until >= as_of))
    frame = pl.DataFrame(
        {
            "person": notices["person"].to_numpy()[rows],
            "notice_no": notice,
            "sealed": notices["sealed"].to_numpy()[rows] & ~unnamed,
            "community": notices["community"].to_numpy()[rows],
            "received_on": dated(received),
            "status": take(STATUSES, status),
            "consented_on": dated(consented),
            "consent_until": dated(until),
            "contact_interval": interval,
            "last_contact_on": dated(last),
            "ended_on": dated(np.where(wrong, received - 15, ended)),
            "updated_at": dated(updated(as_of, n, draw), draw.chance(0.02, n)),
            "running": running,
        }
    )
    shuffled = frame[order]
    return shuffled.insert_column(0, padded("BJ", np.arange(1, n + 1), 7).alias("record_id"))


def _intervals(interval: Ints, draw: Draw) -> pl.Series:
    numbers = from_ascii((np.maximum(interval, 0)[:, None] // np.asarray([10, 1]) % 10 + 48).astype(np.uint8))
    return numbers.to_frame("x").select(pl.when(pl.Series(interval != NONE)).then("x").alias("x"))["x"]


def write_enrolments(world: World, ledger: pl.DataFrame, label: str = "") -> tuple[Delivery, pl.DataFrame]:
    """The rows as delivered, and the ledger with the flags ``fault`` and ``contradiction``.

    Flags of identity hold only while the consent runs: else the identity is not kept.
    """
    draw, dirt, n = world.draw("enrolments text", label), world.dirt, ledger.height
    person = ledger["person"].to_numpy()
    identity = write_identity(world.people, person, unknown(n), dirt, draw)
    missing = draw.chance(min(0.02 * dirt, 0.3), n)
    frame = pl.DataFrame(
        {
            "record_id": write_numbers(ledger["record_id"], 0.01 * dirt, draw),
            "notice_no": write_numbers(ledger["notice_no"], 0.2 * dirt, draw),
            "name": write_names(world.people, person, identity.sound, dirt, draw),
            "id_number": identity.number,
            "birth_date": identity.birth,
            "phone": write_phones(world.people, person, dirt, draw),
            "community_code": world.community_codes(ledger["community"].to_numpy(), missing),
            "received_on": write_dates(ledger["received_on"], dirt, draw),
            "status": write_codes(ledger["status"], "assistance_enrolment", "status", dirt, draw),
            "consented_on": write_dates(ledger["consented_on"], dirt, draw),
            "consent_until": write_dates(ledger["consent_until"], dirt, draw),
            "contact_interval": _intervals(ledger["contact_interval"].to_numpy(), draw),
            "last_contact_on": write_dates(ledger["last_contact_on"], dirt, draw),
            "ended_on": write_dates(ledger["ended_on"], dirt, draw),
            "updated_at": write_updated(ledger["updated_at"], dirt, draw),
        }
    )
    running = ledger["running"].to_numpy()
    before = (ledger["ended_on"] < ledger["received_on"]).fill_null(False).to_numpy()
    flagged = ledger.with_columns(
        fault=identity.fault & running, contradiction=(identity.wrong_birth & running) | before
    )
    extra = pl.DataFrame(
        {"帮教责任人": pl.Series(["某工作人员"] * n), "健康状况": pl.Series(["不得读取"] * n)}
    )
    return Delivery("assistance_enrolment", frame, extra, unknown(n)), flagged
