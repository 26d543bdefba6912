"""merge → run → unmerge → run is the identity: persons, findings, exceptions, whatever two people were merged."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.store.database import open_working
from assets.store.home import Home, forget_opened_home
from assets.store.keys import load_keys
from tests.assets.living import ADDRESS, DAY, Living, person, registered
from tests.once import once, worker_of

FEED = "floating_population"
MERGED, UNDONE = DAY + timedelta(days=1), DAY + timedelta(days=2)
RECORDS = ("LD1", "LD2", "LD3", "LD4", "LD5", "LD6", "LD7", "LD8", "LD9")
TABLES = ("person_member", "review_pair", "number_conflict", "finding", "record", "issue")
_OF_A_RUN = ("last_seen_on", "stands_since", "run_id")


def _rows() -> list[dict[str, str]]:
    """Nine rows: three people with two rows each, a pair that looks alike, a number on two names, one of no place."""
    one, two, three = person(0), person(1), person(2)
    nameless = {"姓名": "欧阳戊五", "联系电话": "13900995555"}
    return [
        registered("LD1", **one), registered("LD2", **one, 居住地址=ADDRESS.format(9), 登记日期="2026-04-10"),
        registered("LD3", **two), registered("LD4", **two, 登记日期="2026-04-12"),
        registered("LD5", **three), registered("LD6", 姓名="司马另一人", 证件号码=three["证件号码"], 居住地址="某处"),
        registered("LD7", **nameless, 居住地址=ADDRESS.format(20)),
        registered("LD8", **nameless | {"联系电话": ""}, 居住地址=ADDRESS.format(21), 登记日期="2026-04-15"),
        registered("LD9", **person(5)),
    ]  # fmt: skip


def _first_day(folder: Path) -> None:
    one = Living(folder)
    one.deliver(DAY, _rows(), mode="full")
    one.run(DAY)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    return once(tmp_path_factory, worker_of(request), "undo", _first_day)


@contextmanager
def copied(first: Path) -> Iterator[Living]:
    with TemporaryDirectory() as folder:
        shutil.copytree(first, Path(folder) / "one", symlinks=True)
        yield Living(Path(folder) / "one")


def held(living: Living) -> dict[str, list[Any]]:
    """What the home holds that a merge may change, without the days of runs."""
    forget_opened_home()
    home = Home.open(living.home)
    found: dict[str, list[Any]] = {}
    with open_working(home, load_keys(home, {}), read_only=True) as con:
        for table in TABLES:
            found[table] = con.sql(f"SELECT * EXCLUDE (run_id) FROM {table} ORDER BY ALL" if table == "finding"
                                   else f"SELECT * FROM {table} ORDER BY ALL").fetchall()  # fmt: skip
    forget_opened_home()
    return found


def exceptions(living: Living) -> list[tuple[Any, ...]]:
    """The exceptions that have not ended, as published; those that a merge made and its undoing ended are left out."""
    rows = living.rows(
        "SELECT * FROM exception WHERE close_reason IS DISTINCT FROM 'decided' ORDER BY exception_id"
    )
    return [tuple(v for k, v in row.items() if k not in _OF_A_RUN) for row in rows]


def persons(living: Living) -> set[frozenset[str]]:
    forget_opened_home()
    home = Home.open(living.home)
    with open_working(home, load_keys(home, {}), read_only=True) as con:
        rows = con.sql(
            "SELECT list(record_id) FROM person_member JOIN record USING (rid) GROUP BY person"
        ).fetchall()
    forget_opened_home()
    return {frozenset(row[0]) for row in rows}


def together(living: Living, a: str, b: str) -> bool:
    return any({a, b} <= people for people in persons(living))


def test_the_small_home_has_something_of_everything(first: Path) -> None:
    with copied(first) as living:
        rules = {row["rule_code"] for row in living.rows("SELECT DISTINCT rule_code FROM exception")}
        assert {"FP-07", "FP-10", "FP-09", "DQ-02"} <= rules
        assert len(persons(living)) == 7
        assert living.rows("SELECT count(*) AS n FROM match_review")[0]["n"] > 0


PAIRS = st.lists(st.sampled_from(RECORDS), min_size=2, max_size=2, unique=True)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pair=PAIRS, side=st.booleans(), answered=st.booleans())
def test_unmerging_what_was_merged_is_the_identity(
    first: Path, pair: list[str], side: bool, answered: bool
) -> None:
    a, b = pair
    with copied(first) as living:
        if together(living, a, b):
            return
        if answered:
            for row in living.rows("SELECT exception_id FROM exception WHERE status = 'open'"):
                living.decide("resolve", "reviewed", row["exception_id"], field="属实")
            living.run(DAY)
        before = held(living), exceptions(living), persons(living)
        living.decide("merge", "same", a, b)
        living.run(MERGED)
        assert together(living, a, b)
        living.decide("unmerge", "error", a if side else b)
        living.run(UNDONE)
        assert (held(living), exceptions(living), persons(living)) == before


def test_what_a_clerk_decided_outranks_the_model_in_every_later_run(first: Path) -> None:
    with copied(first) as living:
        living.decide("merge", "same", "LD7", "LD9")
        living.run(MERGED)
        living.deliver(UNDONE, [registered("LD9", **person(5) | {"联系电话": "13900990000"})])
        living.run(UNDONE)
        assert together(living, "LD7", "LD9")
        living.decide("unmerge", "different", "LD9")
        living.run(UNDONE + timedelta(days=1))
        assert not together(living, "LD7", "LD9")
        same = person(5) | {"联系电话": "13900990000"}
        living.deliver(UNDONE + timedelta(days=2), [registered("LD7", **same), registered("LD9", **same)])
        living.run(UNDONE + timedelta(days=2))
        assert not together(living, "LD7", "LD9")


def test_unmerge_parts_what_the_model_joined_and_merge_joins_it_again(first: Path) -> None:
    with copied(first) as living:
        living.decide("unmerge", "different", "LD1")
        living.run(MERGED)
        assert not together(living, "LD1", "LD2")
        living.decide("merge", "same", "LD2", "LD1")
        living.run(UNDONE)
        assert together(living, "LD1", "LD2")


def test_a_merge_of_differing_numbers_is_a_finding_since_the_merge(first: Path) -> None:
    with copied(first) as living:
        living.decide("merge", "same", "LD3", "LD9", on=MERGED)
        living.run(MERGED)
        (row,) = living.rows(
            """SELECT record_id, opened_on, status, (SELECT max(reason_code) FROM exception_event v
                 WHERE v.exception_id = e.exception_id) AS reason
               FROM exception e WHERE rule_code = 'DQ-02' AND details LIKE '%LD9%'"""
        )
        assert tuple(row.values()) == ("LD3", MERGED, "open", "numbers_differ")
        living.decide("unmerge", "error", "LD9")
        living.run(UNDONE)
        (row,) = living.rows(
            "SELECT status, close_reason FROM exception WHERE rule_code = 'DQ-02' AND details LIKE '%LD9%'"
        )
        assert tuple(row.values()) == ("cured", "decided")


def test_a_confirmed_case_that_a_merge_ended_comes_back_confirmed(first: Path) -> None:
    """LD5 and LD6 share a number: merging them ends that, parting them brings it back as it was."""
    with copied(first) as living:
        cases = living.rows("SELECT exception_id FROM exception WHERE rule_code = 'DQ-02' ORDER BY record_id")
        living.decide("resolve", "reviewed", cases[0]["exception_id"], field="属实")
        living.run(DAY)
        before = living.rows("SELECT status FROM exception WHERE rule_code = 'DQ-02' ORDER BY record_id")
        living.decide("merge", "same", "LD5", "LD6")
        living.run(MERGED)
        ended = living.rows("SELECT DISTINCT status, close_reason FROM exception WHERE rule_code = 'DQ-02'")
        assert [tuple(row.values()) for row in ended] == [("cured", "decided")]
        living.decide("unmerge", "error", "LD6")
        living.run(UNDONE)
        after = living.rows("SELECT status FROM exception WHERE rule_code = 'DQ-02' ORDER BY record_id")
        assert after == before
        assert living.events(cases[0]["exception_id"])[-1][:3] == ("reopened", "clerk", "undone")


@pytest.mark.parametrize(("reason", "asked"), [("error", True), ("different", False)])
def test_what_a_merge_answered_is_asked_again_unless_that_is_answered(
    first: Path, reason: str, asked: bool
) -> None:
    with copied(first) as living:
        pairs = living.rows("SELECT * FROM match_review ORDER BY pair_id")
        a, b = pairs[0]["record_a"], pairs[0]["record_b"]
        living.decide("merge", "same", a, b)
        living.run(MERGED)
        assert pairs[0] not in living.rows("SELECT * FROM match_review")
        living.decide("unmerge", reason, b)
        living.run(UNDONE)
        assert (pairs[0] in living.rows("SELECT * FROM match_review")) == asked
        assert not together(living, a, b)
