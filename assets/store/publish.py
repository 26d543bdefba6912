"""Building a published version beside the old ones, and putting it in place.

Here: Arrow tables to a finished, commented, flushed file under a name of its own; the symlink; what a kill
leaves behind. Not here: what may be in it (`assets.store.published`), whether it is (`assets.store.published_check`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from assets.store.database import attach, instance, quoted
from assets.store.home import FILE_MODE, Home, HomeError, sync_folder
from assets.store.keys import KeyRing
from assets.store.published import published_tables
from assets.store.published_columns import PublishedTable
from assets.store.reading import published_key

KEPT_VERSIONS = 3
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,59}")


def build_version(
    home: Home, keys: KeyRing, tables: Mapping[str, pa.Table] | Iterable[tuple[str, pa.Table]], version: str
) -> Path:
    """Write ``tables`` as `published/registry-VERSION.duckdb`, complete and flushed, but not linked yet.

    ``tables``: Arrow tables by name, each with the declared columns in any order; a declared table that is
    lacking is published empty. Of an iterable, each is written while the next is being made. Versions sort by name
    in the order they are made and are never used twice.
    ValueError: a table or column that is not declared for this office, or a declared column lacking.
    """
    if not _VERSION.fullmatch(version):
        raise ValueError("a version's name is letters, digits and dashes")
    declared = published_tables(home.office)
    final = home.published / f"registry-{version}.duckdb"
    part = home.published / f".registry-{version}.part"
    if final.exists():
        raise HomeError(f"published version {version} exists already: run again")
    _remove(part)
    try:
        pairs = tables.items() if isinstance(tables, Mapping) else tables
        _write(part, published_key(home, keys), pairs, declared)
        part.chmod(FILE_MODE)
        _flush(part)
        part.replace(final)
    except BaseException:
        _remove(part)
        raise
    sync_folder(home.published)
    return final


def link_version(home: Home, path: Path, *, keep: int = KEPT_VERSIONS) -> None:
    """Let readers see the version at ``path`` from now on, and keep that many versions in all.

    Readers that have an older one open go on reading it. ``keep`` = 1 after something had to be forgotten.
    """
    new = home.published / ".registry.link"
    new.unlink(missing_ok=True)
    new.symlink_to(path.name)
    new.replace(home.registry)
    sync_folder(home.published)
    for old in [p for p in versions(home) if p.name <= path.name][: -keep or None]:
        _remove(old)


def versions(home: Home) -> list[Path]:
    """The published versions that lie there, oldest first."""
    return sorted(p for p in home.published.glob("registry-*.duckdb") if not p.is_symlink())


def tidy(home: Home, *, current: str | None) -> None:
    """Clean up after a kill; under the home's lock only. ``current``: file name of the version last committed.

    Half-built files, stray logs and versions that were never committed go; a committed version that was not
    linked yet is linked.
    """
    for stray in [*home.published.glob(".registry*"), *home.published.glob("*.wal")]:
        stray.unlink(missing_ok=True)
    committed = home.published / current if current else None
    if committed is None or not committed.is_file():
        linked = home.registry.resolve().name if home.registry.is_symlink() else ""
        uncommitted = [p for p in versions(home) if p.name > linked]
    else:
        uncommitted = [p for p in versions(home) if p.name > committed.name]
        if not home.registry.is_symlink() or home.registry.resolve().name != committed.name:
            link_version(home, committed)
    for path in uncommitted:
        _remove(path)


def _compare(name: str, table: pa.Table, declared: Mapping[str, PublishedTable]) -> None:
    if name not in declared:
        raise ValueError(f"table {name} is not declared for this office: declare it, or leave it out")
    columns = {c.name for c in declared[name].columns}
    if set(table.column_names) != columns:
        odd = ", ".join(sorted(set(table.column_names) ^ columns))
        raise ValueError(f"table {name}: these columns are not declared, or lacking: {odd}")


def _write(
    path: Path,
    key: str | None,
    tables: Iterable[tuple[str, pa.Table]],
    declared: Mapping[str, PublishedTable],
) -> None:
    """An instance of its own: a transaction can write one attached database only."""
    con = instance(path.parent.parent / "work" / "spill", threads=1)  # one is enough beside the queries' own
    try:
        with _writing():
            attach(con, path, "published", key)
            con.execute("BEGIN")
            for table in declared.values():
                columns = ", ".join(f"{c.name} {c.type}" for c in table.columns)
                con.execute(f"CREATE TABLE {table.name} ({columns})")
                _comment(con, table)
        _insert_each(con, tables, declared)
        with _writing():
            con.execute("COMMIT")
            con.execute("CHECKPOINT")
    finally:
        con.close()
    if Path(f"{path}.wal").exists():
        raise HomeError(
            "the published file could not be completed: check the disk's free space, then run again"
        )


def _insert_each(
    con: duckdb.DuckDBPyConnection,
    tables: Iterable[tuple[str, pa.Table]],
    declared: Mapping[str, PublishedTable],
) -> None:
    """Insert the tables one after the other in a thread, while the caller's iterable goes on making them."""
    writing: list[Future[None]] = []
    with ThreadPoolExecutor(1) as writer:
        try:
            for name, source in tables:
                _compare(name, source, declared)
                writing.append(writer.submit(_insert, con, declared[name], source))
        except BaseException:
            writer.shutdown(cancel_futures=True)
            raise
        for written in writing:
            written.result()


def _insert(con: duckdb.DuckDBPyConnection, table: PublishedTable, source: pa.Table) -> None:
    names = ", ".join(c.name for c in table.columns)
    casts = ", ".join(f"CAST({c.name} AS {c.type})" for c in table.columns)
    with _writing():
        con.register("source", source)
        con.execute(f"INSERT INTO {table.name} ({names}) SELECT {casts} FROM source")
        con.unregister("source")


@contextmanager
def _writing() -> Iterator[None]:
    """DuckDB's errors on the file that is being written, as a plain line; those of the caller's iterable stay theirs."""
    try:
        yield
    except duckdb.Error:
        raise HomeError(
            "the published file could not be written: check the disk's free space, then run again"
        ) from None


def _comment(con: duckdb.DuckDBPyConnection, table: PublishedTable) -> None:
    con.execute(f"COMMENT ON TABLE {table.name} IS {quoted(table.comment)}")
    for column in table.columns:
        con.execute(f"COMMENT ON COLUMN {table.name}.{column.name} IS {quoted(column.comment)}")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    Path(f"{path}.wal").unlink(missing_ok=True)
