"""A home: its folders and modes, its settings, one home for each process, one run at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.store.home import (
    FOLDERS,
    Home,
    HomeBusy,
    HomeError,
    forget_opened_home,
    possible_peers,
    write_private,
)
from assets.store.settings import (
    OfficeSettings,
    PublicKeys,
    dump_public,
    dump_settings,
    parse_public,
    parse_settings,
)
from sources.offices import OFFICES

PUBLIC = PublicKeys("housing", "ab" * 32, "cd" * 32)


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget_opened_home()


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_home_has_its_folders_private_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        home = Home.open(tmp_path / "a" / "home", "housing")
        assert {p.name for p in home.path.iterdir()} == {*FOLDERS, "office.toml"}
        assert {mode(home.path / folder) for folder in FOLDERS} | {mode(home.path)} == {0o700}
        assert mode(home.path / "office.toml") == 0o600
        assert home.loose_modes() == []
    finally:
        os.umask(old)


def test_loose_modes_are_found_but_not_in_the_inbox(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "home", "housing")
    (home.inbox / "tenancies_full_20261031.csv").write_text("x")
    (home.inbox / "tenancies_full_20261031.csv").chmod(0o644)
    secret = home.keys / "master.key"
    write_private(secret, b"x")
    assert mode(secret) == 0o600 and home.loose_modes() == []
    secret.chmod(0o640)
    home.work.chmod(0o755)
    forget_opened_home()
    assert Home.open(home.path).loose_modes() == [secret, home.work]


def test_the_office_is_needed_once_and_refused_if_it_differs(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="--office"):
        Home.open(tmp_path / "home")
    Home.open(tmp_path / "home", "housing", profile="national")
    assert Home.open(tmp_path / "home").office == "housing"
    assert Home.open(tmp_path / "home", "housing").settings.profile == "national"
    with pytest.raises(HomeError, match="belongs to office housing"):
        Home.open(tmp_path / "home", "residence")
    with pytest.raises(HomeError, match="no office of that name"):
        Home.open(tmp_path / "home", "police")


def test_an_inbox_laid_ready_before_the_first_run_is_kept(tmp_path: Path) -> None:
    inbox = tmp_path / "home" / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "areas_full_20261031.csv").write_text("x")
    home = Home.open(tmp_path / "home", "housing")
    assert [p.name for p in home.inbox.iterdir()] == ["areas_full_20261031.csv"]
    assert mode(home.inbox) == 0o700


@pytest.mark.parametrize("what", ["file", "foreign", "broken", "unknown"])
def test_what_is_no_home_is_refused_with_a_remedy_and_left_as_it_is(tmp_path: Path, what: str) -> None:
    path = tmp_path / "thing"
    if what == "file":
        path.write_text("x")
    else:
        path.mkdir()
        name = "thesis.txt" if what == "foreign" else "office.toml"
        (path / name).write_text(
            {"foreign": "x", "broken": "office = ", "unknown": 'office = "police"'}[what]
        )
    with pytest.raises(HomeError) as caught:
        Home.open(path, "housing")
    assert caught.value.exit_status == 2 and "\n" not in str(caught.value)
    assert path.is_file() or len(list(path.iterdir())) == 1


def test_a_process_opens_one_home(tmp_path: Path) -> None:
    Home.open(tmp_path / "a", "housing")
    with pytest.raises(HomeError, match="one home"):
        Home.open(tmp_path / "b", "residence")
    assert not (tmp_path / "b").exists()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert Home.open(tmp_path / "link").path == (tmp_path / "a").resolve()


def test_the_lock_is_held_against_other_processes_and_freed_by_a_kill(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "home", "housing")
    hold = "import sys,time; from assets.store.home import Home\nwith Home.open(sys.argv[1]).lock(): print('held', flush=True); time.sleep(60)"
    other = subprocess.Popen([sys.executable, "-c", hold, str(home.path)], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None and other.stdout.readline() == "held\n"
    with pytest.raises(HomeBusy) as caught, home.lock():
        pass
    assert caught.value.exit_status == 3
    other.kill()
    other.wait()
    with home.lock(), pytest.raises(HomeBusy), home.lock():
        pass


def test_peers_are_those_of_the_table_of_offices(tmp_path: Path) -> None:
    assert {office: sorted(possible_peers(office)) for office in OFFICES} == {
        "residence": ["housing", "statistics"],
        "housing": ["residence", "statistics"],
        "aftercare": [],
        "statistics": ["housing", "residence"],
    }
    home = Home.open(tmp_path / "home", "residence")
    home.add_peer("housing", PUBLIC)
    forget_opened_home()
    assert Home.open(home.path).settings.peers == {"housing": PUBLIC}
    with pytest.raises(HomeError, match="exchanges nothing"):
        home.add_peer("aftercare", PublicKeys("aftercare", "ab" * 32, "cd" * 32))
    with pytest.raises(HomeError, match="belongs to office housing"):
        home.add_peer("statistics", PUBLIC)


users = st.text(min_size=1, max_size=12).filter(lambda t: t.isprintable() or "\x7f" in t)


@given(
    st.dictionaries(
        users, st.lists(st.from_regex(r"[0-9]{12}", fullmatch=True), max_size=3).map(tuple), max_size=3
    )
)
def test_settings_are_read_back_as_written(grants: dict[str, tuple[str, ...]]) -> None:
    settings = OfficeSettings("residence", "zhejiang", {"housing": PUBLIC}, "ef" * 32, grants)
    assert parse_settings(dump_settings(settings)) == settings


def test_public_keys_are_read_back_as_written() -> None:
    assert parse_public(dump_public(PUBLIC)) == PUBLIC
    for bad in ("", "office = 'housing'\nverify = 'ab'\nseal = 'cd'", "office = 'x'", "[", "office = 1"):
        with pytest.raises(ValueError):
            parse_public(bad)
