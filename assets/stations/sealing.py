"""Sealed notices, and identity whose consent has ended: what must not stay, goes (contract, sections 0.4, 7.2).

Sealing outranks retention, history and the counting of rows. What is kept of a sealed notice is a keyed
hash of its number that only suppresses.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from assets.context import RunContext
from assets.stations.forgetting import forget_records
from assets.store.keys import Purpose
from quality.schema import raw_columns, typed_columns
from quality.values.record_numbers import canonical
from quality.values.text import compact
from sources.contract import FeedContract, contracts

CLEAR = ("否", "0", "N", "无")
"""All that says plainly that a notice is not sealed; anything else, blank included, seals it."""
IDENTITY = ("name", "id_number", "birth_date", "phone")


def number_hash(ctx: RunContext, numbers: pl.Series, what: str = "notice") -> pl.Series:
    """Keyed hashes of canonical numbers; null stays null."""
    hashes = ctx.keys.keyed_ids("S", Purpose.SEALED, [what] * len(numbers), numbers)
    return pl.select(pl.when(numbers.is_not_null()).then(hashes).otherwise(None).alias("h"))["h"]


def _suppressed(ctx: RunContext) -> list[str]:
    return [
        row[0] for row in ctx.con.execute("SELECT number_hash FROM suppressed WHERE NOT lifted").fetchall()
    ]


def _suppress(ctx: RunContext, hashes: pl.Series, causes: pl.Series) -> None:
    """Remember hashes and the notice that caused each; being named anew ends an earlier lifting."""
    new = (
        pl.DataFrame({"number_hash": hashes, "cause_hash": causes})
        .drop_nulls("number_hash")
        .unique("number_hash")
    )
    ctx.con.register("new_hash", new.to_arrow())
    ctx.con.execute("DELETE FROM suppressed WHERE number_hash IN (SELECT number_hash FROM new_hash)")
    ctx.con.execute("INSERT INTO suppressed SELECT number_hash, cause_hash, false FROM new_hash ORDER BY 1")
    ctx.con.unregister("new_hash")


def lift(ctx: RunContext, number: str) -> None:
    """A steward lifts the seal of a notice, and with it of the enrolments that were sealed because of it."""
    (notice,) = number_hash(ctx, pl.Series([number]))
    ctx.con.execute(
        "UPDATE suppressed SET lifted = true WHERE number_hash = $h OR cause_hash = $h", {"h": notice}
    )


def drop_sealed(ctx: RunContext, contract: FeedContract, frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The rows of a file that are not sealed, and how many were; before anything of them is screened or kept.

    A notice is sealed unless 未成年封存 is a clear 否, or if it ever was sealed and no steward lifted it.
    An enrolment that names a sealed notice is sealed with it.
    """
    if contract.feed == "released_persons":
        hashes = number_hash(ctx, canonical(frame["record_id"]))
        unclear = ~compact(frame["sealed"]).str.to_uppercase().is_in(list(CLEAR)).fill_null(False)
        _suppress(ctx, hashes.filter(unclear), hashes.filter(unclear))
        sealed = unclear | hashes.is_in(_suppressed(ctx)).fill_null(False)
    elif contract.feed == "assistance_enrolment":
        causes = number_hash(ctx, canonical(frame["notice_no"]))
        sealed = causes.is_in(_suppressed(ctx)).fill_null(False)
        own_hashes = number_hash(ctx, canonical(frame["record_id"]), "enrolment")
        _suppress(ctx, own_hashes.filter(sealed), causes.filter(sealed))
        sealed = sealed | own_hashes.is_in(_suppressed(ctx)).fill_null(False)
    else:
        return frame, 0
    return frame.filter(~sealed), int(sealed.sum())


def _sealed_rids(ctx: RunContext) -> Sequence[int]:
    """Records held that a seal reaches: the notice itself, and enrolments that ever named it."""
    held = ctx.con.sql(
        """SELECT rid, 'notice' AS what, record_id AS number FROM record WHERE feed = 'released_persons'
           UNION ALL SELECT rid, 'notice', notice_no FROM typed_assistance_enrolment WHERE notice_no IS NOT NULL
           UNION ALL SELECT rid, 'enrolment', record_id FROM record WHERE feed = 'assistance_enrolment'"""
    ).pl()
    if held.is_empty():
        return []
    known = _suppressed(ctx)
    found = [
        part.filter(number_hash(ctx, part["number"], str(what)).is_in(known))["rid"]
        for (what,), part in held.group_by("what", maintain_order=True)
    ]
    return pl.concat(found).unique().sort().to_list()


def _forget_identity(ctx: RunContext) -> int:
    """Delete the identity of enrolments without running consent from every version (contract, 0.4)."""
    contract = contracts()["assistance_enrolment"]
    typed = [c for c in typed_columns(contract) if c.startswith(("name", "id_", "birth_", "phone"))]
    raw = [c for c in raw_columns(contract) if c in IDENTITY]
    ctx.con.execute(
        """CREATE OR REPLACE TEMP TABLE consent_ended AS SELECT rid FROM cur_assistance_enrolment
           WHERE consented_on IS NULL OR status IS DISTINCT FROM '在册' OR consent_until < $day OR withdrawn_on <= $day""",
        {"day": ctx.as_of},
    )
    some = " OR ".join(f"{c} IS NOT NULL" for c in raw)
    row = ctx.con.execute(
        f"SELECT count(*) FROM raw_assistance_enrolment WHERE rid IN (FROM consent_ended) AND ({some})"
    ).fetchone()
    n = int(row[0]) if row else 0
    if n:
        for table, columns in (("raw_assistance_enrolment", raw), ("typed_assistance_enrolment", typed)):
            nulls = ", ".join(f"{c} = NULL" for c in columns)
            ctx.con.execute(f"UPDATE {table} SET {nulls} WHERE rid IN (FROM consent_ended)")
    return n


def purge(ctx: RunContext) -> int:
    """Let seals and ended consents reach back into what is held; the number of rows that went."""
    if ctx.office != "aftercare":
        return 0
    rids = _sealed_rids(ctx)
    if rids:
        forget_records(ctx, rids)
    gone = len(rids) + _forget_identity(ctx)
    if gone:
        ctx.changed = ctx.records_changed = ctx.purged = True
    return gone
