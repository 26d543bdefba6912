"""The sample county: invented people and homes, the ledgers three offices keep of them, and the truth.

Belongs here: everything that makes sample deliveries. It knows the contract of the feeds, and from
``quality`` it takes nothing, so that its truth is a second opinion on the rules. Numbers use division
codes that were never assigned, so none can be a living person's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from sources.county import truth
from sources.county.aftercare import make_enrolments, make_notices, write_enrolments, write_notices
from sources.county.draw import Bools
from sources.county.files import MOST_CELLS, file_name, layout_of, write_delivery
from sources.county.housing import (
    Market,
    make_market,
    make_rental,
    make_tenancies,
    write_rental,
    write_tenancies,
)
from sources.county.later import DAYS, next_month
from sources.county.ledger import Delivery, World, unknown
from sources.county.mess import Mess, make_mess
from sources.county.people import days, make_people
from sources.county.places import make_places
from sources.county.requests import make_receipts, make_requests, write_receipts, write_requests
from sources.county.residence import make_floating, make_household, write_floating, write_household
from sources.county.truth import Ledgers
from sources.offices import KEEPING, office_of

SMALLEST = 200
"""Fewest persons of which a county can be made: below, not every kind of record would exist."""


@dataclass(frozen=True)
class CountySummary:
    """What was written. ``rows``: data rows of the full deliveries by feed, ``areas`` counted once."""

    persons: int
    as_of: date
    rows: dict[str, int]
    files: tuple[Path, ...]
    findings: int


def make_world(persons: int, seed: int, as_of: date, dirt: float = 1.0) -> tuple[World, Market]:
    """The hidden facts that everything is drawn from: people, places, the rental market."""
    start = World(people=None, places=None, as_of=days(as_of), seed=seed, dirt=dirt)  # type: ignore[arg-type]
    places = make_places(persons, start.draw("places"))
    market = make_market(places, persons, start.draw("market"))
    people = make_people(persons, seed, days(as_of), places, market.let, market.unlet)
    return replace(start, people=people, places=places), market


def _deliveries(world: World, market: Market) -> tuple[dict[str, Delivery], Ledgers]:
    """Every full delivery before mess, and the ledgers with their flags."""
    rental = make_rental(world, market)
    notices = make_notices(world)
    floating_file, floating = write_floating(world, make_floating(world))
    household_file, household = write_household(world, make_household(world))
    tenancies_file, tenancies = write_tenancies(world, make_tenancies(world, market, rental))
    rental_file, rental = write_rental(world, rental, workbook=rental.height <= MOST_CELLS - 500)
    requests = make_requests(world, tenancies)
    receipts = make_receipts(world, requests, floating)
    enrolments_file, enrolments = write_enrolments(world, make_enrolments(world, notices))
    files = [floating_file, household_file, tenancies_file, rental_file, enrolments_file]
    files += [write_requests(world, requests), write_receipts(world, receipts), write_notices(world, notices)]
    ledgers = Ledgers(floating, household, rental, tenancies, requests, receipts, notices, enrolments)
    return {d.feed: d for d in files}, ledgers


def _odd_ids(record: pl.Series) -> Bools:
    """Record ids that are no serial number: an identity or mobile number, a name."""
    return ~record.str.contains(r"^[A-Z]{2}\d{7,8}$").to_numpy()


class _Writer:
    """Writes the files of a county and keeps what truth needs to know of them."""

    def __init__(self, out: Path, world: World, as_of: date, offices: Sequence[str]) -> None:
        self.out, self.world, self.as_of, self.offices = out, world, as_of, offices
        self.rows: dict[str, int] = {}
        self.files: list[Path] = []
        self.record: list[pl.DataFrame] = []
        self.bad: list[pl.DataFrame] = []
        self.sealed: list[pl.DataFrame] = []
        self.shown: list[pl.DataFrame] = []

    def file(self, inbox: str, office: str, delivery: Delivery, mode: str, day: date) -> str:
        """Writes one delivery; its name."""
        layout = layout_of(delivery.feed, mode, delivery.frame.height)
        name = file_name(delivery.feed, mode, day, layout)
        path = self.out / inbox / office / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draw = self.world.draw("layout", delivery.feed, mode)
        write_delivery(path, delivery, layout, self.world.dirt, draw)
        self.files.append(path)
        return name

    def areas(self) -> None:
        """The same areas for every office."""
        frame = self.world.places.areas.feed()
        delivery = Delivery("areas", frame, pl.DataFrame(), unknown(frame.height))
        for office in self.offices:
            self.file("inbox", office, delivery, "full", self.as_of)
        self.rows["areas"] = frame.height

    def full(self, delivery: Delivery, ledger: pl.DataFrame) -> None:
        """A full delivery with its mess, and what truth says of its rows."""
        feed, office = delivery.feed, office_of(delivery.feed) or ""
        sealed = ledger["sealed"].to_numpy() if "sealed" in ledger.columns else unknown(ledger.height)
        odd = _odd_ids(ledger["record_id"])
        mess: Mess = make_mess(self.world, delivery, sealed | odd)
        name = self.file("inbox", office, mess.delivery, "full", self.as_of)
        self.rows[feed] = mess.delivery.frame.height
        delivered = delivery.frame.select(feed=pl.lit(feed), record_id="record_id")
        self.record.append(delivered.filter(pl.Series(~sealed)).with_columns(office=pl.lit(office)))
        self.sealed.append(delivered.filter(pl.Series(sealed)))
        self.bad.append(mess.bad.select(feed=pl.lit(feed), record_id="record_id", kind="kind"))
        rows = np.flatnonzero(odd)
        self.shown.append(
            pl.DataFrame({"record_id": ledger["record_id"][rows], "row": mess.row[rows]}).select(
                feed=pl.lit(feed), record_id="record_id", shown_id=pl.format("{}#{}", pl.lit(name), "row")
            )
        )

    def truth(self, name: str, frame: pl.DataFrame) -> None:
        """Writes truth/NAME.parquet."""
        path = self.out / "truth" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(path)
        self.files.append(path)


def write_county(
    out: Path,
    persons: int,
    seed: int,
    as_of: date,
    months: int = 1,
    offices: Sequence[str] = KEEPING,
    dirt: float = 1.0,
) -> CountySummary:
    """Writes a county of ``persons`` invented people under ``out``; the same seed gives the same bytes.

    ``out/inbox/OFFICE`` holds full deliveries of day ``as_of``; with ``months`` 1, ``out/inbox2/OFFICE``
    deltas of thirty days later; ``out/truth`` what is true of them. ``dirt`` scales how dirty they are
    (0 clean, 1 as seen in offices). Raises ValueError if an argument is out of range.
    """
    if persons < SMALLEST:
        raise ValueError(f"a sample county needs at least {SMALLEST} persons")
    if months not in (0, 1) or dirt < 0 or dirt > 5:
        raise ValueError("months is 0 or 1, dirt between 0 and 5")
    if unfit := [o for o in offices if o not in KEEPING]:
        raise ValueError(f"no ledgers are kept by: {', '.join(unfit)}; offices are {', '.join(KEEPING)}")
    world, market = make_world(persons, seed, as_of, dirt)
    writer = _Writer(out, world, as_of, offices)
    writer.areas()
    deliveries, ledgers = _deliveries(world, market)
    by_feed = ledgers.by_feed()
    for feed in [f for f in by_feed if office_of(f) in offices]:
        writer.full(deliveries.pop(feed), by_feed[feed])
    found = truth.exceptions(world, ledgers)
    _write_truth(writer, world, ledgers, found)
    if months:
        _write_month(writer, world, ledgers, market, found)
    return CountySummary(persons, as_of, writer.rows, tuple(sorted(writer.files)), found.height)


def _write_truth(writer: _Writer, world: World, ledgers: Ledgers, found: pl.DataFrame) -> None:
    writer.truth("record", pl.concat(writer.record).sort("feed", "record_id"))
    writer.truth("bad", pl.concat(writer.bad))
    writer.truth("sealed", pl.concat(writer.sealed))
    writer.truth("shown", pl.concat(writer.shown))
    for office, frame in truth.members(world, ledgers).items():
        if office in writer.offices:
            writer.truth(office, frame)
    writer.truth("person", world.people.truth())
    writer.truth("exception", found)
    writer.truth("shared_number", world.people.shared_numbers())
    writer.truth("valid_request", ledgers.requests.filter("runs").select("record_id"))


def _write_month(
    writer: _Writer, world: World, ledgers: Ledgers, market: Market, found: pl.DataFrame
) -> None:
    month = next_month(world, ledgers, market, found)
    day = writer.as_of + timedelta(days=DAYS)
    for feed, delivery in month.deliveries.items():
        office = office_of(feed) or ""
        if office in writer.offices:
            writer.file("inbox2", office, delivery, "delta", day)
    writer.truth("month2_record", month.records)
    writer.truth("month2_cured", month.cured)


__all__ = ["SMALLEST", "CountySummary", "make_world", "write_county"]
