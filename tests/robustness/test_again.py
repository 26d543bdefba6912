"""What comes again: rows as they were before, files of earlier days, the same bytes on another day.

Whatever happened in between, a home then holds what it would hold if all had come in the order of their days.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest

from assets.run import RunSummary
from assets.store.database import open_working
from assets.store.home import Home, forget_opened_home
from assets.store.keys import load_keys
from tests.assets.living import DAY, Living, Row, person, registered
from tests.robustness.ledgers import number
from tests.robustness.test_histories import forget_what_was_worked_out

pytestmark = pytest.mark.slow

ENROLMENTS = "assistance_enrolment"


def held(home: Path, sql: str) -> list[tuple[object, ...]]:
    """Rows of a home's working database."""
    forget_opened_home()
    opened = Home.open(home)
    with open_working(opened, load_keys(opened, {})) as con:
        found: list[tuple[object, ...]] = con.execute(sql).fetchall()
    forget_opened_home()
    return found


def on(days: int) -> date:
    """So many days after the first."""
    return DAY + timedelta(days=days)


def enrolled(n: int, name: str, phone: str, until: str = "2027-05-01", status: str = "在册") -> Row:
    """An enrolment without a notice's number."""
    return {"帮教编号": f"BJ{n:03d}", "姓名": name, "联系电话": phone, "接收日期": "2026-04-01", "状态": status,
            "同意日期": "2026-04-01", "同意期限至": until}  # fmt: skip


def run_of(living: Living, day: date, rows: Iterable[Row], feed: str, mode: str = "full") -> RunSummary:
    """A file of a day and the run on it."""
    living.deliver(day, rows, feed, mode)
    return living.run(day)


def test_a_ledger_put_back_to_what_it_was_is_read(tmp_path: Path) -> None:
    """Its file has the bytes of an older one, but another file came between. Sent once more, it says nothing new."""
    living, rows = Living(tmp_path), [registered(f"LR{n}", **person(n)) for n in range(5)]
    withdrawn = []
    for days, there in enumerate((rows, rows[:4], rows, rows)):
        run_of(living, on(days), there, "floating_population")
        withdrawn.append(held(living.home, "SELECT withdrawn_on FROM record WHERE record_id = 'LR4'"))
    assert withdrawn == [[(None,)], [(on(1),)], [(None,)], [(None,)]]
    outcomes = living.rows(
        "SELECT outcome, reason FROM delivery WHERE feed = 'floating_population' ORDER BY file_name"
    )
    assert [tuple(row.values()) for row in outcomes] == [("loaded", None)] * 3 + [("duplicate", "same_bytes")]


def test_a_row_is_read_as_on_the_first_day_that_a_file_had_it(tmp_path: Path) -> None:
    """Birth days are bounded by the file's day, and the earlier file may come later."""
    newborn = registered("LR1", 姓名="欧阳甲一", 证件号码=number(on(2), 101))
    homes = {"in order": (0, 4), "late": (4, 0)}
    found = {}
    for name, days in homes.items():
        living = Living(tmp_path / name)
        for n, day in enumerate(days):
            rows = [newborn, registered(f"LR{9 - day}", **person(1))]  # no two files have the same bytes
            living.deliver(on(day), rows)
            (living.folder / f"{on(day)}").rename(living.folder / f"{on(5 + n)}")
            living.run(on(5 + n))
        states = held(
            living.home, "SELECT id_state, id_birth FROM typed_floating_population WHERE record_id = 'LR1'"
        )
        issues = held(
            living.home, "SELECT field, issue_code FROM issue JOIN record USING (rid) WHERE record_id = 'LR1'"
        )
        found[name] = states, sorted(issues), living.case("LR1", "DQ-01")["opened_on"]
    assert found["late"] == found["in order"]
    assert found["late"][0][0][0] == "invalid"


@pytest.mark.parametrize("between", ["missing", "ended"])
def test_an_identity_comes_back_with_a_consent_that_runs(tmp_path: Path, between: str) -> None:
    """A row that was left out, or said to be ended, by mistake: its identity goes that day, and comes with the row."""
    living = Living(tmp_path, "aftercare")
    rows = [enrolled(n, person(n)["姓名"], person(n)["联系电话"]) for n in range(5)]
    wrong = rows[:4] + (
        [enrolled(4, person(4)["姓名"], person(4)["联系电话"], status="解除")] if between == "ended" else []
    )
    names = []
    for days, there in enumerate((rows, wrong, rows)):
        run_of(living, on(days), there, ENROLMENTS)
        names.append(held(living.home, f"SELECT name FROM cur_{ENROLMENTS} WHERE record_id = 'BJ004'"))
    assert names == [[(person(4)["姓名"],)], [(None,)], [(person(4)["姓名"],)]]
    run_of(living, on(3), wrong, ENROLMENTS)
    ended = f"SELECT name FROM typed_{ENROLMENTS} WHERE record_id = 'BJ004' AND name IS NOT NULL"
    assert held(living.home, ended) == []


def test_a_consent_that_ends_changes_what_others_share(tmp_path: Path) -> None:
    """A phone of 21 names is nobody's, of 20 it tells that two rows are of one person: nothing but time has passed."""
    names = [a + b for a in "赵钱孙李周吴郑" for b in ("云帆", "晓棠", "立诚")]
    rows = [enrolled(n, name, "13900990001") for n, name in enumerate(names[:20])]
    rows += [enrolled(20, names[20], "13900990001", until=str(on(3))), enrolled(50, names[0], "13900990001")]
    persons = []
    for anew in (False, True):
        living = Living(tmp_path / str(anew), "aftercare")
        run_of(living, DAY, rows, ENROLMENTS)
        if anew:
            forget_what_was_worked_out(living.home)
        living.run(on(5))
        persons.append(held(living.home, "SELECT rid, person FROM person_member ORDER BY rid"))
    assert persons[0] == persons[1]
    assert len({person for _, person in persons[0]}) == 20 and len(persons[0]) == 21


@pytest.mark.parametrize("anew", [False, True])
def test_a_name_that_was_blank_when_all_was_compared_comes_back(tmp_path: Path, anew: bool) -> None:
    """What the matcher remembered of the row before must not make it seem unchanged."""
    living = Living(tmp_path, "aftercare")
    rows = [enrolled(n, person(0)["姓名"], person(0)["联系电话"]) for n in (1, 2)]
    run_of(living, DAY, rows, ENROLMENTS)
    forget_what_was_worked_out(living.home)
    run_of(living, on(1), [enrolled(2, "", "")], ENROLMENTS, "delta")
    if anew:
        forget_what_was_worked_out(living.home)
    run_of(living, on(2), [rows[1]], ENROLMENTS, "delta")
    assert held(living.home, "SELECT count(*) FROM person_member") == [(2,)]
    assert len(set(held(living.home, "SELECT person FROM person_member"))) == 1
