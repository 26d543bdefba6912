"""What clerks decide and the next run does: objections, answers, merges and their undoing."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from assets.store.database import open_working
from assets.store.decisions import Decision, append_decision
from assets.store.home import Home, forget_opened_home
from assets.store.keys import load_keys
from assets.store.reading import open_published
from tests.robustness.ledgers import AREAS, COMMUNITY, number, run, write

FEED = "floating_population"
ONE = number(date(1980, 5, 6), 17)


def row(
    record: str, name: str, sex: str, identity: str, address: str, status: str = "在住"
) -> tuple[str, ...]:
    return (record, name, sex, identity, "", address, COMMUNITY, "2026-01-05", status, "", "")


FIRST = (
    row("LD1", "王建国", "男", ONE, "东塘路1号1幢101室"),
    row("LD2", "李秀英", "男", ONE, "东塘路9号2幢202室"),
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two records of one number under two names: DQ-02."""
    inbox = tmp_path / "inbox"
    write(inbox, "areas_full_20260501.csv", AREAS)
    write(inbox, "floating_population_full_20260501.csv", FIRST)
    run(tmp_path / "home", date(2026, 5, 1), office="residence", inbox=inbox)
    return tmp_path / "home"


def decide(home: Path, kind: str, on: date, reason: str = "objection", **more: str | None) -> None:
    forget_opened_home()
    opened = Home.open(home)
    append_decision(
        opened, load_keys(opened), Decision(kind, reason, "clerk", **more), datetime.combine(on, time(9))
    )


def published(home: Path, sql: str) -> list[tuple[Any, ...]]:
    forget_opened_home()
    opened = Home.open(home)
    with open_published(opened, load_keys(opened)) as con:
        return con.execute(sql).fetchall()


def working(home: Path, sql: str) -> list[tuple[Any, ...]]:
    forget_opened_home()
    opened = Home.open(home)
    with open_working(opened, load_keys(opened), read_only=True) as con:
        return con.execute(sql).fetchall()


def listed(home: Path) -> dict[tuple[str, str], tuple[Any, ...]]:
    rows = published(
        home, "SELECT rule_code, record_id, status, opened_on, due_on, answer_by, close_reason FROM exception"
    )
    return {row[:2]: row[2:] for row in rows}


# 9 May 2026, a Saturday, is a working day
DISPUTE = (
    "SELECT record_id, field, reason_code, opened_on, answer_by, state, closed_on, close_reason FROM dispute"
)


SHARED = (
    "SELECT exception_id, rule_code, record_id FROM exception WHERE rule_code = 'DQ-02' ORDER BY ALL LIMIT 1"
)


def confirm_shared_number(home: Path) -> tuple[str, str]:
    """The case about the shared number, found true by a clerk on 2 May: (rule, record)."""
    ((wanted, rule, record),) = published(home, SHARED)
    decide(home, "resolve", date(2026, 5, 2), "reviewed", a_record=wanted, field="属实")
    run(home, date(2026, 5, 2))
    return str(rule), str(record)


def test_a_dispute_pauses_what_rests_on_the_record_until_it_is_closed(home: Path) -> None:
    confirmed = confirm_shared_number(home)
    before = listed(home)
    decide(home, "dispute", date(2026, 5, 6), a_feed=FEED, a_record="LD1", field="id_number")
    run(home, date(2026, 5, 6))
    assert published(home, DISPUTE) == [
        ("LD1", "id_number", "objection", date(2026, 5, 6), date(2026, 5, 19), "open", None, None)
    ]
    assert listed(home)[confirmed][0] == "held"
    assert ("held", "clerk", "disputed") in published(
        home, "SELECT event, actor_kind, reason_code FROM exception_event"
    )
    assert ("LD1", "id_number", "disputed") in published(
        home, "SELECT record_id, field, issue_code FROM record_issue"
    )
    decide(home, "dispute", date(2026, 5, 7), a_feed=FEED, a_record="LD1", field="id_number")
    decide(
        home, "dispute_close", date(2026, 5, 8), "rejected", a_feed=FEED, a_record="LD1", field="id_number"
    )
    run(home, date(2026, 5, 8))
    assert [r[5:] for r in published(home, DISPUTE)] == [("closed", date(2026, 5, 8), "rejected")]
    assert listed(home) == before
    assert working(home, "SELECT value_mark FROM dispute") == [(None,)]
    assert published(home, "FROM record_issue WHERE issue_code = 'disputed'") == []


def test_another_value_closes_a_dispute_and_the_same_one_does_not(home: Path, tmp_path: Path) -> None:
    decide(home, "dispute", date(2026, 5, 6), a_feed=FEED, a_record="LD1", field="name")
    run(home, date(2026, 5, 6))
    same = row("LD1", "王建国", "男", ONE, "东塘路1号1幢102室")
    run(
        home,
        date(2026, 5, 7),
        inbox=write(tmp_path / "a", "floating_population_full_20260507.csv", [same, FIRST[1]]).parent,
    )
    assert [r[5:] for r in published(home, DISPUTE)] == [("open", None, None)]
    other = row("LD1", "王建军", "男", ONE, "东塘路1号1幢102室")
    run(
        home,
        date(2026, 5, 8),
        inbox=write(tmp_path / "b", "floating_population_full_20260508.csv", [other, FIRST[1]]).parent,
    )
    assert [r[5:] for r in published(home, DISPUTE)] == [("closed", date(2026, 5, 8), "value_changed")]


def test_a_clerks_answer_means_what_a_verification_means(home: Path) -> None:
    ((wanted, rule, record),) = published(home, SHARED)
    decide(home, "resolve", date(2026, 5, 6), "reviewed", a_record=wanted, field="不属实")
    run(home, date(2026, 5, 6))
    assert listed(home)[rule, record][0] == "dismissed"
    assert published(
        home,
        f"SELECT event, actor_kind, reason_code FROM exception_event WHERE exception_id = '{wanted}' ORDER BY happened_at",
    )[-1] == ("dismissed", "clerk", "untrue")
    assert working(home, "SELECT handled FROM answer") == [("applied",)]
    run(home, date(2026, 5, 7))
    assert listed(home)[rule, record][0] == "dismissed"
    decide(home, "resolve", date(2026, 5, 8), "reviewed", a_record=wanted, field="属实")
    run(home, date(2026, 5, 8))
    assert listed(home)[rule, record][0] == "confirmed"


PEOPLE = "SELECT rid, person FROM person_member ORDER BY ALL"
FOUND = "SELECT * EXCLUDE (run_id) FROM finding ORDER BY ALL"


def test_merge_then_unmerge_is_the_identity(home: Path) -> None:
    confirmed = confirm_shared_number(home)
    before = listed(home), working(home, PEOPLE), working(home, FOUND)
    assert before[0][confirmed][0] == "confirmed"
    decide(home, "merge", date(2026, 5, 3), "same", a_feed=FEED, a_record="LD1", b_feed=FEED, b_record="LD2")
    run(home, date(2026, 5, 3))
    assert len({person for _, person in working(home, PEOPLE)}) == 1
    assert listed(home) != before[0]
    decide(home, "unmerge", date(2026, 5, 4), "error", a_feed=FEED, a_record="LD1")
    run(home, date(2026, 5, 4))
    after = listed(home), working(home, PEOPLE), working(home, FOUND)
    assert after[1:] == before[1:]
    assert {case: after[0][case] for case in before[0]} == before[0]
    assert {found[0] for case, found in after[0].items() if case not in before[0]} <= {"cured"}
    run(home, date(2026, 5, 5))
    assert (working(home, PEOPLE), working(home, FOUND)) == before[1:]


def test_who_the_model_joined_is_parted_for_good(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    write(inbox, "areas_full_20260501.csv", AREAS)
    twice = [row(record, "王建国", "男", ONE, "东塘路1号1幢101室") for record in ("LD1", "LD2")]
    write(inbox, "floating_population_full_20260501.csv", twice)
    home = tmp_path / "home"
    run(home, date(2026, 5, 1), office="residence", inbox=inbox)
    assert len({person for _, person in working(home, PEOPLE)}) == 1
    decide(home, "merge", date(2026, 5, 2), "same", a_feed=FEED, a_record="LD1", b_feed=FEED, b_record="LD2")
    run(home, date(2026, 5, 2))
    decide(home, "unmerge", date(2026, 5, 3), "different", a_feed=FEED, a_record="LD1")
    for day in (3, 4):
        run(home, date(2026, 5, day))
        assert len({person for _, person in working(home, PEOPLE)}) == 2
