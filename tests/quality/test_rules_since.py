"""Since when a condition holds, against a plain walk over the versions, for any sequence of deliveries."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from quality.rules import create_views
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


def test_days_are_counted_from_the_sightings_that_are_left() -> None:
    ledger = Ledger("residence")
    for on, located in (("2026-01-01", False), ("2026-02-01", True), ("2026-03-01", False)):
        ledger.file("floating_population", on, [row("LD1", located)])
    assert [r["since"] for r in ledger.of("FP-09", "2026-03-10")] == [date(2026, 3, 1)]
    ledger.con.execute(
        "DELETE FROM sighting WHERE NOT is_current"
    )  # as the profile's days for old versions end
    create_views(ledger.con, ledger.office, date(2026, 3, 10), ledger.profile)
    seen = ledger.con.execute("SELECT unlocatable, unlocatable_since FROM rv_floating_population").fetchall()
    assert seen == [(True, date(2026, 3, 1))]


def test_a_record_that_was_sent_once_is_there_since_then() -> None:
    ledger = Ledger("residence")
    ledger.file("floating_population", "2026-01-01", [row("LD1", False)])
    ledger.file("floating_population", "2026-02-01", [row("LD2", False)])
    found = {r["record_id"]: r["since"] for r in ledger.of("FP-09", "2026-03-10")}
    assert found == {"LD1": date(2026, 1, 1), "LD2": date(2026, 2, 1)}
    assert ledger.con.execute("SELECT count(*) FROM rv_seen").fetchone() == (0,)
