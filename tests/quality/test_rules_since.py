"""Since when a condition holds, against a plain walk over the versions, for any sequence of deliveries."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.quality.ledger import Ledger, Row

START = date(2026, 1, 1)
Step = tuple[str, bool, bool]
STEPS = st.lists(
    st.tuples(st.sampled_from(["full", "delta"]), st.booleans(), st.booleans()), min_size=1, max_size=7
)
"""(mode, the record is in the file, its address can be located)."""


def row(record_id: str, locatable: bool) -> Row:
    return {"record_id": record_id, "status": "在住", "registered_on": "2025-01-05", "locatable": locatable}


def expected(steps: list[Step]) -> date | None:
    """One day at a time: a full file without the record, or a version that is in order, breaks the run."""
    since: date | None = None
    for number, (mode, present, locatable) in enumerate(steps):
        today = START + timedelta(days=number)
        if present:
            since = None if locatable else since or today
        elif mode == "full":
            since = None
    return since


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_since_is_the_first_day_of_the_unbroken_run(steps: list[Step]) -> None:
    ledger = Ledger("residence")
    for number, (mode, present, locatable) in enumerate(steps):
        on = (START + timedelta(days=number)).isoformat()
        rows = [row("LD0", True), *([row("LD1", locatable)] if present else [])]
        ledger.file("floating_population", on, rows, mode)
    found = ledger.of("FP-09", (START + timedelta(days=30)).isoformat())
    assert [r["since"] for r in found] == ([] if expected(steps) is None else [expected(steps)])
