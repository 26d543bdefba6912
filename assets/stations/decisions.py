"""What clerks decided since the last run, applied: pairs, undone merges, objections, answers, accepted files, lifted seals.

Decisions are made in the decisions database while no run is needed; a run reads the new ones once and
turns them into judgements between records, which outrank the model in every later run.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from assets.context import RunContext
from assets.stations.disputes import close_dispute, open_dispute
from assets.stations.sealing import lift
from assets.store.decisions import read_decisions

VERDICTS = {"same": "same", "different": "different", "unsure": "unsure"}


def setting(ctx: RunContext, name: str, default: str = "") -> str:
    """A value kept between runs."""
    row = ctx.con.execute("SELECT value FROM setting WHERE name = ?", [name]).fetchone()
    return str(row[0]) if row else default


def keep_setting(ctx: RunContext, name: str, value: str) -> None:
    """Keep a value for the next runs."""
    ctx.con.execute("DELETE FROM setting WHERE name = ?", [name])
    ctx.con.execute("INSERT INTO setting VALUES (?, ?)", [name, value])


def _rid(ctx: RunContext, feed: str | None, record: str | None) -> int | None:
    row = ctx.con.execute(
        "SELECT rid FROM record WHERE feed = ? AND (record_id = ? OR shown_id = ?)", [feed, record, record]
    ).fetchone()
    return int(row[0]) if row else None


def _judge(ctx: RunContext, a: int, b: int, verdict: str, row: dict[str, object]) -> None:
    ctx.con.execute(
        """INSERT INTO judgement BY NAME
           SELECT $a AS rid_a, $b AS rid_b, $verdict AS verdict, 'person' AS kind, $reason AS reason_code,
                  $actor AS decided_by, $at AS decided_on, $run AS run_id,
                  (SELECT count(DISTINCT person) = 1 AND count(*) = 2 FROM person_member WHERE rid IN ($a, $b)) AS was_one""",
        {"a": min(a, b), "b": max(a, b), "verdict": verdict, "reason": row["reason_code"], "actor": row["actor"],
         "at": row["decided_at"], "run": ctx.run_id},
    )  # fmt: skip


def _unmerge(ctx: RunContext, a: int, row: dict[str, object]) -> None:
    """Undo the merges of a record that a clerk decided, so that the model has its say again, as before; a record
    that no clerk merged, or that the model had joined already, is parted from the others of its person."""
    merged = ctx.con.execute(
        """SELECT if(rid_a = $a, rid_b, rid_a), was_one FROM (
             SELECT *, row_number() OVER (PARTITION BY rid_a, rid_b ORDER BY decided_on DESC, rowid DESC) AS k
             FROM judgement WHERE $a IN (rid_a, rid_b)) WHERE k = 1 AND verdict = 'same'""",
        {"a": a},
    ).fetchall()
    for other, _ in merged:
        _judge(ctx, a, int(other), "undone", row)
    if merged and not any(was_one for _, was_one in merged):
        return
    others = ctx.con.execute(
        """SELECT rid FROM person_member WHERE rid <> $a
             AND person = (SELECT person FROM person_member WHERE rid = $a)""",
        {"a": a},
    ).fetchall()
    for (other,) in others:
        _judge(ctx, a, int(other), "different", row)


def _apply_pair(ctx: RunContext, row: dict[str, object]) -> None:
    """A pair that was decided, a merge, or the undoing of one."""
    a = _rid(ctx, str(row["a_feed"]), str(row["a_record"]))
    if a is None:
        return
    if row["kind"] == "unmerge":
        _unmerge(ctx, a, row)
        return
    b = _rid(ctx, str(row["b_feed"]), str(row["b_record"]))
    if b is not None:
        verdict = "same" if row["kind"] == "merge" else VERDICTS.get(str(row["reason_code"]), "unsure")
        _judge(ctx, a, b, verdict, row)


def _apply(ctx: RunContext, row: dict[str, object]) -> None:
    kind = row["kind"]
    if kind in ("review", "merge", "unmerge"):
        _apply_pair(ctx, row)
    elif kind == "accept_file":
        ctx.con.execute(
            "INSERT INTO accepted_file VALUES (?, ?, ?)",
            [row["a_record"], row["reason_code"], row["decided_at"]],
        )
    elif kind == "accept_notice":
        lift(ctx, str(row["a_record"]))
    elif kind == "accept_requests":
        keep_setting(ctx, "requests_accepted_on", ctx.as_of.isoformat())
    elif kind in ("dispute", "dispute_close"):
        _dispute(ctx, row)
    elif kind == "resolve":
        _resolve(ctx, row)


def _dispute(ctx: RunContext, row: dict[str, object]) -> None:
    """Mark a fact as objected to (有争议), or close the dispute about it."""
    feed, field, reason = str(row["a_feed"]), str(row["field"]), str(row["reason_code"])
    rid = _rid(ctx, feed, str(row["a_record"]))
    if rid is None:
        return
    if row["kind"] == "dispute_close":
        close_dispute(ctx, rid, field, reason)
    elif isinstance(decided_at := row["decided_at"], datetime):
        open_dispute(ctx, rid, feed, field, reason, decided_at.date())


def _resolve(ctx: RunContext, row: dict[str, object]) -> None:
    """What a clerk found about an exception: an answer as the verifications feed brings one."""
    ctx.con.execute(
        """INSERT INTO answer BY NAME SELECT $exception AS verified_id, $answer AS answer, $at::DATE AS verified_on,
             'clerk' AS source""",
        {"exception": row["a_record"], "answer": row["field"], "at": row["decided_at"]},
    )


def apply_new(ctx: RunContext) -> int:
    """Apply decisions that no run has applied yet; how many there were."""
    if not ctx.home.decisions_db.exists():
        return 0
    after = int(setting(ctx, "decisions_applied", "0"))
    rows = read_decisions(ctx.home, ctx.keys, after=after)
    for row in rows.iter_rows(named=True):
        _apply(ctx, row)
    if rows.height:
        ctx.changed = ctx.records_changed = True
        keep_setting(ctx, "decisions_applied", str(rows["seq"].max()))
    return rows.height


def judgements(ctx: RunContext) -> pl.DataFrame:
    """The latest verdict of each pair that binds the linkage: rid_a, rid_b, verdict (same/different)."""
    return ctx.con.sql(
        """SELECT rid_a, rid_b, verdict FROM (
             SELECT *, row_number() OVER (PARTITION BY rid_a, rid_b ORDER BY decided_on DESC, rowid DESC) AS k FROM judgement)
           WHERE k = 1 AND verdict IN ('same', 'different')"""
    ).pl()
