"""The case log in a running home: what was listed on a day, answers, disputed facts, what ended a case."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from registry_pipelines.case_log import listing_query
from tests.assets.living import ADDRESS, DAY, Living, person, registered
from tests.once import once, worker_of

PLACELESS = "某处"
LATER = DAY + timedelta(days=7)
LAST = DAY + timedelta(days=14)
ALL = ["open", "confirmed", "dismissed", "cured", "expired", "held"]


def placeless(record: str, order: int, **more: str) -> dict[str, str]:
    return registered(record, **({"居住地址": PLACELESS} | person(order) | more))


def _first_day(folder: Path) -> None:
    one = Living(folder)
    sound = [registered(f"LD{n}", **person(n)) for n in (3, 4)]
    one.deliver(DAY, [placeless("LD1", 0), placeless("LD2", 1), *sound], mode="full")
    one.run(DAY)


@pytest.fixture
def living(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, request: pytest.FixtureRequest
) -> Living:
    """A home after its first day: LD1 and LD2 are not locatable, LD3 is in order."""
    made = once(tmp_path_factory, worker_of(request), "living", _first_day)
    shutil.copytree(made, tmp_path / "living", symlinks=True)
    return Living(tmp_path / "living")


def listed(living: Living, on: date, statuses: list[str] | None = None) -> dict[str, dict[str, Any]]:
    """The list as of a day by record."""
    values = {"area": None, "rule": None, "statuses": statuses or ["open", "confirmed"], "as_of": on}
    return {row["record_id"]: row for row in living.rows(listing_query("exceptions", on), **values)}


def test_what_was_listed_on_a_day_and_why(living: Living) -> None:
    living.deliver(LATER, [placeless("LD1", 0, 登记日期="2026-04-02"), registered("LD2", **person(1))])
    living.run(LATER)
    living.deliver(LAST, [placeless("LD2", 1)])
    living.run(LAST)
    assert listed(living, DAY - timedelta(days=1)) == {}
    first = listed(living, DAY + timedelta(days=3))
    assert {r: row["status"] for r, row in first.items()} == {"LD1": "open", "LD2": "open"}
    assert {row["last_seen_on"] for row in first.values()} == {DAY}
    assert set(listed(living, LATER)) == {"LD1"}
    cured = listed(living, LATER, ALL)["LD2"]
    assert (cured["status"], cured["closed_on"], cured["close_reason"]) == ("cured", LATER, "record_changed")
    now = listed(living, LAST)
    assert {r: row["opened_on"] for r, row in now.items()} == {"LD1": DAY, "LD2": LAST}
    assert now == listed(living, LAST + timedelta(days=90))
    history = living.rows("SELECT from_on, until_on, status FROM exception_history ORDER BY ALL")
    assert [tuple(row.values()) for row in history] == [
        (DAY, LATER, "open"),
        (DAY, LATER, "open"),
        (LATER, LAST, "cured"),
    ]
    assert [json.loads(rows["LD1"]["details"])["registered_on"] for rows in (first, now)] == [
        "2026-04-01",
        "2026-04-02",
    ]


def test_days_on_which_nothing_changes_add_no_row(living: Living) -> None:
    before = living.rows("SELECT * FROM exception_event ORDER BY ALL")
    for n in range(1, 4):
        living.run(DAY + timedelta(days=n))
    assert living.rows("SELECT * FROM exception_history") == []
    assert living.rows("SELECT * FROM exception_event ORDER BY ALL") == before
    assert {row["stands_since"] for row in living.rows("SELECT stands_since FROM exception")} == {DAY}


def test_what_changes_twice_on_one_day_is_kept_as_the_day_ended(living: Living) -> None:
    case = living.case("LD1")["exception_id"]
    living.decide("resolve", "reviewed", case, field="属实")
    living.run(DAY)
    living.run(DAY + timedelta(days=1))
    assert listed(living, DAY)["LD1"]["status"] == "confirmed"
    assert living.rows("SELECT * FROM exception_history") == []


def test_the_record_that_ended_a_case_is_named(living: Living) -> None:
    living.deliver(LATER, [*(registered(f"LD{n}", **person(n - (n == 1))) for n in (1, 3, 4))], mode="full")
    living.run(LATER)
    assert living.events(living.case("LD1")["exception_id"])[-1] == (
        "cured",
        "record",
        "record_changed",
        "LD1",
    )
    assert living.events(living.case("LD2")["exception_id"])[-1] == (
        "cured",
        "record",
        "row_withdrawn",
        "LD2",
    )


@pytest.mark.parametrize(
    ("said", "status", "reason"),
    [
        ("属实", "confirmed", None),
        ("不属实", "dismissed", "untrue"),
        ("不再提醒", "dismissed", "no_reminder"),
    ],
)
def test_an_answer_at_the_desk_is_applied_by_the_next_run(
    living: Living, said: str, status: str, reason: str | None
) -> None:
    case = living.case("LD1")["exception_id"]
    living.decide("resolve", "reviewed", case, field=said)
    living.run(DAY + timedelta(days=1))
    row = living.case("LD1")
    assert (row["status"], row["close_reason"]) == (status, reason)
    assert living.events(case)[-1][:2] == (status, "clerk")
    assert listed(living, DAY)["LD1"]["status"] == "open"


def test_a_dismissed_one_comes_back_with_other_evidence_and_one_without_reminder_never(
    living: Living,
) -> None:
    for record, said in (("LD1", "不属实"), ("LD2", "不再提醒")):
        living.decide("resolve", "reviewed", living.case(record)["exception_id"], field=said)
    living.run(DAY + timedelta(days=1))
    rows = [placeless("LD1", 0, 联系电话="13900991111"), placeless("LD2", 1, 联系电话="13900991112")]
    living.deliver(LATER, rows)
    living.run(LATER)
    assert {living.case(r)["status"] for r in ("LD1", "LD2")} == {"dismissed"}
    moved = [{**row, "居住地址": "另一处"} for row in rows]
    living.deliver(LAST, moved)
    living.run(LAST)
    assert [living.case(r)["status"] for r in ("LD1", "LD2")] == ["open", "dismissed"]


def test_every_answer_is_told_by_file_and_row(living: Living) -> None:
    known = [living.case(r)["exception_id"] for r in ("LD1", "LD2")]
    said = [(known[0], "属实"), ("QNOBODYKNOWSTHAT1", "属实"), (known[1], "请再看看")]
    rows = [{"缺口编号": a, "核查结果": b, "核查日期": "2026-05-05"} for a, b in said]
    living.deliver(LATER, rows, "verifications", "full")
    living.run(LATER)
    living.deliver(LAST, rows[:1], "verifications", "full")
    living.run(LAST)
    told = living.rows(
        "SELECT row_number, exception_id, answer, outcome FROM answer ORDER BY run_id, row_number"
    )
    assert [tuple(row.values()) for row in told] == [
        (1, known[0], "found_true", "applied"),
        (2, None, "found_true", "unknown_id"),
        (3, known[1], None, "no_answer"),
        (1, known[0], "found_true", "repeated"),
    ]
    assert [e[0] for e in living.events(known[0])] == ["opened", "confirmed"]


def disputes(living: Living) -> list[tuple[Any, ...]]:
    found = living.rows(
        "SELECT record_id, field, state, opened_on, answer_by, close_reason FROM dispute ORDER BY ALL"
    )
    return [tuple(row.values()) for row in found]


def test_a_disputed_fact_holds_what_rests_on_it_until_it_is_answered(living: Living) -> None:
    living.decide("resolve", "reviewed", living.case("LD1")["exception_id"], field="属实")
    living.run(DAY + timedelta(days=1))
    living.decide("dispute", "objection", "LD1", field="address")
    living.run(DAY + timedelta(days=2))
    row, other = living.case("LD1"), living.case("LD2")
    assert (row["status"], row["hold_reason"], other["status"]) == ("held", "disputed", "open")
    assert set(listed(living, DAY + timedelta(days=2))) == {"LD2"}
    assert disputes(living) == [("LD1", "address", "open", date(2026, 1, 2), date(2026, 1, 15), None)]
    assert living.rows("SELECT record_id, field FROM record_issue WHERE issue_code = 'disputed'") == [
        {"record_id": "LD1", "field": "address"}
    ]
    living.run(DAY + timedelta(days=3))
    assert living.case("LD1")["status"] == "held"
    living.decide("dispute_close", "reviewed", "LD1", field="address")
    living.run(DAY + timedelta(days=4))
    row = living.case("LD1")
    assert (row["status"], row["hold_reason"]) == ("confirmed", None)
    assert [e[::2] for e in living.events(row["exception_id"])] == [
        ("opened", "not_locatable"),
        ("confirmed", "found_true"),
        ("held", "disputed"),
        ("confirmed", "dispute_closed"),
    ]
    assert [d[2::3] for d in disputes(living)] == [("closed", "reviewed")]
    assert living.rows("SELECT * FROM record_issue WHERE issue_code = 'disputed'") == []


def test_a_dispute_stays_through_other_changes_and_ends_with_the_field(living: Living) -> None:
    living.decide("dispute", "correction", "LD1", field="address")
    living.run(DAY + timedelta(days=1))
    living.deliver(LATER, [placeless("LD1", 0, 联系电话="13900991111")])
    living.run(LATER)
    assert [d[2] for d in disputes(living)] == ["open"]
    assert len(living.rows("SELECT * FROM record_issue WHERE issue_code = 'disputed'")) == 1
    living.deliver(LAST, [placeless("LD1", 0, 居住地址=ADDRESS.format(9))])
    living.run(LAST)
    assert [d[2::3] for d in disputes(living)] == [("closed", "value_changed")]
    row = living.case("LD1")
    assert (row["status"], living.events(row["exception_id"])[-1]) == (
        "cured",
        ("cured", "record", "record_changed", "LD1"),
    )


def test_a_decision_that_changes_nothing_is_said(living: Living) -> None:
    living.decide("dispute", "objection", "LD1", field="address")
    living.decide("dispute", "objection", "LD1", field="address")
    living.decide("dispute_close", "reviewed", "LD3", field="name")
    summary = living.run(DAY + timedelta(days=1))
    assert sum("changed nothing" in line for line in summary.notes) == 2
    assert len(disputes(living)) == 1


def test_a_dispute_that_nothing_rests_on_holds_nothing(living: Living) -> None:
    living.decide("dispute", "objection", "LD3", field="name")
    living.run(DAY + timedelta(days=1))
    assert {row["status"] for row in listed(living, DAY + timedelta(days=1), ALL).values()} == {"open"}


def test_history_goes_when_superseded_versions_go(living: Living) -> None:
    living.deliver(LATER, [registered("LD1", **person(0))])
    living.run(LATER)
    assert len(living.rows("SELECT * FROM exception_history")) == 1
    living.run(LATER + timedelta(days=366))
    assert living.rows("SELECT * FROM exception_history") == []
    assert living.case("LD1")["status"] == "cured"
