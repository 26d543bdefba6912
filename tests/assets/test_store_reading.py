"""The published registry's connection: one version, only SELECT, nothing outside reachable."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets.store import reading
from assets.store.home import Home, HomeError
from assets.store.keys import KeyRing
from assets.store.publish import link_version
from assets.store.reading import SqlRefused, open_published, select
from tests.assets.store_fixtures import build_version, make_home, to_tables


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, KeyRing]:
    home, keys = make_home(tmp_path_factory.mktemp("home") / "home")
    rows = [{"area_code": f"99010100{k:04d}", "area_name": "甲", "level": "社区"} for k in range(5)]
    link_version(home, build_version(home, keys, to_tables({"area": rows}), "00000001"))
    return home, keys


@pytest.fixture
def con(made: tuple[Home, KeyRing]) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(*made) as con:
        yield con


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT count(*) FROM area", [(5,)]),
        ("FROM area SELECT max(area_code);", [("990101000004",)]),
        ("WITH a AS (SELECT level FROM area) SELECT DISTINCT level FROM a -- end", [("社区",)]),
        ("SELECT count(*) FROM range(3)", [(3,)]),
        ("SELECT n FROM (VALUES (1), (2)) t(n) WHERE n > 1", [(2,)]),
        ("SELECT count(*) FROM registry.main.area", [(5,)]),
    ],
)
def test_a_select_runs(con: duckdb.DuckDBPyConnection, sql: str, rows: list[tuple[object, ...]]) -> None:
    assert select(con, sql)[1] == rows


def test_names_parameters_and_descriptions(con: duckdb.DuckDBPyConnection) -> None:
    assert select(con, "SELECT area_code AS c FROM area WHERE area_code = $a", {"a": "990101000001"}) == (
        ["c"],
        [("990101000001",)],
    )
    assert [row[0] for row in select(con, "DESCRIBE area")[1]] == [
        "area_code",
        "area_name",
        "level",
        "parent_code",
    ]
    assert ("area",) in select(con, "SHOW TABLES")[1]


OUTSIDE = [
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT (SELECT count(*) FROM read_blob('/etc/hostname'))",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('area')",
    "SELECT * FROM enable_logging(storage = 'file', storage_config = {'path': '/tmp/log'})",
    "SELECT * FROM force_checkpoint('registry')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM read_csv('http://localhost:1/x')",
    "SELECT write_log('x')",
    "COPY area TO '/tmp/registry-area.csv'",
    "COPY (SELECT 1) TO '/dev/stdout'",
    "EXPORT DATABASE '/tmp/registry-export'",
    "ATTACH '/tmp/registry-other.duckdb' AS other",
    "ATTACH ':memory:' AS other",
    "DETACH registry",
    "USE memory",
    "INSTALL json",
    "LOAD httpfs",
    "PRAGMA database_list",
    "CALL duckdb_tables()",
    "SET threads = 1",
    "SET enable_external_access = true",
    "RESET lock_configuration",
    "CREATE TABLE people (n INTEGER)",
    "CREATE TEMP TABLE people AS SELECT * FROM area",
    "DELETE FROM area",
    "UPDATE area SET level = 'x'",
    "PREPARE p AS SELECT 1",
    "BEGIN",
    "CHECKPOINT",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE area",
    "",
    "-- nothing",
    "selec 1",
    "SELECT * FROM people",
    "SELECT area_name::INTEGER FROM area",
]


@pytest.mark.parametrize("sql", OUTSIDE)
def test_anything_else_is_refused_in_one_line(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(SqlRefused) as caught:
        select(con, sql)
    assert "\n" not in str(caught.value)


def test_the_connection_itself_is_locked_even_without_the_filter(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    for sql in (
        "SELECT * FROM read_text('/etc/passwd')",
        f"COPY area TO '{tmp_path}/x.csv'",
        f"ATTACH '{tmp_path}/x.duckdb' AS other",
        "INSTALL json",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "CREATE TABLE registry.main.people (n INTEGER)",
        "DELETE FROM area",
    ):
        with pytest.raises(duckdb.Error):
            con.execute(sql)
    assert list(tmp_path.iterdir()) == []


def test_threads_share_a_version_and_it_is_closed_after_the_last(made: tuple[Home, KeyRing]) -> None:
    seen: list[int] = []

    def read() -> None:
        with open_published(*made) as con:
            seen.append(int(select(con, "SELECT count(*) FROM area")[1][0][0]))

    with open_published(*made):
        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(reading._open) == 1
    assert seen == [5] * 4 and reading._open == {}


def test_a_deep_query_is_answered_or_refused_but_never_crashes(con: duckdb.DuckDBPyConnection) -> None:
    deep = "SELECT " + "(" * 300 + "1" + ")" * 300
    try:
        assert select(con, deep)[1] == [(1,)]
    except SqlRefused as error:
        assert "\n" not in str(error)


def test_nothing_published_yet(tmp_path: Path) -> None:
    home, keys = make_home(tmp_path / "empty")
    with pytest.raises(HomeError, match="registry run"), open_published(home, keys):
        pass
