"""Station *facts*: the rule views of this office, in keys, codes, dates, areas and counts."""

from __future__ import annotations

from datetime import date

from assets.context import RunContext, StationReport
from assets.stations import publishing
from assets.stations.decisions import keep_setting, setting
from quality.rules import KEPT_VIEWS, VIEW_COLUMNS, create_views, kept_table, views_mark
from sources.offices import OFFICES

KEPT = "facts_kept"
"""Setting: the day as of which the kept facts were worked out, and by what; none where an office keeps none."""

# Whatever says of all records of a ledger which are there, or of the areas where they lie; and full files that became too
# old in the meantime to say so.
FOR_ALL = """
SELECT count(*) FROM delivery WHERE outcome = 'loaded' AND (
  run_id = $run_id AND (feed = 'areas' OR mode = 'full' AND feed IN (SELECT unnest($feeds::VARCHAR[])))
  OR mode = 'full' AND file_day > $since::DATE - $days::INTEGER AND file_day <= $as_of::DATE - $days::INTEGER)
"""

# Records that this run's files named, used or not, and those that the last run left to be looked at again; receipts are
# about what mail says too.
TOUCHED = """
CREATE OR REPLACE TEMP TABLE touched AS
WITH brought AS (SELECT delivery_id FROM delivery WHERE run_id = $run_id)
SELECT rid FROM sighting WHERE delivery_id IN (FROM brought)
UNION ALL SELECT r.rid FROM rejected j JOIN record r ON r.feed = j.feed AND r.record_id = j.record_id
          WHERE j.delivery_id IN (FROM brought)
UNION ALL SELECT rid FROM facts_due
UNION ALL SELECT rid FROM record WHERE feed = 'request_receipts' AND EXISTS (FROM mail_in WHERE run_id = $run_id)
"""


def _mark(ctx: RunContext) -> str:
    return f"{views_mark()} {ctx.profile!r}"


def _usable_since(ctx: RunContext) -> date | None:
    """The day of the facts that are kept, if what they were made of has changed for single records only."""
    day, _, mark = setting(ctx, KEPT).partition(" ")
    if ctx.anew or mark != _mark(ctx):
        return None
    values = {
        "run_id": ctx.run_id, "feeds": list(OFFICES[ctx.office].feeds), "since": day, "as_of": ctx.as_of,
        "days": ctx.profile.superseded_days,
    }  # fmt: skip
    return None if ctx.con.execute(FOR_ALL, values).fetchall() != [(0,)] else date.fromisoformat(day)


def _touch(ctx: RunContext) -> None:
    """Table ``touched`` (rid): records whose facts may have changed by what this run took in."""
    ctx.con.execute(TOUCHED, {"run_id": ctx.run_id})
    if ctx.records_changed:  # then numbers were looked at that may be shown in another way now
        ctx.con.execute("INSERT INTO touched SELECT rid FROM own_id WHERE rid IS NOT NULL")


def differing(ctx: RunContext) -> int:
    """How many rows of the kept facts say something else than working everything out as of their day.

    Rows that the next run works out anew because of what retention left, and receipts told by them, are not asked. To be
    called in a transaction that is rolled back: it puts what it works out in their place.
    """
    day, _, mark = setting(ctx, KEPT).partition(" ")
    if mark != _mark(ctx):
        return 0  # the next run takes nothing over
    kept, wrong = {view: kept_table(view) for view in KEPT_VIEWS[ctx.office]}, 0
    for table in kept.values():
        ctx.con.execute(f"CREATE OR REPLACE TEMP TABLE was_{table} AS FROM {table}")
    create_views(ctx.con, ctx.office, date.fromisoformat(day), ctx.profile)
    for view, table in kept.items():
        was, told_by = f"was_{table}", [name for name in ("rid", "row_rid") if name in VIEW_COLUMNS[view]]
        due = " OR ".join(f"coalesce({name} IN (SELECT rid FROM facts_due), false)" for name in told_by)
        row = ctx.con.execute(
            f"""SELECT count(*) FROM ((FROM {table} EXCEPT ALL FROM {was}) UNION ALL (FROM {was} EXCEPT ALL FROM {table}))
                WHERE NOT ({due})"""
        ).fetchone()
        wrong += int(row[0]) if row else 0
    return wrong


def station(ctx: RunContext) -> StationReport:
    """Make the rule views (`rv_*`) as of the run's day, from the kept facts as far as they hold. Then begin to publish
    what is settled by them."""
    if not OFFICES[ctx.office].feeds:
        return StationReport({"views": 0})
    since = _usable_since(ctx)
    if since is not None:
        _touch(ctx)
    views = create_views(ctx.con, ctx.office, ctx.as_of, ctx.profile, since=since)
    ctx.con.execute("DELETE FROM facts_due")
    if KEPT_VIEWS[ctx.office]:
        keep_setting(ctx, KEPT, f"{ctx.as_of} {_mark(ctx)}")
    publishing.begin(ctx)
    return StationReport({"views": len(views), "worked_out_anew": int(since is None)})
