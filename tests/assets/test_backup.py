"""A backup is one encrypted file from which the home comes back, without what was deleted since."""

from __future__ import annotations

import shutil
import threading
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from assets.store import backup as backups
from assets.store.database import open_working
from assets.store.home import Home, HomeBusy, HomeError, forget_opened_home
from assets.store.keys import KeyProblem, load_keys
from assets.store.purge import beside
from registry_pipelines.cli import run as command
from tests.once import once, worker_of
from tests.robustness.ledgers import AREAS, COMMUNITY, number, run, write
from tests.robustness.looking import keys_of, places, rows_of

DAY = date(2026, 10, 1)
NEXT = DAY + timedelta(days=1)
SEALED, ENDING, STAYING = "SF-BEFORE-88", "BJ-ENDING-88", "BJ-STAYING-88"
NAME, NUMBER, PHONE = "欧阳备份", number(date(1981, 4, 5), 21), "13900990021"


def _rows(status: str) -> list[tuple[str, ...]]:
    person = (NAME, NUMBER, PHONE) if status == "在册" else ("", "", "")
    ending = (
        ENDING,
        "",
        *person,
        "2026-06-01",
        status,
        "2026-06-01" if status == "在册" else "",
        "2027-06-01",
    )
    return [
        ending,
        (
            STAYING,
            "SF-OTHER-88",
            "王备份",
            number(date(1985, 1, 2), 31),
            "",
            "2026-06-01",
            "在册",
            "2026-06-01",
            "",
        ),
    ]


def _inbox(folder: Path, day: date, sealed: str, status: str) -> Path:
    write(folder, f"areas_full_{day:%Y%m%d}.csv", AREAS)
    notices = [(n, "2026-05-02", COMMUNITY, "否") for n in ("SF-OTHER-88", "SF-THIRD-88", "SF-FOURTH-88")]
    write(
        folder,
        f"released_persons_full_{day:%Y%m%d}.csv",
        [*notices, (SEALED, "2026-05-02", COMMUNITY, sealed)],
    )
    write(folder, f"assistance_enrolment_full_{day:%Y%m%d}.csv", _rows(status))
    return folder


def _first(folder: Path) -> None:
    run(folder / "home", DAY, office="aftercare", inbox=_inbox(folder / "in", DAY, "否", "在册"))


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    shutil.copytree(
        once(tmp_path_factory, worker_of(request), "backup", _first) / "home",
        tmp_path / "home",
        symlinks=True,
    )
    return tmp_path / "home"


def back_up(home: Path, name: str = "b", today: date = DAY) -> Path:
    forget_opened_home()
    opened = Home.open(home)
    return backups.backup(opened, load_keys(opened, {}), home.parent / name, today=today).path


def with_key(home: Path, new: Path) -> Path:
    (new / "keys").mkdir(mode=0o700, parents=True)
    shutil.copy(home / "keys" / "master.key", new / "keys")
    return new


def restored(file: Path, home: Path, new: Path, today: date = DAY, listed: Path | None = None) -> int:
    forget_opened_home()
    return backups.restore(file, with_key(home, new), today=today, listed=listed)[2]


def content(home: Path) -> dict[str, list[str]]:
    """Every row of the working database but what a restoring has to change."""
    tables = rows_of(home / "work" / "working.duckdb", keys_of(home))
    own = ("main.setting", "main.mail_out", "main.schema_version")
    return {name: sorted(map(repr, rows)) for name, rows in tables.items() if name not in own}


def test_a_home_comes_back_from_its_backup_and_goes_on(home: Path, tmp_path: Path) -> None:
    file = back_up(home)
    assert file.stat().st_mode & 0o777 == 0o600
    assert restored(file, home, tmp_path / "new") == 0
    assert content(tmp_path / "new") == content(home)
    (tmp_path / "none").mkdir()
    assert run(tmp_path / "new", DAY, inbox=tmp_path / "none").changed
    forget_opened_home()
    assert command(["exceptions", "--home", str(tmp_path / "new"), "--format", "json"]) == 0
    forget_opened_home()
    assert command(["check", "--home", str(tmp_path / "new")]) == 0


def test_what_was_deleted_since_is_deleted_again(home: Path, tmp_path: Path) -> None:
    file = back_up(home)
    away = shutil.copy(file, tmp_path / "away")  # a generation that no purge reaches
    needles = [SEALED, NAME, NUMBER, PHONE]
    assert places(tmp_path / "home", keys_of(home), needles)
    run(home, NEXT, inbox=_inbox(tmp_path / "in2", NEXT, "是", "解除"))
    assert places(home, keys_of(home), needles) == set()
    new = tmp_path / "new"
    assert restored(Path(away), home, new, today=NEXT, listed=home / "audit" / "forgotten.json") >= 2
    assert places(new, keys_of(new), needles) == set()
    assert ENDING in str(content(new)["main.record"])  # the row stays, without the person
    assert STAYING in str(content(new)["main.record"])
    write(
        tmp_path / "in3",
        f"released_persons_delta_{NEXT:%Y%m%d}.csv",
        [(SEALED, "2026-05-02", COMMUNITY, "否")],
    )
    run(new, NEXT, inbox=tmp_path / "in3")  # sealed once, sealed until a steward lifts it: the list says so
    assert places(new, keys_of(new), [SEALED]) == set()


def test_a_generation_that_can_be_reached_forgets_too(home: Path, tmp_path: Path) -> None:
    file = back_up(home)
    run(home, NEXT, inbox=_inbox(tmp_path / "in2", NEXT, "是", "解除"))
    text = repr(rows_of(file, keys_of(home)))
    assert STAYING in text
    assert not [n for n in (SEALED, NAME, NUMBER, PHONE) if n in text]


def test_generations_end_with_what_they_hold(home: Path, tmp_path: Path) -> None:
    file = back_up(home)
    late = DAY + timedelta(days=366)
    shutil.copy(file, tmp_path / "copy")
    with pytest.raises(HomeError, match="365 days only"):
        restored(tmp_path / "copy", home, tmp_path / "new", today=late)
    run(home, late, inbox=_inbox(tmp_path / "in2", late, "是", "解除"))
    assert not file.exists() and not beside(file).exists()


def test_without_the_list_of_deletions_nothing_is_restored(home: Path, tmp_path: Path) -> None:
    file = shutil.copy(back_up(home), tmp_path / "elsewhere")
    with_key(home, tmp_path / "new")
    shutil.rmtree(home)
    beside(tmp_path / "b").unlink()
    forget_opened_home()
    with pytest.raises(HomeError, match="--deletions"):
        backups.restore(Path(file), tmp_path / "new", today=DAY)
    home_again, made, went = backups.restore(Path(file), tmp_path / "new", today=DAY, without_list=True)
    assert (made.as_of, went) == (DAY, 0)
    assert STAYING in str(content(home_again.path)["main.record"])


def test_a_wrong_key_another_file_and_a_home_that_is_not_empty_are_refused(
    home: Path, tmp_path: Path
) -> None:
    file = back_up(home)
    forget_opened_home()
    with pytest.raises(KeyProblem, match="does not hold its key"):
        backups.restore(file, tmp_path / "new", today=DAY)
    with_key(home, tmp_path / "new")
    (tmp_path / "new" / "keys" / "master.key").write_text("ab" * 32)
    with pytest.raises(KeyProblem, match="another key"):
        backups.restore(file, tmp_path / "new", today=DAY)
    with pytest.raises(HomeError, match="a home already"):
        backups.restore(file, home, today=DAY)
    (tmp_path / "other").write_text("text")
    with pytest.raises(HomeError):
        restored(tmp_path / "other", home, tmp_path / "new2")
    with pytest.raises(HomeError, match="no backup of this home"):
        back_up(home, "other")
    assert (tmp_path / "other").read_text() == "text"
    with pytest.raises(HomeError, match="no backup"):
        backups.restore(tmp_path / "missing", tmp_path / "new3", today=DAY)


def test_a_backup_waits_for_the_run_that_holds_the_home(home: Path) -> None:
    forget_opened_home()
    opened = Home.open(home)
    keys = load_keys(opened, {})
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with opened.lock():
            held.set()
            let_go.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    with pytest.raises(HomeBusy):
        backups.backup(opened, keys, home.parent / "b", today=DAY, wait=0)
    threading.Timer(0.5, let_go.set).start()
    started = time.monotonic()
    backups.backup(opened, keys, home.parent / "b", today=DAY, wait=30)
    assert time.monotonic() - started > 0.4
    thread.join()


def test_the_file_cannot_be_read_without_the_key(home: Path) -> None:
    file = back_up(home)
    assert NAME.encode() not in file.read_bytes()
    with duckdb.connect() as con, pytest.raises(duckdb.Error):
        con.execute(f"ATTACH '{file}' AS b (READ_ONLY)")


def test_mail_goes_on_with_numbers_that_were_never_used(home: Path, tmp_path: Path) -> None:
    forget_opened_home()
    opened = Home.open(home)
    with open_working(opened, load_keys(opened, {})) as con:
        con.execute(
            "INSERT INTO mail_out VALUES ('x', 'residence', 7, $day, 'receipts', 'd', 1)", {"day": DAY}
        )
    restored(back_up(home), home, tmp_path / "new")
    mails = rows_of(tmp_path / "new" / "work" / "working.duckdb", keys_of(tmp_path / "new"))["main.mail_out"]
    assert max(int(str(row[2])) for row in mails) == 7 + backups.SEQUENCE_GAP


def test_the_commands(home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    forget_opened_home()
    assert command(["backup", str(tmp_path / "b"), "--home", str(home)]) == 0
    with_key(home, tmp_path / "new")
    forget_opened_home()
    assert command(["restore", str(tmp_path / "b"), "--home", str(tmp_path / "new")]) == 0
    assert "registry run" in capfd.readouterr().err
    assert command(["restore", str(tmp_path / "b"), "--home", str(tmp_path / "new")]) == 2
    assert "Traceback" not in capfd.readouterr().err
