"""Sealed notices, and identity whose consent has ended: what must not stay, goes (contract, sections 0.4, 7.2).

Sealing outranks retention, history and the counting of rows. What is kept of a sealed notice is a keyed
hash of its number that only suppresses.
"""

from __future__ import annotations

import polars as pl

from assets.context import RunContext
from assets.stations.forgetting import forget_identity, forget_records
from assets.store.forgetting import forget_sealed_rejections, number_hashes, sealed_records, suppressed
from quality.values.record_numbers import canonical
from quality.values.text import compact
from sources.contract import FeedContract

CLEAR = ("否", "0", "N", "无")
"""All that says plainly that a notice is not sealed; anything else, blank included, seals it."""


def number_hash(ctx: RunContext, numbers: pl.Series, what: str = "notice") -> pl.Series:
    """Keyed hashes of canonical numbers; null stays null."""
    return number_hashes(ctx.keys, numbers, what)


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
        sealed = unclear | hashes.is_in(suppressed(ctx.con)).fill_null(False)
    elif contract.feed == "assistance_enrolment":
        causes = number_hash(ctx, canonical(frame["notice_no"]))
        sealed = causes.is_in(suppressed(ctx.con)).fill_null(False)
        own_hashes = number_hash(ctx, canonical(frame["record_id"]), "enrolment")
        _suppress(ctx, own_hashes.filter(sealed), causes.filter(sealed))
        sealed = sealed | own_hashes.is_in(suppressed(ctx.con)).fill_null(False)
    else:
        return frame, 0
    _reach_back(ctx)  # now, so that what is sealed does not count as withdrawn by this file
    return frame.filter(~sealed), int(sealed.sum())


def _seal_enrolments(ctx: RunContext, rids: list[int]) -> None:
    """An enrolment that ever named a sealed notice stays sealed with it, whatever it names later."""
    named = ctx.con.sql("SELECT DISTINCT rid, record_id, notice_no FROM typed_assistance_enrolment").pl()
    named = named.filter(pl.col("rid").is_in(rids))
    causes = number_hash(ctx, named["notice_no"])
    reached = causes.is_in(suppressed(ctx.con)).fill_null(False)
    own = number_hash(ctx, named["record_id"], "enrolment")
    _suppress(ctx, own.filter(reached), causes.filter(reached))


def _consent_ended(ctx: RunContext) -> list[int]:
    """Enrolments without running consent (contract, 0.4)."""
    rows = ctx.con.execute(
        """SELECT rid FROM cur_assistance_enrolment
           WHERE consented_on IS NULL OR status IS DISTINCT FROM '在册' OR consent_until < $day OR withdrawn_on <= $day""",
        {"day": ctx.as_of},
    ).fetchall()
    return [int(rid) for (rid,) in rows]


def _reach_back(ctx: RunContext) -> None:
    """Delete what is held of sealed notices, of enrolments that ever named one, and their rejected rows."""
    rids = sealed_records(ctx.con, ctx.keys)
    if rids:
        _seal_enrolments(ctx, rids)
        forget_records(ctx, rids)
    if forget_sealed_rejections(ctx.con, ctx.keys) or rids:
        ctx.changed = ctx.records_changed = ctx.purged = True


def purge(ctx: RunContext) -> int:
    """Let seals and ended consents reach back into what is held; how many identities went. Seals are not counted."""
    if ctx.office != "aftercare":
        return 0
    _reach_back(ctx)
    gone = forget_identity(ctx, _consent_ended(ctx))
    if gone:
        ctx.changed = ctx.records_changed = True
    return gone
