"""Deleting in a run: what went is remembered for the exports, and as tombstones without personal data."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from assets.context import RunContext
from assets.store import forgetting
from assets.store.keys import Purpose


def forget_records(ctx: RunContext, rids: Sequence[int], kind: str | None = None) -> None:
    """Delete every trace of records from the working database; delivery counts of their files stay.

    ``kind``: of the tombstones that stay, one for each record. None leaves none, as for what is sealed.
    """
    if not rids:
        return
    if kind is not None:
        _tombstones(ctx, kind, rids)
    ctx.gone_words |= forgetting.forget_records(ctx.con, rids)
    ctx.purged = True


def forget_identity(ctx: RunContext, rids: Sequence[int]) -> int:
    """Delete the identity of enrolments whose consent does not run; how many had one."""
    numbers = forgetting.forget_identity(ctx.con, rids) if rids else set()
    if numbers:
        held = ctx.con.execute("SELECT rid FROM with_identity").fetchall()
        _tombstones(ctx, forgetting.IDENTITY_ENDED, [int(rid) for (rid,) in held])
        ctx.gone_words |= numbers
        ctx.purged = True
    return len(numbers)


def _tombstones(ctx: RunContext, kind: str, rids: Sequence[int]) -> None:
    """One tombstone for each record, so that a backup that is restored honours the deletion."""
    ctx.con.register("going", pl.DataFrame({"rid": list(rids)}, schema={"rid": pl.Int64}).to_arrow())
    rows = ctx.con.sql("SELECT feed, record_id FROM record JOIN going USING (rid) ORDER BY rid").pl()
    ctx.con.unregister("going")
    stones = rows.select(digest=forgetting.digests(ctx.keys, kind, rows["feed"], rows["record_id"]))
    ctx.con.register("stones", stones.to_arrow())
    ctx.con.execute(
        "INSERT INTO tombstone SELECT $kind, '', 1, digest, $day, $run FROM stones",
        {"kind": kind, "day": ctx.as_of, "run": ctx.run_id},
    )
    ctx.con.unregister("stones")


def tombstone(ctx: RunContext, kind: str, code: str, ids: Sequence[str]) -> None:
    """What is left of deleted things that nothing needs to tell apart: what kind, how many, a hash over their ids."""
    if ids:
        digest = ctx.keys.keyed_id("T", Purpose.EXCEPTION_ID, kind, *sorted(ids))
        ctx.con.execute(
            "INSERT INTO tombstone VALUES (?, ?, ?, ?, ?, ?)",
            [kind, code, len(ids), digest, ctx.as_of, ctx.run_id],
        )
