"""Disputed facts (有争议): who objected to what is a mark on a field of a record, with ten working days to answer.

Here: opening and closing a dispute as decided, closing it when a later delivery changed the field, letting old ones
go. Not here: holding the cases that rest on the record (``quality.cases``).
"""

from __future__ import annotations

from datetime import timedelta

from assets.context import RunContext
from assets.stations.forgetting import tombstone

ANSWER_WORKING_DAYS = 10
UNCHANGED = "coalesce(t.{field}::VARCHAR, w.{field})"
"""A field's value as screened; as delivered where screening found none (a damaged number, an odd date)."""

_CURRENT = """SELECT t.rid, md5(concat_ws('/', t.rid, coalesce({value}, ''))) AS value_mark
  FROM sighting s JOIN typed_{feed} t ON t.rid = s.rid AND t.content = s.content
  JOIN raw_{feed} w ON w.rid = s.rid AND w.content = s.content WHERE s.is_current"""


def open_dispute(ctx: RunContext, rid: int, feed: str, row: dict[str, object]) -> bool:
    """Mark a fact as disputed from the day it was said; False if it is already."""
    field = str(row["field"])
    held = ctx.con.execute(
        "SELECT 1 FROM dispute WHERE rid = $rid AND field = $field AND closed_on IS NULL",
        {"rid": rid, "field": field},
    ).fetchone()
    if held is not None:
        return False
    ctx.con.execute(
        f"""INSERT INTO dispute BY NAME
            SELECT rid, $field AS field, $reason AS reason_code, least($said::DATE, $as_of::DATE) AS opened_on, value_mark,
              $run AS run_id FROM ({_current(feed, field)}) WHERE rid = $rid""",
        {"rid": rid, "field": field, "reason": row["reason_code"], "said": row["decided_at"], "as_of": ctx.as_of,
         "run": ctx.run_id},
    )  # fmt: skip
    return True


def close_dispute(ctx: RunContext, rid: int, row: dict[str, object]) -> bool:
    """Close the open dispute of a field with the reason that was given; False if there is none."""
    closed = ctx.con.execute(
        """UPDATE dispute SET closed_on = greatest(opened_on, least($said::DATE, $as_of::DATE)), close_reason = $reason,
             value_mark = NULL
           WHERE rid = $rid AND field = $field AND closed_on IS NULL RETURNING 1""",
        {"rid": rid, "field": row["field"], "reason": row["reason_code"], "said": row["decided_at"], "as_of": ctx.as_of},
    ).fetchall()  # fmt: skip
    return bool(closed)


def settle(ctx: RunContext) -> dict[str, int]:
    """Close what a delivery answered, set deadlines; needs the views of working days."""
    con = ctx.con
    changed = _close_changed(ctx)
    con.execute(
        """UPDATE dispute SET answer_by = n.day FROM rv_workday w JOIN rv_workday_no n ON n.n = w.n + $days
           WHERE w.day = dispute.opened_on AND dispute.answer_by IS NULL""",
        {"days": ANSWER_WORKING_DAYS},
    )
    row = con.execute("SELECT count(*) FROM dispute WHERE closed_on IS NULL").fetchone()
    return {
        "disputes_open": int(row[0]) if row else 0,
        "disputes_answered": changed,
        "disputes_forgotten": _forget(ctx),
    }


def _current(feed: str, field: str) -> str:
    return _CURRENT.format(feed=feed, value=UNCHANGED.format(field=field))


def _close_changed(ctx: RunContext) -> int:
    """Close disputes of fields whose value is another than when they were opened; how many."""
    fields = ctx.con.execute(
        "SELECT DISTINCT r.feed, d.field FROM dispute d JOIN record r USING (rid) WHERE d.closed_on IS NULL ORDER BY ALL"
    ).fetchall()
    closed = 0
    for feed, field in fields:
        rows = ctx.con.execute(
            f"""UPDATE dispute SET closed_on = greatest(opened_on, $as_of), close_reason = 'value_changed', value_mark = NULL
                FROM ({_current(feed, field)} AND s.rid IN (SELECT rid FROM dispute WHERE closed_on IS NULL)) now
                WHERE now.rid = dispute.rid AND dispute.field = $field AND dispute.closed_on IS NULL
                  AND now.value_mark IS DISTINCT FROM dispute.value_mark RETURNING 1""",
            {"as_of": ctx.as_of, "field": field},
        ).fetchall()
        closed += len(rows)
    return closed


def _forget(ctx: RunContext) -> int:
    """Disputes that were closed longer ago than closed cases are kept; how many went."""
    rows = ctx.con.execute(
        """DELETE FROM dispute WHERE closed_on < $day RETURNING rid::VARCHAR || '/' || field || '/' || opened_on::VARCHAR""",
        {"day": ctx.as_of - timedelta(days=ctx.profile.closed_exception_days)},
    ).fetchall()
    tombstone(ctx, "closed_dispute", "", [str(row[0]) for row in rows])
    ctx.outdated = ctx.outdated or bool(rows)
    return len(rows)
