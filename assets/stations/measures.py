"""Station *measures*: counts of this office, protected before anything else sees them."""

from __future__ import annotations

from assets.context import RunContext, StationReport
from assets.mail import kind_between
from assets.store.keys import Purpose
from quality.measures import build_counts, build_quality, protect_counts
from quality.rules import load_rules
from sources.offices import OFFICES


def _asked_for(ctx: RunContext) -> bool:
    """Whether this home has a peer that counts are mailed to; without one nobody would ever see them."""
    return any(kind_between(ctx.office, peer) == "counts" for peer in ctx.home.settings.peers)


def station(ctx: RunContext) -> StationReport:
    """Leave the protected counts in ``ctx.own_counts`` (own home) and, for a statistics peer, in ``ctx.counts``."""
    if not OFFICES[ctx.office].feeds:
        return StationReport({"tables": 0})
    key = ctx.keys.subkey(Purpose.ROUNDING)
    own = build_quality(ctx.con, ctx.office, ctx.as_of)
    ctx.own_counts = protect_counts(own, key, own=True)
    if _asked_for(ctx):
        codes = [rule.code for rule in load_rules(ctx.office)]
        ctx.counts = protect_counts(build_counts(ctx.con, ctx.office, ctx.as_of, codes, own), key)
    tables = len(ctx.counts) if ctx.counts is not None else 0
    return StationReport({"own_tables": len(ctx.own_counts), "tables": tables})
