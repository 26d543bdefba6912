"""What clerks decided since the last run, applied: pairs, undone merges, disputes, answers, files, lifted seals.

Decisions are made in the decisions database while no run is needed; a run reads the new ones once. Those about
pairs become judgements between records, append-only, of which the latest on a pair outranks the model in every
later run.
"""

from __future__ import annotations

import polars as pl

from assets.context import RunContext
from assets.stations.disputes import close_dispute, open_dispute
from assets.stations.sealing import lift
from assets.store.decisions import read_decisions

ABOUT_CASES = {"dispute", "dispute_close", "resolve"}
"""Kinds after which homes and people need not be matched anew."""
LATEST = """SELECT * EXCLUDE (k) FROM (
  SELECT *, row_number() OVER (PARTITION BY rid_a, rid_b ORDER BY run_id DESC, rowid DESC) AS k FROM judgement) WHERE k = 1"""
"""The verdict in force on each pair: the last one that was said, whatever the clock showed."""
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


def _judge(
    ctx: RunContext, a: int, b: int, verdict: str, row: dict[str, object], kind: str = "person"
) -> None:
    """Append a verdict on a pair. What a clerk was asked about it is carried along, for a merge that is undone."""
    ctx.con.execute(
        f"""INSERT INTO judgement BY NAME
            SELECT $a AS rid_a, $b AS rid_b, $verdict AS verdict, $kind AS kind, $reason AS reason_code, $who AS decided_by,
              $day::DATE AS decided_on, $run AS run_id, coalesce(q.agreement, l.asked_agreement) AS asked_agreement,
              coalesce(q.weight, l.asked_weight) AS asked_weight
            FROM (SELECT 1) LEFT JOIN ({LATEST}) l ON l.rid_a = $a AND l.rid_b = $b
            LEFT JOIN review_pair q ON least(q.rid_a, q.rid_b) = $a AND greatest(q.rid_a, q.rid_b) = $b""",
        {"a": min(a, b), "b": max(a, b), "verdict": verdict, "kind": kind, "reason": row["reason_code"],
         "who": row["actor"], "day": row["decided_at"], "run": ctx.run_id},
    )  # fmt: skip


def _undo(ctx: RunContext, a: int, row: dict[str, object]) -> None:
    """Undo the merges that name the record; if none does, part it from the others of its person.

    A pair that is parted stays so whatever the model thinks. If the merge had answered a question, and the reason
    is not that the two are different people, the question is asked again.
    """
    merged = ctx.con.execute(
        f"SELECT rid_a, rid_b FROM ({LATEST}) WHERE verdict = 'same' AND $a IN (rid_a, rid_b) ORDER BY ALL",
        {"a": a},
    ).fetchall()
    pairs = (
        merged
        or ctx.con.execute(
            """SELECT $a, rid FROM person_member WHERE rid <> $a
             AND person = (SELECT person FROM person_member WHERE rid = $a) ORDER BY rid""",
            {"a": a},
        ).fetchall()
    )
    for x, y in pairs:
        _judge(ctx, int(x), int(y), "different", row, "undone" if merged else "person")


def _apply_pair(ctx: RunContext, row: dict[str, object]) -> bool:
    """A pair that was decided, a merge, or one undone."""
    a = _rid(ctx, str(row["a_feed"]), str(row["a_record"]))
    if a is None:
        return False
    if row["kind"] == "unmerge":
        _undo(ctx, a, row)
        return True
    b = _rid(ctx, str(row["b_feed"]), str(row["b_record"]))
    if b is None:
        return False
    verdict = "same" if row["kind"] == "merge" else VERDICTS.get(str(row["reason_code"]), "unsure")
    _judge(ctx, a, b, verdict, row)
    return True


def _apply_dispute(ctx: RunContext, row: dict[str, object]) -> bool:
    feed = str(row["a_feed"])
    rid = _rid(ctx, feed, str(row["a_record"]))
    if rid is None:
        return False
    return open_dispute(ctx, rid, feed, row) if row["kind"] == "dispute" else close_dispute(ctx, rid, row)


def _apply_steward(ctx: RunContext, row: dict[str, object]) -> bool:
    if row["kind"] == "accept_file":
        values = [row["a_record"], row["reason_code"], row["decided_at"]]
        ctx.con.execute("INSERT INTO accepted_file VALUES (?, ?, ?)", values)
    elif row["kind"] == "accept_notice":
        lift(ctx, str(row["a_record"]))
    else:
        keep_setting(ctx, "requests_accepted_on", ctx.as_of.isoformat())
    return True


def _resolve(ctx: RunContext, row: dict[str, object]) -> bool:
    """An answer given at the office's own desk: handled with those of the verifications feed."""
    ctx.con.execute(
        """INSERT INTO answer BY NAME SELECT $id AS verified_id, $said AS answer, $day::DATE AS verified_on, 'clerk' AS source""",
        {"id": row["a_record"], "said": row["field"], "day": row["decided_at"]},
    )
    return True


_APPLY = {
    "review": _apply_pair, "merge": _apply_pair, "unmerge": _apply_pair, "dispute": _apply_dispute,
    "dispute_close": _apply_dispute, "resolve": _resolve, "accept_file": _apply_steward, "accept_requests": _apply_steward,
    "accept_notice": _apply_steward,
}  # fmt: skip


def apply_new(ctx: RunContext) -> int:
    """Apply decisions that no run has applied yet; how many there were. Those that change nothing are said."""
    if not ctx.home.decisions_db.exists():
        return 0
    after = int(setting(ctx, "decisions_applied", "0"))
    rows = read_decisions(ctx.home, ctx.keys, after=after)
    for row in rows.iter_rows(named=True):
        if not _APPLY[row["kind"]](ctx, row):
            ctx.notes.append(
                f"决定未生效 decision {row['seq']} ({row['kind']}) changed nothing: its record is gone, or it was so already"
            )
    if rows.height:
        ctx.changed = True
        ctx.records_changed = ctx.records_changed or bool(set(rows["kind"]) - ABOUT_CASES)
        keep_setting(ctx, "decisions_applied", str(rows["seq"].max()))
    return rows.height


def judgements(ctx: RunContext) -> pl.DataFrame:
    """The latest verdict of each pair that binds the linkage: rid_a, rid_b, verdict (same/different)."""
    return ctx.con.sql(
        f"SELECT rid_a, rid_b, verdict FROM ({LATEST}) WHERE verdict IN ('same', 'different')"
    ).pl()


def asked_again(ctx: RunContext, review: pl.DataFrame) -> pl.DataFrame:
    """Pairs for a clerk (rid_a, rid_b, agreement, weight) with those whose merge was undone unanswered."""
    again = ctx.con.sql(
        f"""SELECT j.rid_a, j.rid_b, j.asked_agreement AS agreement, j.asked_weight AS weight FROM ({LATEST}) j
            JOIN person_member a ON a.rid = j.rid_a JOIN person_member b ON b.rid = j.rid_b
            WHERE j.kind = 'undone' AND j.reason_code <> 'different' AND j.asked_agreement IS NOT NULL AND a.person <> b.person"""
    ).pl()
    return pl.concat([review, again.cast(review.schema)]) if again.height else review
