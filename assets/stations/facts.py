"""Station *facts*: the rule views of this office, in keys, codes, dates, areas and counts."""

from __future__ import annotations

from assets.context import RunContext, StationReport
from assets.stations import publishing
from quality.rules import create_views
from sources.offices import OFFICES


def station(ctx: RunContext) -> StationReport:
    """Make the rule views (`rv_*`) as of the run's day; they live as long as the run's connection. Then begin to publish
    what is settled by them."""
    if not OFFICES[ctx.office].feeds:
        return StationReport({"views": 0})
    views = create_views(ctx.con, ctx.office, ctx.as_of, ctx.profile)
    publishing.begin(ctx)
    return StationReport({"views": len(views)})
