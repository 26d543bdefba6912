"""A whole run over an inbox of everything that can be wrong with a file: the run goes on, each file is told of."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from assets.run import run_home
from assets.store.home import Home, forget_opened_home
from assets.store.keys import load_keys
from assets.store.reading import open_published, select

DAY = date(2026, 10, 31)
HEAD = "租住编号,房屋地址,承租人姓名,起租日期"
GOOD = f"{HEAD}\nT1,城东路1号,\"=cmd|' /C calc'!A0\",2026-01-01\nT2,城东路2号,Robert'); DROP TABLE record;--,2026/2/3\n"
FILES: dict[str, tuple[bytes, str, str | None]] = {
    "tenancies_full_20261003.csv": (GOOD.encode(), "loaded", None),
    "tenancies_full_20261001.csv": (b"", "set_aside", "empty_file"),
    "rental_housing_full_20261001.csv": (random.Random(3).randbytes(4000), "set_aside", "unreadable"),
    "rental_housing_full_20261002.xlsx": (b"PK\x03\x04 cut off", "set_aside", "unreadable"),
    "floating_population_full_20261001.csv": (GOOD.encode(), "refused", "foreign_feed"),
    "tenancies_delta_20261002.csv": (f"{HEAD},户籍编号,来本地日期\n".encode(), "refused", "other_ledger"),
    "tenancies_delta_20261004.csv": (f"{HEAD},风险等级\nT9,某路1号,某某,2026-01-01,x\n".encode(), "refused", "refused_heading"),
    "tenancies_delta_20261005.csv": (f"{HEAD},起租日期\n".encode(), "set_aside", "duplicate_heading"),
    "requests_full_20261001.csv": ("租住编号,事项\nT1,登记\n".encode(), "set_aside", "mandatory_missing"),
    "rental_housing_full_20261005_part1of2.csv": ("房屋编号,房屋地址,状态\n".encode(), "waiting", "parts_missing"),
    "tenancies_full_20270101.csv": (f"{HEAD}\nT8,某路1号,某某,2026-01-01\n".encode(), "waiting", "later_than_as_of"),
    "MAIL_residence_housing_20261001_1.sealed": (b"x" * 200, "set_aside", "mail_unknown_peer"),
}  # fmt: skip


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name, (content, _, _) in FILES.items():
        (folder / name).write_bytes(content)
    (folder / "requests_full_20261002.csv").mkdir()
    (folder / "notes.txt").write_text("no delivery", encoding="utf-8")
    return folder


def _outcomes(home: Path) -> dict[str, tuple[str, str | None]]:
    forget_opened_home()
    opened = Home.open(home)
    with open_published(opened, load_keys(opened)) as con:
        _, rows = select(con, "SELECT file_name, outcome, reason FROM delivery", {})
    return {name: (outcome, reason) for name, outcome, reason in rows}


def test_each_file_is_told_of_and_the_others_load(tmp_path: Path, inbox: Path) -> None:
    forget_opened_home()
    summary = run_home(tmp_path / "home", office="housing", inbox=inbox, as_of=DAY)
    assert all(check.passed for check in summary.checks)
    wanted = {name: (outcome, reason) for name, (_, outcome, reason) in FILES.items()}
    assert _outcomes(tmp_path / "home") == wanted | {"requests_full_20261002.csv": ("set_aside", "folder")}
    assert sorted(p.name for p in inbox.iterdir()) == sorted(
        [*FILES, "requests_full_20261002.csv", "notes.txt"]
    )


def test_a_second_run_over_it_changes_nothing(tmp_path: Path, inbox: Path) -> None:
    forget_opened_home()
    run_home(tmp_path / "home", office="housing", inbox=inbox, as_of=DAY)
    forget_opened_home()
    again = run_home(tmp_path / "home", inbox=inbox, as_of=DAY)
    assert not again.changed


ODD_CELLS = """登记编号,姓名,证件号码,联系电话,居住地址,登记日期,状态,民族,幸运数字
LD1,重复登记,20261001,2026-12-09,城东路1号,2026-09-01,在住,x,7
LD2,公民身份号码,992403001001,992403001001,城东路2号,2026-09-02,在住,x,7
LD3,ID_INVALID,20260903,20250102,城东路3号,2026-09-03,在住,x,7
LD4,民族,registered_on,,城东路4号,2025-01-02,在住,x,7
LD5,江晓棠,990101199003070015,,城东路5号,2025-01-02,在住,x,7
LD6,江晓棠,990101199003070015,,城东路6号,2026-09-03,在住,x,7
"""


def test_our_own_words_and_days_in_the_wrong_cells_do_not_stop_an_office(tmp_path: Path) -> None:
    """A repeated heading for a name, a day for a number: what is published of the row is no one's, and goes out."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "floating_population_full_20261003.csv").write_text(ODD_CELLS, encoding="utf-8")
    forget_opened_home()
    Home.open(tmp_path / "home", office="residence")
    more = '[[drop]]\nheadings = ["幸运数字"]\nmatch = "is"\n'
    (tmp_path / "home" / "refused_columns.toml").write_text(more, encoding="utf-8")
    forget_opened_home()
    summary = run_home(tmp_path / "home", office="residence", inbox=inbox, as_of=DAY)
    assert all(check.passed for check in summary.checks)
    with open_published(Home.open(tmp_path / "home"), load_keys(Home.open(tmp_path / "home"))) as con:
        _, listed = select(con, "SELECT details FROM exception WHERE rule_code = 'FP-07'", {})
        _, dropped = select(con, "SELECT refused_columns FROM delivery", {})
    assert "2025-01-02" in listed[0][0] and "2026-09-03" in listed[0][0]
    assert dropped == [("民族, 幸运数字",)]
