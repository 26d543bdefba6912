"""The next month: what the offices deliver thirty days on, and which findings that ends.

New rows are as dirty as the others; rows that are corrected, closed or answered are written cleanly.
Rows are only touched where nothing else is wrong with them, so that what is named as cured is cured.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from sources.county.aftercare import write_enrolments, write_notices
from sources.county.draw import NONE, Ints, padded, where
from sources.county.housing import Market, write_rental, write_tenancies
from sources.county.ledger import Delivery, World, dated
from sources.county.requests import write_receipts, write_requests
from sources.county.residence import write_floating
from sources.county.truth import Ledgers

DAYS = 30


@dataclass(frozen=True)
class Month:
    """Deliveries by feed; ``records`` (feed, record_id, role, person); ``cured`` (rule, key)."""

    deliveries: dict[str, Delivery]
    records: pl.DataFrame
    cured: pl.DataFrame


class _Builder:
    def __init__(self, world: World, ledgers: Ledgers, found: pl.DataFrame) -> None:
        self.world, self.clean = world, replace(world, dirt=0.0)
        self.ledgers = ledgers
        self.draw = world.draw("later")
        self.keys = {
            rule[0]: frame["key"].str.split("/").list.last()
            for rule, frame in found.group_by("rule", maintain_order=True)
        }
        per_key = found.group_by("key").len()
        self.lonely = per_key.filter(pl.col("len") == 1)["key"].str.split("/").list.last()
        self.deliveries: dict[str, Delivery] = {}
        self.records: list[pl.DataFrame] = []
        self.cured: list[pl.DataFrame] = []

    def day(self, n: int, low: int = 1, high: int = DAYS) -> Ints:
        """``n`` days of the coming month."""
        return self.world.as_of + self.draw.ints(low, high, n)

    def pick(self, rule: str, share: float, *, lonely: bool = True) -> pl.Series:
        """Some of the keys that ``rule`` found, without their feed; ``lonely``: found by it alone."""
        keys = self.keys.get(rule, pl.Series([], dtype=pl.String))
        if lonely:
            keys = keys.filter(keys.is_in(self.lonely.implode()))
        chosen = (
            self.draw.some(share, np.arange(len(keys), dtype=np.int64))
            if len(keys)
            else np.zeros(0, np.int64)
        )
        return keys.sort().gather(pl.Series(chosen).cast(pl.UInt32))

    def cure(self, rule: str, prefix: str, keys: pl.Series) -> None:
        """Notes that the findings of ``rule`` on ``keys`` end."""
        frame = keys.to_frame("k").select(rule=pl.lit(rule), key=pl.concat_str(pl.lit(prefix), "k"))
        self.cured.append(frame)

    def note(self, feed: str, frame: pl.DataFrame, role: str | None) -> None:
        """Notes new records."""
        person = pl.col("person").cast(pl.Int64) if role else pl.lit(None, dtype=pl.Int64)
        self.records.append(
            frame.select(
                feed=pl.lit(feed), record_id="record_id", role=pl.lit(role, dtype=pl.String), person=person
            )
        )

    def deliver(self, *parts: Delivery) -> None:
        """Puts the parts of one feed together."""
        parts = tuple(p for p in parts if p.frame.height)
        if parts:
            self.deliveries[parts[0].feed] = Delivery(
                feed=parts[0].feed,
                frame=pl.concat([p.frame for p in parts]),
                extra=pl.concat([p.extra for p in parts]),
                number_cells=np.concatenate([p.number_cells for p in parts]),
            )


def _rows(frame: pl.DataFrame, keys: pl.Series, column: str = "record_id") -> pl.DataFrame:
    return frame.filter(pl.col(column).is_in(keys.implode())).unique("record_id", maintain_order=True)


def _with_day(frame: pl.DataFrame, days: Ints, *columns: str) -> pl.DataFrame:
    return frame.with_columns(*(dated(days).alias(c) for c in (*columns, "updated_at")))


def _residence(b: _Builder) -> None:
    rows, people = b.ledgers.floating, b.world.people
    closed = []
    for rule, share in (("FP-10", 0.4), ("FP-07", 0.25)):
        keys = b.pick(rule, share)
        b.cure(rule, "floating_population/", keys)
        mine = _rows(rows, keys)
        closed.append(_with_day(mine.with_columns(status=pl.lit("已注销")), b.day(mine.height), "closed_on"))
    fixed = []
    for rule, share in (("DQ-01", 0.15), ("FP-09", 0.4)):
        mine = _rows(rows, b.pick(rule, share))
        b.cure(rule, "floating_population/", mine["record_id"])
        mine = mine.with_columns(dwelling=pl.col("written"), unlocatable=pl.lit(False), former=pl.lit(False))
        fixed.append(_with_day(mine, b.day(mine.height)))
    touched = pl.concat([*closed, *fixed])["record_id"]
    quiet = rows.filter(
        pl.col("status") == "在住",
        pl.col("closed_on").is_null(),
        ~pl.col("record_id").is_in(touched.implode()),
        pl.len().over("person") == 1,
        ~pl.col("fault") & ~pl.col("contradiction") & ~pl.col("unlocatable"),
    )
    movers = quiet[b.draw.some(0.02, np.arange(quiet.height, dtype=np.int64), 4)]
    days = b.day(movers.height)
    left = _with_day(movers.with_columns(status=pl.lit("已注销")), days, "closed_on")
    registered = np.zeros(len(people), dtype=np.bool_)
    registered[rows["person"].to_numpy()] = True
    missing = where(~people.local & ~registered)
    newcomers = b.draw.some(0.25, missing, 2)
    new = _new_floating(b, movers["person"].to_numpy(), days, newcomers)
    b.note("floating_population", new, "subject")
    columns = rows.columns
    clean = pl.concat([frame.select(columns) for frame in (*closed, *fixed, left)]).unique(
        "record_id", maintain_order=True
    )
    b.deliver(write_floating(b.clean, clean, "later")[0], write_floating(b.world, new, "new")[0])
    _receipts(b)


def _new_floating(b: _Builder, movers: Ints, days: Ints, newcomers: Ints) -> pl.DataFrame:
    living = b.world.places.living
    person = np.concatenate([movers, newcomers])
    home = np.concatenate([living[b.draw.ints(0, len(living), len(movers))], b.world.people.home[newcomers]])
    day = np.concatenate([days, b.day(len(newcomers))])
    n, first = len(person), b.ledgers.floating.height + 1
    none = pl.Series([None] * n, dtype=pl.Date)
    return pl.DataFrame(
        {
            "record_id": padded("LD", first + np.arange(n, dtype=np.int64)),
            "person": person,
            "written": home,
            "dwelling": home,
            "community": b.world.places.community[home],
            "unlocatable": np.zeros(n, dtype=np.bool_),
            "former": np.zeros(n, dtype=np.bool_),
            "arrived_on": dated(day - 5),
            "registered_on": dated(day),
            "permit_until": dated(day + 365),
            "status": pl.Series(["在住"] * n, dtype=pl.String),
            "closed_on": none,
            "updated_at": dated(day),
        }
    )


def _receipts(b: _Builder) -> None:
    waiting = _rows(b.ledgers.requests, b.pick("RQ-01", 0.55))
    b.cure("RQ-01", "requests/", waiting["record_id"])
    days = b.day(waiting.height, 1, 20)
    new = waiting.select("record_id").with_columns(
        received_on=dated(days),
        outcome=pl.lit("退回"),
        finished_on=dated(days + 3),
        residence_record_id=pl.lit(None, dtype=pl.String),
        updated_at=dated(days + 3),
    )
    answered = _rows(b.ledgers.receipts, b.pick("RQ-02", 0.5))
    b.cure("RQ-02", "request_receipts/", answered["record_id"])
    answered = _with_day(answered.with_columns(outcome=pl.lit("退回")), b.day(answered.height), "finished_on")
    b.note("request_receipts", new, None)
    rows = pl.concat([new, answered.select(new.columns)])
    b.deliver(write_receipts(b.clean, rows, "later"))


def _housing(b: _Builder, market: Market) -> None:
    rental = b.ledgers.rental
    bare = b.pick("RH-01", 0.3, lonely=False)
    b.cure("RH-01", "", bare)
    new_rows = _new_rental(b, bare.cast(pl.Int64).to_numpy().astype(np.int64))
    b.note("rental_housing", new_rows, "landlord")
    unfiled = rental.filter(pl.col("filed_on").is_null(), pl.col("status") == "出租中")
    faulty = unfiled.filter(pl.col("fault"))["dwelling"]
    wanted = b.pick("RH-02", 0.3, lonely=False).cast(pl.Int64)
    wanted = wanted.filter(~wanted.is_in(faulty.implode()))
    b.cure("RH-02", "", wanted.cast(pl.String))
    filed = unfiled.filter(pl.col("dwelling").is_in(wanted.implode()))
    filed = _with_day(filed, b.day(filed.height), "filed_on")
    later = write_rental(b.clean, filed.select(new_rows.columns), workbook=False, label="later")[0]
    b.deliver(later, write_rental(b.world, new_rows, workbook=False, label="new")[0])
    ended = _ended_tenancies(b)
    new = _new_tenancies(b, market)
    b.note("tenancies", new, "tenant")
    columns = new.columns
    b.deliver(
        write_tenancies(b.clean, ended.select(columns), "later")[0], write_tenancies(b.world, new, "new")[0]
    )
    asked = _new_requests(b, new[: new.height // 2])
    b.note("requests", asked, None)
    b.deliver(write_requests(b.world, asked, "new"))


def _new_rental(b: _Builder, dwelling: Ints) -> pl.DataFrame:
    n = len(dwelling)
    locals_ = where(b.world.people.local)
    day = b.day(n)
    return pl.DataFrame(
        {
            "record_id": padded("FW", b.ledgers.rental.height + 1 + np.arange(n, dtype=np.int64), 7),
            "person": locals_[b.draw.ints(0, len(locals_), n)],
            "dwelling": dwelling,
            "community": b.world.places.community[dwelling],
            "filed_on": dated(day),
            "status": pl.Series(["出租中"] * n, dtype=pl.String),
            "updated_at": dated(day),
        }
    )


def _ended_tenancies(b: _Builder) -> pl.DataFrame:
    """Lapsed tenancies whose leaving is now written down, at dwellings where all of them can be."""
    as_of = b.world.as_of
    rows = b.ledgers.tenancies
    lapsed = rows.filter(pl.col("left_on").is_null(), pl.col("ends_on") < dated(np.asarray([as_of]))[0])
    spoiled = lapsed.filter(pl.col("fault") | pl.col("contradiction"))["dwelling"]
    wanted = b.pick("RH-03", 0.4, lonely=False).cast(pl.Int64)
    wanted = wanted.filter(~wanted.is_in(spoiled.implode()))
    b.cure("RH-03", "", wanted.cast(pl.String))
    ended = lapsed.filter(pl.col("dwelling").is_in(wanted.implode()))
    return _with_day(ended, b.day(ended.height), "left_on")


def _new_tenancies(b: _Builder, market: Market) -> pl.DataFrame:
    people, places = b.world.people, b.world.places
    idle = where(~people.tenant & ~people.local)
    person = b.draw.some(0.05, idle, 4)
    n = len(person)
    dwelling = market.let[b.draw.ints(0, len(market.let), n)]
    start = b.day(n)
    none = pl.Series([None] * n, dtype=pl.String)
    return pl.DataFrame(
        {
            "record_id": padded("ZZ", b.ledgers.tenancies.height + 1 + np.arange(n, dtype=np.int64)),
            "house_id": none,
            "person": person,
            "dwelling": dwelling,
            "written": dwelling,
            "community": places.community[dwelling],
            "starts_on": dated(start),
            "ends_on": dated(start + 364),
            "left_on": pl.Series([None] * n, dtype=pl.Date),
            "updated_at": dated(start),
        }
    )


def _new_requests(b: _Builder, tenancies: pl.DataFrame) -> pl.DataFrame:
    n = tenancies.height
    day = np.full(n, b.world.as_of + DAYS) - b.draw.ints(0, 2, n)
    none = pl.Series([None] * n, dtype=pl.Date)
    return pl.DataFrame(
        {
            "record_id": padded("QQ", b.ledgers.requests.height + 1 + np.arange(n, dtype=np.int64)),
            "person": tenancies["person"],
            "tenancy_id": tenancies["record_id"],
            "kind": pl.Series(["登记"] * n, dtype=pl.String),
            "consent_no": padded("PY", np.arange(n, dtype=np.int64) + 1, 9),
            "consented_on": dated(day),
            "consent_until": none,
            "withdrawn_consent_on": none,
            "updated_at": dated(day),
        }
    )


def _aftercare(b: _Builder) -> None:
    rows, notices = b.ledgers.enrolments, b.ledgers.notices
    open_notices = _rows(notices, b.pick("RP-01", 0.5))
    b.cure("RP-01", "released_persons/", open_notices["record_id"])
    new = _acknowledged(b, open_notices)
    b.note("assistance_enrolment", new, None)
    called = _rows(rows, b.pick("RP-05", 0.5))
    b.cure("RP-05", "assistance_enrolment/", called["record_id"])
    called = _with_day(called, b.day(called.height, 8, DAYS), "last_contact_on")
    over = _rows(rows, b.pick("RP-07", 0.5))
    b.cure("RP-07", "assistance_enrolment/", over["record_id"])
    over = _with_day(
        over.with_columns(status=pl.lit("解除"), running=pl.lit(False)), b.day(over.height), "ended_on"
    )
    clean = pl.concat([frame.select(new.columns) for frame in (called, over)])
    b.deliver(write_enrolments(b.clean, clean, "later")[0], write_enrolments(b.world, new, "new")[0])
    fresh = _new_notices(b)
    b.note("released_persons", fresh.filter(~pl.col("sealed")), None)
    b.deliver(write_notices(b.world, fresh, "new"))


def _acknowledged(b: _Builder, notices: pl.DataFrame) -> pl.DataFrame:
    n, day = notices.height, b.day(notices.height)
    none = pl.Series([None] * n, dtype=pl.Date)
    signed = b.draw.chance(0.4, n)
    return pl.DataFrame(
        {
            "record_id": padded("BJ", b.ledgers.enrolments.height + 1 + np.arange(n, dtype=np.int64), 7),
            "person": notices["person"],
            "notice_no": notices["record_id"],
            "sealed": notices["sealed"],
            "community": notices["community"],
            "received_on": dated(day),
            "status": pl.Series(np.where(signed, "已签收", "在册"), dtype=pl.String),
            "consented_on": none,
            "consent_until": none,
            "contact_interval": np.full(n, NONE),
            "last_contact_on": none,
            "ended_on": none,
            "updated_at": dated(day),
            "running": np.zeros(n, dtype=np.bool_),
        }
    )


def _new_notices(b: _Builder) -> pl.DataFrame:
    people = b.world.people
    known = np.zeros(len(people), dtype=np.bool_)
    known[b.ledgers.notices["person"].to_numpy()] = True
    person = b.draw.some(0.002, where(~known), 3)
    n, day = len(person), b.day(len(person))
    return pl.DataFrame(
        {
            "record_id": padded("SF", b.ledgers.notices.height + 1 + np.arange(n, dtype=np.int64), 7),
            "person": person,
            "released_on": dated(day),
            "community": b.world.places.community[people.home[person]],
            "sealed": np.arange(n) % 12 == 0,
            "updated_at": dated(day - 5),
        }
    )


def next_month(world: World, ledgers: Ledgers, market: Market, found: pl.DataFrame) -> Month:
    """The deltas of day as_of + 30; ``found`` are the findings due on the as-of day."""
    builder = _Builder(world, ledgers, found)
    _residence(builder)
    _housing(builder, market)
    _aftercare(builder)
    return Month(
        deliveries=builder.deliveries,
        records=pl.concat(builder.records).sort("feed", "record_id"),
        cured=pl.concat(builder.cured).unique().sort("rule", "key"),
    )


__all__ = ["DAYS", "Month", "next_month"]
