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
