"""Station *exceptions*: today's findings against the case log, answers to them, and the letters that are due."""

from __future__ import annotations

from assets.context import RunContext, StationReport
from assets.stations import disputes, retention
from assets.store.keys import Purpose
from quality.cases import advance
from quality.letters import due_letters
from quality.rules import evaluate, load_rules
from sources.offices import OFFICES


def station(ctx: RunContext) -> StationReport:
    """Evaluate every rule of this office and open, keep or close its cases."""
    if not OFFICES[ctx.office].feeds:
        return StationReport({"findings": 0})
    findings = evaluate(ctx.con, load_rules(ctx.office), ctx.as_of, ctx.profile, ctx.run_id)
    disputed = disputes.settle(ctx)
    moved = advance(ctx.con, as_of=ctx.as_of, run_id=ctx.run_id, exception_id_key=ctx.keys.subkey(Purpose.EXCEPTION_ID),
                    now=ctx.started_at)  # fmt: skip
    letters = due_letters(ctx.con, ctx.office, ctx.as_of, ctx.profile, ctx.keys.subkey(Purpose.LETTER_ID))
    return StationReport({**findings, **disputed, **moved, "letters": letters, **retention.apply(ctx)})
