"""Building a published version beside the old ones, and putting it in place.

Here: Arrow tables to a finished, commented, flushed file under a name of its own; the symlink; what a kill
leaves behind. Not here: what may be in it (`assets.store.published`), whether it is (`assets.store.published_check`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
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
_LARGE = 100_000
"""Rows of a table that is settled in the file as soon as it is written, while others are still being made."""
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,59}")


class Publication:
    """A version that is being built, beside the old ones: `published/registry-VERSION.duckdb`, encrypted.

    Tables are written by a thread of its own in the order in which they are given, while the caller goes on. Versions
    sort by name in the order they are made and are never used twice. End it with `complete` or `discard`.
    """

    def __init__(self, home: Home, keys: KeyRing, version: str) -> None:
        if not _VERSION.fullmatch(version):
            raise ValueError("a version's name is letters, digits and dashes")
        self._declared = published_tables(home.office)
        self._folder = home.published
        self._final = home.published / f"registry-{version}.duckdb"
        self._part = home.published / f".registry-{version}.part"
        if self._final.exists():
            raise HomeError(f"published version {version} exists already: run again")
        _remove(self._part)
        self._writer = ThreadPoolExecutor(1)
        key = published_key(home, keys)
        self._opened = self._writer.submit(_created, self._part, key, self._declared)
        self._writing: list[Future[None]] = []
        self.rows: dict[str, int] = {}
        """How many rows each table has that was given so far."""

    def write(self, name: str, table: pa.Table) -> None:
        """Have a table written: the declared columns in any order. ValueError if table or columns are not as declared
        for this office."""
        _compare(name, table, self._declared)
        self.rows[name] = table.num_rows
        self._writing.append(self._writer.submit(_insert, self._opened, self._declared[name], table))

    def complete(self) -> Path:
        """The finished, flushed file, not linked yet; a declared table that was not given is empty."""
        for written in self._writing:
            written.result()
        self._writer.submit(_finish, self._opened).result()
        if Path(f"{self._part}.wal").exists():
            raise HomeError(
                "the published file could not be completed: check the disk's free space, then run again"
            )
        self._part.chmod(FILE_MODE)
        _flush(self._part)
        self._part.replace(self._final)
        sync_folder(self._folder)
        self._writer.shutdown()
        return self._final

    def discard(self) -> None:
        """Leave nothing of it behind, whatever it failed of."""
        for waiting in self._writing:
            waiting.cancel()
        self._writer.submit(_close, self._opened).result()
        self._writer.shutdown()
        _remove(self._part)


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


def _created(
    path: Path, key: str | None, declared: Mapping[str, PublishedTable]
) -> duckdb.DuckDBPyConnection:
    """The file with its empty tables, in an instance of its own: a transaction can write one attached database only.
    One thread is enough beside the queries' own."""
    con = instance(path.parent.parent / "work" / "spill", threads=1)
    try:
        with _writing():
            attach(con, path, "published", key)
            con.execute("BEGIN")
            for table in declared.values():
                columns = ", ".join(f"{c.name} {c.type}" for c in table.columns)
                con.execute(f"CREATE TABLE {table.name} ({columns})")
                _comment(con, table)
    except BaseException:
        con.close()
        raise
    return con


def _insert(opened: Future[duckdb.DuckDBPyConnection], table: PublishedTable, source: pa.Table) -> None:
    names = ", ".join(c.name for c in table.columns)
    casts = ", ".join(f"CAST({c.name} AS {c.type})" for c in table.columns)
    con = opened.result()
    with _writing():
        con.register("source", source)
        con.execute(f"INSERT INTO {table.name} ({names}) SELECT {casts} FROM source")
        con.unregister("source")
        if source.num_rows >= _LARGE:
            _settle(con)
            con.execute("BEGIN")


def _settle(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("COMMIT")
    con.execute("CHECKPOINT")


def _finish(opened: Future[duckdb.DuckDBPyConnection]) -> None:
    with closing(opened.result()) as con, _writing():
        _settle(con)


def _close(opened: Future[duckdb.DuckDBPyConnection]) -> None:
    if opened.exception() is None:
        opened.result().close()


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
