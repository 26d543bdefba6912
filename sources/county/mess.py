"""Rows that a ledger's file has beside its current records: repeats, older versions, unusable rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sources.county.draw import Bools, Draw, Ints, as_dates, padded, take, where
from sources.county.ledger import Delivery, World
from sources.county.writing import write_numbers

MISSING, UNREADABLE, NO_ID, PERSONAL_FORM, OVERSIZED = range(5)
"""Kinds of rejected rows: a value is blank, cannot be read, no record id, the request or notice number
has the form of an identity or mobile number, a cell over 10,000 characters."""

_NOBODY: dict[str, str | None] = {"name": None, "id_number": None}
_PLACEHOLDERS: dict[str, str | None] = {"name": "？？", "id_number": "无"}
_LONG = "柳渡县人民路" * 1700
_BAD: dict[str, tuple[tuple[int, dict[str, str | None]], ...]] = {
    "floating_population": (
        (MISSING, _NOBODY),
        (MISSING, _PLACEHOLDERS),
        (MISSING, {"registered_on": None}),
        (UNREADABLE, {"registered_on": "2999-13-45"}),
        (UNREADABLE, {"status": "待定"}),
        (MISSING, {"status": ""}),
        (NO_ID, {"record_id": None}),
        (OVERSIZED, {"address": _LONG}),
    ),
    "resident_population": (
        (MISSING, _NOBODY),
        (UNREADABLE, {"status": "不明"}),
        (NO_ID, {"record_id": " "}),
    ),
    "rental_housing": (
        (MISSING, {"status": None}),
        (UNREADABLE, {"status": "拆除？"}),
        (NO_ID, {"record_id": None}),
    ),
    "tenancies": (
        (MISSING, _NOBODY),
        (MISSING, {"starts_on": None}),
        (UNREADABLE, {"starts_on": "去年"}),
        (NO_ID, {"record_id": None}),
        (OVERSIZED, {"name": "张" * 10_050}),
    ),
    "requests": (
        (MISSING, {"consent_no": None}),
        (MISSING, {"tenancy_id": None}),
        (UNREADABLE, {"kind": "咨询"}),
        (UNREADABLE, {"consented_on": "没有"}),
        (MISSING, {"consented_on": None}),
        (PERSONAL_FORM, {"record_id": "number"}),
        (PERSONAL_FORM, {"record_id": "phone"}),
        (NO_ID, {"record_id": None}),
    ),
    "request_receipts": (
        (MISSING, {"received_on": None}),
        (UNREADABLE, {"received_on": "上周"}),
    ),
    "released_persons": (
        (UNREADABLE, {"released_on": "待定"}),
        (PERSONAL_FORM, {"record_id": "number"}),
    ),
    "assistance_enrolment": (
        (MISSING, {"received_on": None}),
        (UNREADABLE, {"status": "待核"}),
        (NO_ID, {"record_id": None}),
    ),
}
_PREFIX = {
    "floating_population": ("LD", 8),
    "resident_population": ("HK", 8),
    "rental_housing": ("FW", 7),
    "tenancies": ("ZZ", 8),
    "requests": ("QQ", 8),
    "request_receipts": ("QQ", 8),
    "released_persons": ("SF", 7),
    "assistance_enrolment": ("BJ", 7),
}
_OLDER: dict[str, dict[str, str | None]] = {
    "floating_population": {"phone": None, "permit_until": None},
    "resident_population": {"community_code": None},
    "rental_housing": {"floor_area": "88", "phone": None},
    "tenancies": {"phone": None},
    "requests": {"consent_until": None},
    "request_receipts": {"outcome": None, "finished_on": None, "residence_record_id": None},
    "released_persons": {"community_code": None},
    "assistance_enrolment": {"phone": None, "last_contact_on": None},
}


@dataclass(frozen=True)
class Mess:
    """A delivery with its extra rows; ``row`` is the data row (from 1) of each ledger row.

    ``bad``: record_id and kind of the rows that have to be rejected.
    """

    delivery: Delivery
    row: Ints
    bad: pl.DataFrame


def _bad_rows(
    world: World, feed: str, base: pl.DataFrame, pool: Ints, draw: Draw
) -> tuple[pl.DataFrame, Ints, pl.DataFrame]:
    """Rows that must be rejected, the base rows they were copied from, and their truth."""
    prefix, width = _PREFIX[feed]
    plan = _BAD[feed] if world.dirt else ()
    frames, sources, truths, serial = [base[:0]], [pool[:0]], [], 0
    for kind, changes in plan:
        count = 1 if kind == OVERSIZED else max(1, round(0.0003 * world.dirt * base.height))
        copied = pool[draw.ints(0, len(pool), count)]
        start = 9 * 10 ** (width - 1) + serial
        ids = padded(prefix, start + np.arange(count, dtype=np.int64), width)
        rows = base[copied].with_columns(record_id=ids)
        if feed == "requests":
            rows = rows.with_columns(consent_no=padded("PZ", 10**9 - 1 - serial - np.arange(count), 9))
        rows = rows.with_columns(_changed(world, changes, count, draw))
        frames.append(rows.select(base.columns))
        sources.append(copied)
        truths.append(
            pl.DataFrame(
                {"record_id": rows["record_id"].str.strip_chars().fill_null(""), "kind": [kind] * count}
            )
        )
        serial += count
    truth = pl.concat(truths) if truths else pl.DataFrame(schema={"record_id": pl.String, "kind": pl.Int64})
    return pl.concat(frames), np.concatenate(sources), truth


def _changed(world: World, changes: dict[str, str | None], count: int, draw: Draw) -> list[pl.Series]:
    columns = []
    for column, value in changes.items():
        if value in ("number", "phone") and column == "record_id":
            source = world.people.number if value == "number" else world.people.phone
            plain = where(world.people.document == 0)
            columns.append(take(source, plain[draw.ints(0, len(plain), count)]).alias(column))
        else:
            columns.append(pl.Series(column, [value] * count, dtype=pl.String))
    return columns


def make_mess(world: World, delivery: Delivery, protected: Bools, label: str = "") -> Mess:
    """Adds repeated rows, older versions and unusable rows at random places.

    ``protected``: ledger rows that are not repeated (sealed ones, those shown by file and row).
    """
    draw, base, n = world.draw("mess", delivery.feed, label), delivery.frame, delivery.frame.height
    pool = where(~protected)
    if not len(pool):
        return Mess(
            delivery, np.arange(1, n + 1), pl.DataFrame(schema={"record_id": pl.String, "kind": pl.Int64})
        )
    repeated = draw.some(0.003 * world.dirt, pool)
    older = draw.some(0.004 * world.dirt, pool)
    ancient = as_dates(world.as_of - 3000 - draw.ints(0, 300, len(older))).dt.to_string("%Y-%m-%d")
    changes = [pl.lit(v, dtype=pl.String).alias(c) for c, v in _OLDER[delivery.feed].items()]
    versions = base[older].with_columns(ancient.alias("updated_at"), *changes)
    versions = versions.with_columns(record_id=write_numbers(versions["record_id"], 0.1 * world.dirt, draw))
    bad, copied, truth = _bad_rows(world, delivery.feed, base, pool, draw)
    source = np.concatenate([np.arange(n), repeated, older, copied])
    place = np.concatenate([np.arange(n), draw.rng.random(len(source) - n) * n])
    order = np.argsort(place, kind="stable")
    row = np.empty(len(order), dtype=np.int64)
    row[order] = np.arange(1, len(order) + 1)
    whole = pl.concat([base, base[repeated], versions.select(base.columns), bad])
    shuffled = Delivery(
        feed=delivery.feed,
        frame=whole[order],
        extra=delivery.extra[source[order]],
        number_cells=delivery.number_cells[source[order]],
    )
    return Mess(shuffled, row[:n], truth)
