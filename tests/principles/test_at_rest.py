"""Nothing personal can be read without the key in any file that a typed round leaves behind."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.principles import properties as p
from tests.principles.homes import Generated, canonical
from tests.principles.search import leaks, readable

pytestmark = pytest.mark.slow


def needles_of(folder: Path) -> list[str]:
    county = Generated(folder / "sample", folder / "homes")
    return p.sharp_needles(county.people) + sorted(canonical(county.truth("sealed")["record_id"]))


def test_no_file_under_the_homes_tells(commanded: Path) -> None:
    needles = needles_of(commanded)
    assert len(needles) > 500
    looked_at = {path.suffix for path, _ in readable(commanded / "homes")}
    assert {".duckdb", ".db"} <= looked_at  # Dagster's SQLite storage is among them
    assert leaks(commanded / "homes", needles) == []


def test_no_temporary_file_and_no_line_of_output_tells(commanded: Path) -> None:
    needles = needles_of(commanded)
    assert leaks(commanded / "tmp", needles) == []
    (commanded / "said").mkdir(exist_ok=True)
    (commanded / "said" / "said.txt").write_bytes((commanded / "said.txt").read_bytes())
    assert leaks(commanded / "said", needles) == []


def test_loaded_files_are_gone_and_modes_are_private(commanded: Path) -> None:
    homes = commanded / "homes"
    assert [path for path in homes.glob("*/inbox/*") if not path.name.startswith(".")] == []
    open_to_others = [
        path for path in homes.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o077
    ]
    assert open_to_others == []


def test_the_search_finds_what_is_planted(tmp_path: Path) -> None:
    number, phone, name = "992701199001011234", "19912345678", "帕提古丽·买买提"
    (tmp_path / "plain.log").write_text(f"row {number.lower()} failed", encoding="utf-8")
    (tmp_path / "office.csv").write_bytes(f"姓名\n{name}".encode("gb18030"))
    (tmp_path / "log.gz").write_bytes(gzip.compress(phone.encode()))
    (tmp_path / f"{phone}.txt").touch()
    pl.DataFrame({"x": [name] * 50}).write_parquet(tmp_path / "spill.parquet", compression="zstd")
    with sqlite3.connect(tmp_path / "events.db") as con:
        con.execute("CREATE TABLE event (body TEXT)")
        con.execute("INSERT INTO event VALUES (?)", [f"expected {number}"])
    with duckdb.connect(str(tmp_path / "open.duckdb")) as database:
        database.execute("CREATE TABLE t AS SELECT ? AS phone, range AS i FROM range(5000)", [phone])
    (tmp_path / "clean.txt").write_text("992701199001011235 19912345679", encoding="utf-8")
    found = {line.split(":")[0] for line in leaks(tmp_path, [number, phone, name])}
    assert found == {
        "plain.log",
        "office.csv",
        "log.gz",
        f"{phone}.txt",
        "spill.parquet",
        "events.db",
        "open.duckdb",
    }
