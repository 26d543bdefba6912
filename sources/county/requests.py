"""What tenants asked housing to pass on, and what the residence desk took up."""

from __future__ import annotations

import numpy as np
import polars as pl

from sources.county.draw import NONE, Bools, Draw, Ints, as_days, padded, patch, take, where
from sources.county.ledger import Delivery, World, calm, dated, unknown, updated
from sources.county.writing import write_codes, write_dates, write_numbers, write_open_dates, write_updated

KINDS = ("登记", "变更", "注销")
DONE, RETURNED, WANTING, OPEN = range(4)
OUTCOMES = ("已办", "退回", "待补")
_WAITING = range(11, 27)
"""Days before the as-of day on which no receipt waits: 0 to 10 calendar days are never more than ten
working days, 27 always are."""


def make_requests(world: World, tenancies: pl.DataFrame) -> pl.DataFrame:
    """The ledger of requests, one row for each record; ``runs`` says whether it runs on the as-of day."""
    draw, as_of, dirt = world.draw("requests"), world.as_of, world.dirt
    share = 0.217 * len(world.people) / max(1, tenancies.height)
    of = draw.some(min(share, 0.6), np.arange(tenancies.height, dtype=np.int64), 6)
    n = len(of)
    longest = np.clip(as_of - as_days(tenancies["starts_on"])[of], 0, 425)
    consented = calm(as_of - (draw.rng.random(n) * longest).astype(np.int64), as_of)
    odd = draw.classes(n, [0.025 * dirt, 0.005 * dirt, 0.006 * dirt, 0.006 * dirt, 0.04])
    consented = np.where(odd == 1, as_of + draw.ints(1, 10, n), consented)
    until = np.where(draw.chance(0.18, n), consented + draw.ints(90, 500, n), NONE)
    withdrawn = np.where(odd == 5, consented + draw.ints(1, 60, n), NONE)
    tenancy = take(tenancies["record_id"], of)
    lost = where(odd == 2)
    tenancy = patch(tenancy, lost, padded("ZZ", 90_000_000 + np.arange(len(lost))))
    consent = padded("PZ", (np.arange(n) * 7_368_787 + 311) % 10**9, 9)
    first, second = where(odd == 3), where(odd == 4)
    pairs = min(len(first), len(second))
    consent = patch(consent, second[:pairs], take(consent, first[:pairs]))
    twice = unknown(n)
    twice[first[:pairs]] = twice[second[:pairs]] = True
    in_time = np.where(until == NONE, consented + 365, until) >= as_of
    runs = (consented <= as_of) & ((withdrawn == NONE) | (withdrawn > as_of)) & in_time & (odd != 2) & ~twice
    return pl.DataFrame(
        {
            "record_id": padded("QQ", np.arange(1, n + 1)),
            "person": tenancies["person"].to_numpy()[of],
            "tenancy_id": tenancy,
            "kind": take(KINDS, draw.index((62, 20, 18), n)),
            "consent_no": consent,
            "consented_on": dated(consented),
            "consent_until": dated(until),
            "withdrawn_consent_on": dated(withdrawn),
            "updated_at": dated(updated(as_of, n, draw), draw.chance(0.02, n)),
            "runs": runs,
        }
    )


def write_requests(world: World, ledger: pl.DataFrame, label: str = "") -> Delivery:
    """The requests as delivered."""
    draw, dirt, n = world.draw("requests text", label), world.dirt, ledger.height
    frame = pl.DataFrame(
        {
            "record_id": write_numbers(ledger["record_id"], 0.03 * dirt, draw),
            "tenancy_id": write_numbers(ledger["tenancy_id"], 0.04 * dirt, draw),
            "kind": write_codes(ledger["kind"], "requests", "kind", dirt, draw),
            "consent_no": write_numbers(ledger["consent_no"], 0.03 * dirt, draw),
            "consented_on": write_dates(ledger["consented_on"], dirt, draw),
            "consent_until": write_dates(ledger["consent_until"], dirt, draw),
            "withdrawn_consent_on": write_open_dates(ledger["withdrawn_consent_on"], dirt, draw),
            "updated_at": write_updated(ledger["updated_at"], dirt, draw),
        }
    )
    extra = pl.DataFrame({"受理窗口": take(("1号窗口", "2号窗口", "网上"), draw.ints(0, 3, n))})
    return Delivery("requests", frame, extra, unknown(n))


def _latest_rows(floating: pl.DataFrame, people: int) -> Ints:
    """For each person the position of their latest residence row, NONE if there is none."""
    order = np.argsort(as_days(floating["registered_on"]), kind="stable")
    latest = np.full(people, NONE)
    latest[floating["person"].to_numpy()[order]] = order
    return latest


def _outcomes(kind: Ints, registered: Bools, closed: Bools, active: Bools, draw: Draw) -> Ints:
    """What came of each request; mostly what the person's own residence row bears out."""
    n = len(kind)
    outcome = draw.index((77, 19, 1.8, 2.2), n)
    unfit = ~registered | np.where(kind == 2, active, closed)
    return np.where(unfit & (outcome == DONE) & ~draw.chance(0.03, n), RETURNED, outcome)


def make_receipts(world: World, requests: pl.DataFrame, floating: pl.DataFrame) -> pl.DataFrame:
    """The ledger of receipts, one row for each request taken up, and a few of unknown numbers."""
    draw, as_of, dirt = world.draw("receipts"), world.as_of, world.dirt
    consented = as_days(requests["consented_on"])
    of = where((consented <= as_of) & draw.chance(0.925, requests.height))
    n = len(of)
    received = np.minimum(consented[of] + draw.ints(0, 7, n), as_of)
    row = _latest_rows(floating, len(world.people))[requests["person"].to_numpy()[of]]
    at = np.maximum(row, 0)
    shut = floating["status"].to_numpy()[at] == "已注销"
    end = as_days(floating["closed_on"])[at]
    closed = shut | ((end != NONE) & (end <= received))
    codes = {name: number for number, name in enumerate(KINDS)}
    kind = requests["kind"].replace_strict(codes, return_dtype=pl.Int64).to_numpy()[of]
    outcome = _outcomes(kind, row != NONE, closed, ~closed, draw)
    waiting = outcome == OPEN
    received = np.where(waiting, calm(received, as_of, _WAITING), received)
    fault = draw.classes(n, [0.016 * dirt, 0.008 * dirt], outcome == DONE)
    named = take(floating["record_id"], np.where((outcome == DONE) & (fault != 1), row, NONE))
    lost = where(fault == 2)
    named = patch(named, lost, padded("LD", 77_000_000 + np.arange(len(lost))))
    finished = np.where(outcome <= RETURNED, np.minimum(received + draw.ints(0, 10, n), as_of), NONE)
    known = pl.DataFrame(
        {
            "record_id": take(requests["record_id"], of),
            "received_on": dated(received),
            "outcome": take(OUTCOMES, np.where(waiting, NONE, outcome)),
            "finished_on": dated(finished),
            "residence_record_id": named,
            "updated_at": dated(updated(as_of, n, draw), draw.chance(0.02, n)),
        }
    )
    return pl.concat([known, _unknown_numbers(known, dirt, as_of)])


def _unknown_numbers(known: pl.DataFrame, dirt: float, as_of: int) -> pl.DataFrame:
    """Receipts of request numbers that housing does not hold: half of them wait, long since."""
    n = max(4, round(0.003 * known.height * dirt)) if dirt else 0
    waiting = np.arange(n) % 2 == 0
    received = np.full(n, as_of - 90) + np.arange(n) % 40
    return pl.DataFrame(
        {
            "record_id": padded("QQ", 80_000_000 + np.arange(n)),
            "received_on": dated(received),
            "outcome": take(OUTCOMES, np.where(waiting, NONE, DONE)),
            "finished_on": dated(received, waiting),
            "residence_record_id": pl.Series([None] * n, dtype=pl.String),
            "updated_at": dated(received + 1),
        }
    )


def write_receipts(world: World, ledger: pl.DataFrame, label: str = "") -> Delivery:
    """The receipts as delivered."""
    draw, dirt, n = world.draw("receipts text", label), world.dirt, ledger.height
    frame = pl.DataFrame(
        {
            "record_id": write_numbers(ledger["record_id"], 0.2 * dirt, draw),
            "received_on": write_dates(ledger["received_on"], dirt, draw),
            "outcome": write_codes(ledger["outcome"], "request_receipts", "outcome", dirt, draw),
            "finished_on": write_dates(ledger["finished_on"], dirt, draw),
            "residence_record_id": write_numbers(ledger["residence_record_id"], 0.04 * dirt, draw),
            "updated_at": write_updated(ledger["updated_at"], dirt, draw),
        }
    )
    extra = pl.DataFrame({"备注": take(("", "已电话告知", "材料齐全"), draw.index((8, 1, 1), n))})
    return Delivery("request_receipts", frame, extra, unknown(n))
