"""Publishing: a version beside the old ones, one symlink swapped, nothing torn, nothing left behind."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from assets.store.home import Home, HomeError
from assets.store.keys import KeyRing
from assets.store.publish import Publication, link_version, tidy, versions
from assets.store.published import published_tables
from assets.store.reading import open_published, select
from tests.assets.store_fixtures import build_version, make_home, to_tables


@pytest.fixture
def home(tmp_path: Path) -> tuple[Home, KeyRing]:
    return make_home(tmp_path / "home")


def area(n: int) -> dict[str, pa.Table]:
    rows = [{"area_code": f"99010100{k:04d}", "area_name": f"{n}", "level": "社区"} for k in range(n)]
    return to_tables({"area": rows})


def count(home: Home, keys: KeyRing) -> int:
    with open_published(home, keys) as con:
        return int(select(con, "SELECT count(*) FROM area")[1][0][0])


def test_tables_comments_and_mode(home: tuple[Home, KeyRing]) -> None:
    path = build_version(*home, area(3), "00000001")
    assert path.stat().st_mode & 0o777 == 0o600 and not home[0].registry.exists()
    link_version(home[0], path)
    with open_published(*home) as con:
        names, rows = select(
            con, "SELECT table_name, comment FROM duckdb_tables() WHERE database_name = 'registry' ORDER BY 1"
        )
        assert names == ["table_name", "comment"]
        assert dict(rows) == {name: table.comment for name, table in published_tables("residence").items()}
        assert select(con, "SELECT count(*), min(area_name) FROM area")[1] == [(3, "3")]
    assert b"area_code" not in path.read_bytes()


def test_a_statistics_home_is_readable_without_a_key(tmp_path: Path) -> None:
    home, keys = make_home(tmp_path / "s", "statistics")
    link_version(home, build_version(home, keys, {}, "00000001"))
    with duckdb.connect(str(home.registry.resolve()), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM population").fetchone() == (0,)


def test_only_the_last_three_are_kept_or_one(home: tuple[Home, KeyRing]) -> None:
    for n in range(1, 5):
        (home[0].published / f"registry-{n:08d}.duckdb").write_bytes(b"old")
    link_version(home[0], build_version(*home, area(5), "00000005"))
    assert [p.name for p in versions(home[0])] == [f"registry-0000000{n}.duckdb" for n in (3, 4, 5)]
    assert count(*home) == 5
    link_version(home[0], versions(home[0])[-1], keep=1)
    assert [p.name for p in versions(home[0])] == ["registry-00000005.duckdb"]


def test_a_version_is_never_used_twice(home: tuple[Home, KeyRing]) -> None:
    build_version(*home, {}, "00000001")
    with pytest.raises(HomeError, match="exists already"):
        build_version(*home, {}, "00000001")


@pytest.mark.parametrize(
    "tables",
    [
        {"people": pa.table({"name": ["x"]})},
        {"dwelling": pa.table({"dwelling_key": ["x"], "area_code": ["x"]})},
    ],
)
def test_a_table_of_no_declaration_cannot_be_published(
    home: tuple[Home, KeyRing], tables: dict[str, pa.Table]
) -> None:
    with pytest.raises(ValueError, match="not declared"):
        build_version(*home, tables, "00000001")


def test_a_column_too_many_or_too_few_cannot_be_published(home: tuple[Home, KeyRing]) -> None:
    good = area(1)["area"]
    for bad in (good.append_column("person", pa.array([1])), good.drop_columns(["level"])):
        with pytest.raises(ValueError, match="not declared, or lacking"):
            build_version(*home, {"area": bad}, "00000001")
    assert versions(home[0]) == []


def test_a_build_that_fails_leaves_nothing(home: tuple[Home, KeyRing]) -> None:
    bad = area(1)["area"].set_column(0, "area_code", pa.array([[1]]))
    good = area(1)["area"].drop_columns(["area_code"]).append_column("area_code", pa.array(["1"]))
    wrong = to_tables({"run": [{"run_id": "no number", "profile": "x"}]})
    with pytest.raises(HomeError) as caught:
        build_version(*home, {"area": good, **wrong}, "00000001")
    assert "no number" not in str(caught.value)
    assert bad is not None and list(home[0].published.iterdir()) == []


def test_a_killed_build_is_never_linked_and_is_tidied(home: tuple[Home, KeyRing]) -> None:
    published = home[0].published
    link_version(home[0], build_version(*home, area(1), "00000001"))
    committed = build_version(*home, area(2), "00000002")
    (published / "registry-00000003.duckdb").write_bytes(b"whole, but of a run that was rolled back")
    (published / ".registry-00000004.part").write_bytes(b"half")
    (published / ".registry-00000004.part.wal").write_bytes(b"half")
    (published / "registry-00000001.duckdb.wal").write_bytes(b"another's")
    tidy(home[0], current=committed.name)
    assert sorted(p.name for p in published.iterdir()) == [
        "registry-00000001.duckdb",
        "registry-00000002.duckdb",
        "registry.duckdb",
    ]
    assert count(*home) == 2


def test_without_a_committed_version_nothing_is_linked(home: tuple[Home, KeyRing]) -> None:
    build_version(*home, area(1), "00000001")
    tidy(home[0], current=None)
    assert list(home[0].published.iterdir()) == []


READER = """
    import sys
    from assets.store.home import Home
    from assets.store.keys import load_keys
    from assets.store.reading import open_published, select
    home = Home.open(sys.argv[1]); keys = load_keys(home)
    reads = last = 0
    print("ready", flush=True)
    while not (home.path / "stop").exists():
        with open_published(home, keys) as con:
            n, low, high = select(con, "SELECT count(*), min(area_name), max(area_name) FROM area")[1][0]
            again = select(con, "SELECT count(*) FROM area")[1][0][0]
        assert n == again == int(low) == int(high) >= last, (n, low, high, last)
        reads, last = reads + 1, n
    print(reads)
"""


def test_readers_in_other_processes_see_whole_versions_only(home: tuple[Home, KeyRing]) -> None:
    link_version(home[0], build_version(*home, area(1), "00000001"))
    command = [sys.executable, "-c", textwrap.dedent(READER), str(home[0].path)]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for reader in readers:
        assert reader.stdout is not None and reader.stdout.readline() == "ready\n"
    for n in range(2, 6):
        link_version(home[0], build_version(*home, area(n), f"{n:08d}"))
    (home[0].path / "stop").touch()
    for reader in readers:
        out, err = reader.communicate(timeout=30)
        assert reader.returncode == 0, err
        assert int(out) > 0


def test_tables_may_come_one_after_the_other_and_an_error_between_them_is_its_own(
    home: tuple[Home, KeyRing],
) -> None:
    link_version(home[0], build_version(*home, iter(area(4).items()), "00000001"))
    assert count(*home) == 4

    def breaking() -> Iterator[tuple[str, pa.Table]]:
        yield from area(5).items()
        raise duckdb.Error("of a query")

    with pytest.raises(duckdb.Error, match="of a query"):
        build_version(*home, breaking(), "00000002")
    assert [p.name for p in home[0].published.iterdir() if "00000002" in p.name] == []
    (bad,) = to_tables({"run": [{"as_of": "never"}]}).items()
    with pytest.raises(HomeError, match="could not be written"):
        build_version(*home, iter([bad]), "00000003")


def records(n: int) -> pa.Table:
    (table,) = to_tables(
        {"record": [{"feed": "floating_population", "record_id": f"LD{k:08d}"} for k in range(n)]}
    ).values()
    return table


def test_what_is_given_early_is_written_while_the_caller_goes_on(home: tuple[Home, KeyRing]) -> None:
    publication = Publication(*home, "00000001")
    publication.write("record", records(100_000))  # as large as what is settled in the file at once
    assert versions(home[0]) == []
    publication.write("area", area(2)["area"])
    link_version(home[0], publication.complete())
    with open_published(*home) as con:
        found = "SELECT count(*), count(DISTINCT record_id), (SELECT count(*) FROM area), (SELECT count(*) FROM run) FROM record"
        assert select(con, found)[1] == [(100_000, 100_000, 2, 0)]


@pytest.mark.parametrize("rows", [0, 10, 100_000])
def test_a_publication_that_is_discarded_leaves_nothing(home: tuple[Home, KeyRing], rows: int) -> None:
    publication = Publication(*home, "00000001")
    if rows:
        publication.write("record", records(rows))
    publication.discard()
    assert list(home[0].published.iterdir()) == []
    link_version(home[0], build_version(*home, area(1), "00000001"))
    assert count(*home) == 1
