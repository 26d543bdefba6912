"""A home of every released version opens, is brought up to date, and goes on. The stored ones are never made again."""

from __future__ import annotations

import shutil
from datetime import timedelta
from importlib import resources
from pathlib import Path

import pytest

from assets.store.database import open_working
from assets.store.home import Home, forget_opened_home
from assets.store.keys import load_keys
from quality.schema import typed_columns
from sources.contract import contracts
from sources.offices import feeds_of
from tests.data.make_old_home import DAY, FOLDER, KEY, LACKING
from tests.robustness.ledgers import run
from tests.robustness.looking import keys_of, rows_of

OLD = sorted(FOLDER.parent.iterdir())
NEWEST = max(
    int(p.name.split("_")[0])
    for p in (resources.files("assets.store") / "migrations").iterdir()
    if p.name.endswith(".sql")
)


@pytest.fixture(params=OLD, ids=[p.name for p in OLD])
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A home with the working database of an older version."""
    (tmp_path / "home" / "keys").mkdir(mode=0o700, parents=True)
    (tmp_path / "home" / "keys" / "master.key").write_text(KEY, encoding="utf-8")
    forget_opened_home()
    load_keys(Home.open(tmp_path / "home", "housing"), {})
    shutil.copy(request.param / "working.duckdb", tmp_path / "home" / "work" / "working.duckdb")
    return tmp_path / "home"


def test_an_old_home_is_brought_up_to_date(home: Path) -> None:
    before = rows_of(home / "work" / "working.duckdb", keys_of(home))
    assert [row[0] for row in before["main.schema_version"]] == [1]
    forget_opened_home()
    opened = Home.open(home)
    with open_working(opened, load_keys(opened, {})) as con:
        assert con.execute("SELECT max(version) FROM schema_version").fetchall() == [(NEWEST,)]
        for feed in feeds_of("housing"):
            columns = {
                r[0] for r in con.execute(f"SELECT column_name FROM (DESCRIBE typed_{feed})").fetchall()
            }
            assert columns == {"rid", "content", *typed_columns(contracts()[feed])}
        assert [name for feed, name in LACKING.items() if name not in typed_columns(contracts()[feed])] == []
        assert con.execute("SELECT count(*) FROM cur_tenancies").fetchall() == [(2,)]
    after = rows_of(home / "work" / "working.duckdb", keys_of(home))
    for table, rows in before.items():
        width = len(rows[0]) if rows else 0
        if table != "main.schema_version":
            assert [row[:width] for row in after[table]] == rows


def test_an_old_home_goes_on(home: Path) -> None:
    assert run(home, DAY + timedelta(days=1)).changed
    tables = rows_of(home / "work" / "working.duckdb", keys_of(home))
    assert {row[2] for row in tables["main.record"]} == {"ZZ-1", "ZZ-2", "QQ-1", "QQ-2"}
    cases = {row[1]: row for row in tables["main.exception_case"]}
    assert cases["RH-04"][0] == "QBCDFGHJKLMNPQRST"


def test_stored_homes_are_small() -> None:
    assert OLD and all(p.stat().st_size < 300_000 for folder in OLD for p in folder.iterdir())
