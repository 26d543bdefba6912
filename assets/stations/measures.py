"""Station *measures*: counts of this office, protected before anything else sees them."""

from __future__ import annotations

from assets.context import RunContext, StationReport
from assets.store.keys import Purpose
from quality.measures import build_counts, build_quality, protect_counts
from quality.rules import load_rules
from sources.offices import OFFICES


def station(ctx: RunContext) -> StationReport:
    """Leave the protected counts in ``ctx.own_counts`` (own home) and ``ctx.counts`` (for a statistics home)."""
    if not OFFICES[ctx.office].feeds:
        return StationReport({"tables": 0})
    key = ctx.keys.subkey(Purpose.ROUNDING)
    ctx.own_counts = protect_counts(build_quality(ctx.con, ctx.office, ctx.as_of), key, own=True)
    codes = [rule.code for rule in load_rules(ctx.office)]
    ctx.counts = protect_counts(build_counts(ctx.con, ctx.office, ctx.as_of, codes), key)
    return StationReport({"own_tables": len(ctx.own_counts), "tables": len(ctx.counts)})
