"""What the rules must find in the sample, computed from the hidden facts by the contract's section 6.

Written apart from the product's rules on purpose: it reads ledgers and flags, never a delivered text.
Persons and dwellings are the true ones. DQ-02 is left out, since it depends on clerks and on the model.
Working days never matter here: nothing begins in the days on which they would (``ledger.CALM``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from sources.county import names
from sources.county.draw import NONE, Ints, take
from sources.county.ledger import CALM, World
from sources.county.people import EPOCH

_ENOUGH = CALM.stop
_WAITED = 27


@dataclass(frozen=True)
class Ledgers:
    """All ledgers of the county, those of persons with ``fault`` and ``contradiction``."""

    floating: pl.DataFrame
    household: pl.DataFrame
    rental: pl.DataFrame
    tenancies: pl.DataFrame
    requests: pl.DataFrame
    receipts: pl.DataFrame
    notices: pl.DataFrame
    enrolments: pl.DataFrame

    def by_feed(self) -> dict[str, pl.DataFrame]:
        """The ledgers under the names of their feeds."""
        return {
            "floating_population": self.floating,
            "resident_population": self.household,
            "rental_housing": self.rental,
            "tenancies": self.tenancies,
            "requests": self.requests,
            "request_receipts": self.receipts,
            "released_persons": self.notices,
            "assistance_enrolment": self.enrolments,
        }


def _on_or_before(column: str, day: date) -> pl.Expr:
    return (pl.col(column) <= day).fill_null(False)


def _found(rule: str, feed: str, frame: pl.DataFrame) -> pl.DataFrame:
    key = pl.concat_str(pl.lit(feed + "/"), pl.col("record_id"))
    return frame.select(rule=pl.lit(rule), kind=pl.lit("record"), key=key)


def _dwellings(rule: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        rule=pl.lit(rule), kind=pl.lit("dwelling"), key=pl.col("dwelling").cast(pl.String)
    ).unique()


def _but_first(frame: pl.DataFrame, by: list[str], day: str) -> pl.DataFrame:
    ordered = frame.filter(pl.len().over(by) > 1).sort(day, "record_id")
    return ordered.filter(pl.int_range(pl.len()).over(by) > 0)


def _residence(ledgers: Ledgers, day: date) -> list[pl.DataFrame]:
    rows = ledgers.floating
    active = rows.filter(
        pl.col("status") == "在住", _on_or_before("registered_on", day), ~_on_or_before("closed_on", day)
    )
    household = ledgers.household.filter(pl.col("status").is_in(["正常", "死亡"]))
    placed = active.filter(pl.col("dwelling") >= 0).select("person", "record_id", "dwelling", "registered_on")
    pairs = placed.join(placed, on="person", suffix="_2").filter(
        pl.col("dwelling") != pl.col("dwelling_2"),
        (pl.col("registered_on") < pl.col("registered_on_2"))
        | (
            (pl.col("registered_on") == pl.col("registered_on_2"))
            & (pl.col("record_id") < pl.col("record_id_2"))
        ),
    )
    older = pairs.group_by("record_id").agg(pl.col("registered_on_2").min())
    return [
        _found(
            "FP-07", "floating_population", older.filter(pl.col("registered_on_2") < day - timedelta(days=10))
        ),
        _found("FP-08", "floating_population", active.join(household, on="person", how="semi")),
        _found("FP-09", "floating_population", active.filter("unlocatable")),
        _found("FP-10", "floating_population", _but_first(placed, ["person", "dwelling"], "registered_on")),
    ]


def _requests(ledgers: Ledgers, day: date) -> list[pl.DataFrame]:
    requests, receipts, rows = ledgers.requests, ledgers.receipts, ledgers.floating
    waiting = requests.filter(pl.col("runs"), pl.col("consented_on") <= day - timedelta(days=_ENOUGH)).join(
        receipts, on="record_id", how="anti"
    )
    told = receipts.join(requests.select("record_id", "kind", "runs"), on="record_id", how="left")
    unfinished = told.filter(
        pl.col("outcome").is_null(),
        pl.col("received_on") <= day - timedelta(days=_WAITED),
        pl.col("runs").fill_null(True),
    )
    named = rows.select(
        pl.col("record_id").alias("residence_record_id"), "status", "closed_on", "registered_on"
    )
    done = told.filter((pl.col("outcome") == "已办") & pl.col("runs").fill_null(False)).join(
        named, on="residence_record_id", how="left"
    )
    shut = (pl.col("closed_on") <= pl.col("received_on")).fill_null(False)
    shut |= (pl.col("status") == "已注销") & pl.col("closed_on").is_null()
    open_still = (
        (pl.col("status") == "在住") & _on_or_before("registered_on", day) & ~_on_or_before("closed_on", day)
    )
    wrong = pl.col("status").is_null() | pl.when(pl.col("kind") == "注销").then(open_still).otherwise(shut)
    return [
        _found("RQ-01", "requests", waiting),
        _found("RQ-02", "request_receipts", unfinished),
        _found("RQ-03", "request_receipts", done.filter(wrong)),
    ]


def _housing(ledgers: Ledgers, parents: Ints, day: date) -> list[pl.DataFrame]:
    rows = ledgers.tenancies
    active = rows.filter(
        _on_or_before("starts_on", day),
        ~_on_or_before("left_on", day),
        pl.col("ends_on").is_null() | (pl.col("ends_on") >= day),
    )
    rental = ledgers.rental.filter(pl.col("status") == "出租中")
    since = active.group_by("dwelling").agg(pl.col("starts_on").min())
    since = since.with_columns(parent=parents[since["dwelling"].to_numpy()])
    let = rental.select("dwelling")
    uncovered = since.join(let, on="dwelling", how="anti").join(
        let, left_on="parent", right_on="dwelling", how="anti"
    )
    unfiled = rental.filter(pl.col("filed_on").is_null()).select("dwelling").unique()
    within = pl.concat(
        [since.select("dwelling", "starts_on"), since.select(dwelling="parent", starts_on="starts_on")]
    )
    first = unfiled.join(within, on="dwelling").group_by("dwelling").agg(pl.col("starts_on").min())
    lapsed = rows.filter((pl.col("ends_on") < day) & pl.col("left_on").is_null())
    later = lapsed.join(rows.select("person", "dwelling", start="starts_on"), on=["person", "dwelling"])
    later = later.filter(pl.col("start") > pl.col("starts_on"))
    open_ended = (
        lapsed.join(later, on="record_id", how="anti").group_by("dwelling").agg(pl.col("ends_on").min())
    )
    enough = day - timedelta(days=_ENOUGH)
    return [
        _dwellings("RH-01", uncovered.filter(pl.col("starts_on") <= enough)),
        _dwellings("RH-02", first.filter(pl.col("starts_on") < day - timedelta(days=30))),
        _dwellings("RH-03", open_ended.filter(pl.col("ends_on") <= enough)),
        _found("RH-04", "tenancies", _but_first(active, ["person", "dwelling"], "starts_on")),
        _dwellings("RH-09", rental.filter(pl.len().over("dwelling") > 1)),
    ]


def _aftercare(ledgers: Ledgers, day: date) -> list[pl.DataFrame]:
    notices = ledgers.notices.filter(~pl.col("sealed"))
    rows = ledgers.enrolments.filter(~pl.col("sealed"))
    running = rows.filter("running")
    unacknowledged = notices.join(rows, left_on="record_id", right_on="notice_no", how="anti").filter(
        pl.col("released_on") < day - timedelta(days=10), pl.col("released_on") >= day - timedelta(days=180)
    )
    contact = pl.coalesce("last_contact_on", "received_on")
    overdue = running.filter(
        pl.col("contact_interval") != NONE,
        contact + pl.duration(days=pl.col("contact_interval")) < day,
    )
    ended = rows.filter((pl.col("status") == "在册") & (pl.col("consent_until") < day))
    return [
        _found("RP-01", "released_persons", unacknowledged),
        _found("RP-05", "assistance_enrolment", overdue),
        _found("RP-07", "assistance_enrolment", ended),
        _found("RP-08", "assistance_enrolment", _but_first(running, ["person"], "received_on")),
    ]


def _quality(ledgers: Ledgers) -> list[pl.DataFrame]:
    found = []
    for feed, ledger in ledgers.by_feed().items():
        if "fault" in ledger.columns:
            kept = ledger.filter(~pl.col("sealed")) if "sealed" in ledger.columns else ledger
            found.append(_found("DQ-01", feed, kept.filter("fault")))
            found.append(_found("DQ-03", feed, kept.filter("contradiction")))
    return found


def exceptions(world: World, ledgers: Ledgers) -> pl.DataFrame:
    """rule, kind (record or dwelling), key: every finding due on the as-of day, DQ-02 apart.

    The key of a record is FEED/record_id, that of a dwelling its true number.
    """
    day = EPOCH + timedelta(days=world.as_of)
    found = [
        *_residence(ledgers, day),
        *_requests(ledgers, day),
        *_housing(ledgers, world.places.parent, day),
        *_aftercare(ledgers, day),
        *_quality(ledgers),
    ]
    return pl.concat(found).sort("rule", "key")


def members(world: World, ledgers: Ledgers) -> dict[str, pl.DataFrame]:
    """Per office (feed, record_id, role, person, form, dwelling): whom each record is about.

    Only records whose identity the office may keep: enrolments while their consent runs.
    """

    def rows(feed: str, frame: pl.DataFrame, role: str) -> pl.DataFrame:
        dwelling = (
            frame["dwelling"] if "dwelling" in frame.columns else pl.Series(np.full(frame.height, NONE))
        )
        return frame.select(
            feed=pl.lit(feed),
            record_id="record_id",
            role=pl.lit(role),
            person=pl.col("person").cast(pl.Int64),
            form=take(names.FORMS, world.people.form[frame["person"].to_numpy()]),
            dwelling=pl.when(dwelling >= 0).then(dwelling).cast(pl.Int64),
        )

    kept = ledgers.enrolments.filter(pl.col("running") & ~pl.col("sealed"))
    subjects = [
        rows("floating_population", ledgers.floating, "subject"),
        rows("resident_population", ledgers.household, "subject"),
    ]
    rented = [
        rows("tenancies", ledgers.tenancies, "tenant"),
        rows("rental_housing", ledgers.rental, "landlord"),
    ]
    return {
        "residence": pl.concat(subjects).sort("person", "feed", "record_id"),
        "housing": pl.concat(rented).sort("person", "feed", "record_id"),
        "aftercare": rows("assistance_enrolment", kept, "subject").sort("person", "record_id"),
    }
