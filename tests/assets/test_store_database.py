"""Databases: encrypted with their spill files, closed whatever happens, migrated, clear when they cannot be opened."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from assets.store import database
from assets.store.database import attach, instance, open_decisions, open_working
from assets.store.decisions import Decision, append_decision, read_decisions
from assets.store.home import Home, HomeBusy, HomeError, file_lock
from assets.store.keys import KeyProblem, KeyRing
from assets.store.schema import migrate
from quality.schema import typed_columns
from sources.contract import contracts
from tests.assets.store_fixtures import NAME, fill, make_home

MARKER = "MARKERVALUE"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, KeyRing]:
    home, keys = make_home(tmp_path_factory.mktemp("home") / "home")
    with open_working(home, keys) as con:
        fill(con, keys)
    return home, keys


def test_the_file_is_encrypted_private_and_leaves_no_log(made: tuple[Home, KeyRing]) -> None:
    home, _ = made
    content = home.working_db.read_bytes()
    assert NAME.encode() not in content and b"floating_population" not in content
    assert home.working_db.stat().st_mode & 0o777 == 0o600
    assert not Path(f"{home.working_db}.wal").exists()


def test_current_views_have_the_declared_columns(made: tuple[Home, KeyRing]) -> None:
    with open_working(*made) as con:
        assert con.execute(
            "SELECT record_id, file_day::VARCHAR, name FROM cur_floating_population ORDER BY 1"
        ).fetchall() == [
            ("LD-1", "2026-10-31", NAME),
            ("LD-2", "2026-10-31", NAME),
        ]
        columns = [d[0] for d in con.execute("FROM cur_request_receipts").description or []]
    assert columns[:11] == [
        "rid", "feed", "record_id", "shown_id", "first_day", "last_day", "withdrawn_on", "file_day", "content", "person", "dwelling_key",
    ]  # fmt: skip
    assert columns[11:] == [c for c in typed_columns(contracts()["request_receipts"]) if c != "record_id"]


def test_a_second_migration_changes_nothing_and_a_new_column_is_added(made: tuple[Home, KeyRing]) -> None:
    with open_working(*made) as con:
        con.execute("BEGIN; ROLLBACK")
        before = con.execute("SELECT version, applied_at FROM schema_version").fetchall()
        con.execute("DROP VIEW cur_floating_population")
        con.execute("ALTER TABLE typed_floating_population DROP COLUMN permit_until")
        assert migrate(con, "residence") == before[-1][0]
        assert con.execute("SELECT version, applied_at FROM schema_version").fetchall() == before
    with open_working(*made) as con:
        assert con.execute(
            "SELECT count(*), count(permit_until) FROM cur_floating_population"
        ).fetchall() == [(2, 0)]


def test_another_key_is_a_clear_error_without_the_key(made: tuple[Home, KeyRing]) -> None:
    home, _ = made
    other = KeyRing(b"\x09" * 32, "residence")
    with pytest.raises(KeyProblem, match="another key") as caught, open_working(home, other):
        pass
    assert other.subkey(database.Purpose.WORKING_DB).hex() not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_failing_block_closes_the_file_and_keeps_what_was_committed(made: tuple[Home, KeyRing]) -> None:
    with pytest.raises(RuntimeError), open_working(*made) as con:
        con.execute("BEGIN")
        con.execute("DELETE FROM record")
        raise RuntimeError
    with open_working(*made) as con:
        assert con.execute("SELECT count(*) FROM record").fetchone() == (2,)


def test_an_open_file_is_busy(made: tuple[Home, KeyRing]) -> None:
    with open_working(*made), pytest.raises(HomeBusy), open_working(*made):
        pass


@pytest.mark.parametrize("content", [b"", b"no database" * 1000])
def test_a_damaged_file_is_a_clear_error(made: tuple[Home, KeyRing], tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "working.duckdb"
    path.write_bytes(content)
    with instance(None) as con, pytest.raises(HomeError, match=r"damaged|another key") as caught:
        attach(con, path, "working", "k", read_only=True)
    assert "\n" not in str(caught.value)


def test_spill_files_are_encrypted_and_inside_the_home(
    made: tuple[Home, KeyRing], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _ = made
    con = instance(home.spill, memory_limit="60MB", threads=1)
    try:
        settings = dict(
            con.execute(
                "SELECT name, value FROM duckdb_settings() WHERE name LIKE '%temp%' OR name LIKE 'auto%'"
            ).fetchall()
        )
        assert settings["temp_file_encryption"] == "true" and settings["temp_directory"] == str(home.spill)
        assert settings["autoinstall_known_extensions"] == settings["autoload_known_extensions"] == "false"
        con.execute(
            f"CREATE TEMP TABLE big AS SELECT '{MARKER}' || i || repeat('x', 40) AS v FROM range(1500000) t(i)"
        )
        spilled = list(home.spill.glob("*"))
        assert spilled and sum(p.stat().st_size for p in spilled) > 1_000_000
        assert not any(MARKER.encode() in p.read_bytes() for p in spilled)
    finally:
        con.close()


def test_decisions_are_numbered_kept_and_encrypted(made: tuple[Home, KeyRing]) -> None:
    home, keys = made
    day = datetime(2026, 11, 1, 12)
    pair = Decision("merge", "same", "clerk", "floating_population", "LD-1", "floating_population", "LD-2")
    assert [
        append_decision(home, keys, d, day)
        for d in (pair, Decision("dispute", "objection", "clerk", field="phone"))
    ] == [1, 2]
    frame = read_decisions(home, keys)
    assert frame["seq"].to_list() == [1, 2] and frame["b_record"].to_list() == ["LD-2", None]
    assert read_decisions(home, keys, after=1)["kind"].to_list() == ["dispute"]
    assert b"LD-1" not in home.decisions_db.read_bytes()
    with pytest.raises(ValueError):
        append_decision(home, keys, Decision("visit", "same", "clerk"), day)


def test_decisions_in_use_are_waited_for_and_then_busy(
    made: tuple[Home, KeyRing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_DECISIONS_WAIT_SECONDS", 0.1)
    with file_lock(made[0].work / ".decisions.lock") as held, pytest.raises(HomeBusy), open_decisions(*made):
        pass
    assert held
