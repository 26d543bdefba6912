"""Deleting records whole: every version, issue, link, finding, case and event, and nothing beside them."""

from __future__ import annotations

from collections.abc import Sequence

from assets.context import RunContext
from assets.store.keys import Purpose
from assets.store.schema import office_contracts

BY_RID = (
    "sighting",
    "issue",
    "person_member",
    "dwelling_member",
    "exception_case",
    "finding",
    "letter",
    "record",
)


def forget_records(ctx: RunContext, rids: Sequence[int]) -> None:
    """Delete every trace of records from the working database; delivery counts of their files stay."""
    con = ctx.con
    con.execute(
        "CREATE OR REPLACE TEMP TABLE gone AS SELECT unnest($rids::BIGINT[]) AS rid", {"rids": list(rids)}
    )
    con.execute(
        """DELETE FROM exception_event WHERE exception_id IN (
             SELECT exception_id FROM exception_case WHERE rid IN (FROM gone))"""
    )
    con.execute(
        """DELETE FROM rejected WHERE (feed, record_id) IN (
             SELECT (feed, record_id) FROM record WHERE rid IN (FROM gone))"""
    )
    for table in ("review_pair", "person_link", "judgement"):
        con.execute(f"DELETE FROM {table} WHERE rid_a IN (FROM gone) OR rid_b IN (FROM gone)")
    con.execute("DELETE FROM number_conflict WHERE rid IN (FROM gone) OR other_rid IN (FROM gone)")
    feeds = [c.feed for c in office_contracts(ctx.office)]
    for table in (*(f"{kind}_{feed}" for feed in feeds for kind in ("raw", "typed")), *BY_RID):
        con.execute(f"DELETE FROM {table} WHERE rid IN (FROM gone)")


def tombstone(ctx: RunContext, kind: str, code: str, ids: Sequence[str]) -> None:
    """What is left of deleted things: what kind, how many, and a keyed hash over their ids."""
    if ids:
        digest = ctx.keys.keyed_id("T", Purpose.EXCEPTION_ID, kind, *sorted(ids))
        ctx.con.execute(
            "INSERT INTO tombstone VALUES (?, ?, ?, ?, ?, ?)",
            [kind, code, len(ids), digest, ctx.as_of, ctx.run_id],
        )
