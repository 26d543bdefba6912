"""Time ends things: versions, rejected rows, closed cases and ended requests go, from free blocks too."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from assets.store.home import forget_opened_home
from tests.once import once, worker_of
from tests.robustness.ledgers import AREAS, COMMUNITY, run, write
from tests.robustness.looking import keys_of, places, rows_of

FIRST = date(2025, 1, 6)
CHANGED = FIRST + timedelta(days=10)
OLD_NAME, NEW_NAME, REJECTED_NAME = "欧阳旧名", "欧阳新名", "欧阳拒收"
REQUEST, RUNNING, TENANCY = "QQ-ENDED-66", "QQ-RUNNING-66", "ZZ-TENANT-66"
NUMBER = "992701198104050111"  # the check digit is wrong, so there is a finding until the row is corrected
HOUSE = "青石县柳河镇东塘社区松涛路66号1幢1单元101室"


def _tenancies(name: str, left: str = "") -> list[tuple[str, ...]]:
    row = (
        TENANCY,
        "",
        HOUSE,
        COMMUNITY,
        name,
        NUMBER if name == OLD_NAME else "",
        "13900990066",
        "2025-01-02",
        "",
        left,
    )
    return [row, ("ZZ-OTHER-66", "", HOUSE, COMMUNITY, REJECTED_NAME, "", "", "never", "", "")]


def _requests(withdrawn: str) -> list[tuple[str, ...]]:
    ended = (REQUEST, TENANCY, "登记", "PZ-66", "2025-01-02", "2025-03-01", withdrawn)
    return [ended, (RUNNING, TENANCY, "登记", "PZ-67", "2025-01-02", "2028-01-01", "")]


def _grown(folder: Path) -> None:
    """A housing home: a name corrected, a row rejected, a request that ended, a case that was cured."""
    home = folder / "home"
    for day, name, left, withdrawn in (
        (FIRST, OLD_NAME, "", ""),
        (CHANGED, NEW_NAME, "2025-01-15", "2025-01-15"),
    ):
        inbox = folder / f"{day}"
        write(inbox, f"areas_full_{day:%Y%m%d}.csv", AREAS)
        write(inbox, f"tenancies_full_{day:%Y%m%d}.csv", _tenancies(name, left))
        write(inbox, f"requests_full_{day:%Y%m%d}.csv", _requests(withdrawn))
        run(home, day, office="housing", inbox=inbox)


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    shutil.copytree(
        once(tmp_path_factory, worker_of(request), "retention", _grown) / "home",
        tmp_path / "home",
        symlinks=True,
    )
    return tmp_path / "home"


def on(home: Path, day: date) -> None:
    run(home, day)


def where(home: Path, needle: str) -> set[str]:
    forget_opened_home()
    return {place.split(":")[0] for place in places(home, keys_of(home), [needle])}


def working(home: Path, table: str) -> list[tuple[object, ...]]:
    return rows_of(home / "work" / "working.duckdb", keys_of(home))[f"main.{table}"]


@pytest.mark.parametrize("needle", [OLD_NAME, REJECTED_NAME])
def test_superseded_versions_and_rejected_rows_go_after_their_days(home: Path, needle: str) -> None:
    inode = (home / "work" / "working.duckdb").stat().st_ino
    on(home, CHANGED + timedelta(days=350))
    assert where(home, needle) == {"work/working.duckdb"}
    assert (home / "work" / "working.duckdb").stat().st_ino == inode
    on(home, CHANGED + timedelta(days=366))
    assert where(home, needle) == set()
    assert (home / "work" / "working.duckdb").stat().st_ino != inode
    assert where(home, NEW_NAME) == {"work/working.duckdb"}
    assert "superseded_version" in {row[0] for row in working(home, "tombstone")}


def test_ended_requests_go_and_running_ones_stay(home: Path) -> None:
    on(home, date(2026, 1, 10))
    assert "work/working.duckdb" in where(home, REQUEST)
    (home / "exports" / "list.csv").write_text(f"id\n{REQUEST}\n", encoding="utf-8")
    (home / "exports" / "other.csv").write_text(f"id\n{RUNNING}\n", encoding="utf-8")
    on(home, date(2026, 1, 20))
    assert where(home, REQUEST) == set()
    assert "work/working.duckdb" in where(home, RUNNING)
    assert [p.name for p in (home / "exports").iterdir()] == ["other.csv"]
    stones = [row for row in working(home, "tombstone") if row[0] == "ended_request"]
    assert len(stones) == 1 and REQUEST not in str(stones)


def test_closed_cases_go_with_their_events_after_two_years(home: Path) -> None:
    closed = {row[0] for row in working(home, "exception_case") if row[11] is not None}
    assert closed  # the number was corrected
    on(home, CHANGED + timedelta(days=731))
    held = {row[0] for row in working(home, "exception_case")}
    events = {row[0] for row in working(home, "exception_event")}
    assert not closed & (held | events)
    assert where(home, sorted(closed)[0]) == set()
    assert "closed_exception" in {row[0] for row in working(home, "tombstone")}


def test_a_second_run_on_that_day_deletes_nothing_more(home: Path) -> None:
    on(home, CHANGED + timedelta(days=366))
    inode = (home / "work" / "working.duckdb").stat().st_ino
    on(home, CHANGED + timedelta(days=366))
    assert (home / "work" / "working.duckdb").stat().st_ino == inode
