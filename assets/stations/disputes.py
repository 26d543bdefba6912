"""Facts that somebody objected to (有争议): opened, answered in ten working days, closed.

Here: the rows of table ``dispute``, from a clerk's decisions and from later deliveries. Not here: which
exceptions rest on a disputed fact (``quality.cases`` holds them back while the dispute is open).
"""

from __future__ import annotations

from datetime import date

from assets.context import RunContext
from quality.calendar import fill_holidays

ANSWER_WORKDAYS = 10
"""Working days that the office has to answer an objection; the day it was made is day 0."""

_MARK = "md5(concat_ws('/', w.rid, '{field}', w.{field}))"
"""Digest of one raw value; kept only while the dispute is open, beside the value itself."""


def open_dispute(
    ctx: RunContext, rid: int, feed: str, field: str, reason_code: str, decided_on: date
) -> None:
    """Mark a fact as objected to; nothing happens if it is already."""
    if ctx.con.execute(
        "SELECT 1 FROM dispute WHERE rid = ? AND field = ? AND closed_on IS NULL", [rid, field]
    ).fetchone():
        return
    fill_holidays(ctx.con)
    ctx.con.execute(
        f"""INSERT INTO dispute BY NAME
            SELECT $rid AS rid, $field AS field, $reason AS reason_code, $day AS opened_on, $run AS run_id,
                   (SELECT day FROM holiday WHERE is_workday AND day > $day ORDER BY day LIMIT 1 OFFSET $later) AS answer_by,
                   (SELECT {_MARK.format(field=field)} FROM raw_{feed} w JOIN sighting s USING (rid, content)
                    WHERE s.is_current AND w.rid = $rid LIMIT 1) AS value_mark""",
        {"rid": rid, "field": field, "reason": reason_code, "day": min(decided_on, ctx.as_of), "run": ctx.run_id,
         "later": ANSWER_WORKDAYS - 1},
    )  # fmt: skip


def close_dispute(ctx: RunContext, rid: int, field: str, reason_code: str) -> None:
    """The office answered: the dispute about one field of one record ends with its reason."""
    ctx.con.execute(
        """UPDATE dispute SET closed_on = $day, close_reason = $reason, value_mark = NULL
           WHERE rid = $rid AND field = $field AND closed_on IS NULL""",
        {"rid": rid, "field": field, "reason": reason_code, "day": ctx.as_of},
    )


def close_changed(ctx: RunContext) -> int:
    """Close the disputes about values that a later delivery changed; how many."""
    open_ones = ctx.con.execute(
        "SELECT DISTINCT r.feed, d.field FROM dispute d JOIN record r USING (rid) WHERE d.closed_on IS NULL ORDER BY ALL"
    ).fetchall()
    changed = 0
    for feed, field in open_ones:
        row = ctx.con.execute(
            f"""UPDATE dispute SET closed_on = $day, close_reason = 'value_changed', value_mark = NULL
                FROM raw_{feed} w JOIN sighting s USING (rid, content)
                WHERE s.is_current AND w.rid = dispute.rid AND dispute.field = $field AND dispute.closed_on IS NULL
                  AND {_MARK.format(field=field)} IS DISTINCT FROM dispute.value_mark""",
            {"day": ctx.as_of, "field": field},
        ).fetchone()
        changed += int(row[0]) if row else 0
    return changed
