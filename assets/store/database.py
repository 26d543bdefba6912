"""The encrypted databases of a home, opened and always closed.

Here: DuckDB instances with encryption, spill files encrypted too, no extension from the network; the
context managers for the working and the decisions database; clear errors. Not here: tables
(`assets.store.schema`), the published file (`assets.store.publish`, `assets.store.reading`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import duckdb_extension_httpfs

from assets.store.home import Home, HomeBusy, HomeError, file_lock
from assets.store.keys import KeyProblem, KeyRing, Purpose

MEMORY_LIMIT = "2GB"
_DECISIONS_WAIT_SECONDS = 10.0


def crypto_extension() -> Path:
    """DuckDB's own signed httpfs extension from its wheel: OpenSSL, without which DuckDB writes no encrypted file."""
    root = Path(str(duckdb_extension_httpfs.__file__)).parent
    return root / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"


def instance(
    spill: Path | None, *, memory_limit: str = MEMORY_LIMIT, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """A fresh in-memory DuckDB that can attach encrypted files.

    Spill files go to ``spill`` (None: no spilling) and are encrypted; extensions are never fetched.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_file_encryption": "true",
        "temp_directory": "" if spill is None else str(spill),
        "memory_limit": memory_limit,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
    }
    if threads is not None:
        config["threads"] = str(threads)
    con = duckdb.connect(":memory:", config=config)
    try:
        con.execute(f"LOAD {quoted(crypto_extension())}")
    except duckdb.Error:
        con.close()
        raise HomeError(
            "DuckDB's encryption is not installed in the version of DuckDB: install the locked requirements again"
        ) from None
    return con


def attach(
    con: duckdb.DuckDBPyConnection, path: Path, alias: str, key: str | None, *, read_only: bool = False
) -> None:
    """Attach the file at ``path`` as ``alias`` and make it the default database.

    The key never appears in an error. HomeBusy if another process writes it, KeyProblem if the key is another
    one, HomeError if it is damaged or missing.
    """
    options = ([f"ENCRYPTION_KEY '{key}'"] if key is not None else []) + (["READ_ONLY"] if read_only else [])
    clause = f" ({', '.join(options)})" if options else ""
    try:
        con.execute(f"ATTACH {quoted(path)} AS {alias}{clause}")
    except duckdb.Error as error:
        raise explain(error, path) from None
    con.execute(f"USE {alias}")


def explain(error: duckdb.Error, path: Path) -> HomeError:
    """DuckDB's error on opening a file as one plain line with the remedy, without the statement it came from."""
    text = str(error)
    if "Could not set lock" in text or "already attached" in text:
        return HomeBusy(f"{path.name} is in use: wait until the other process has ended, then try again")
    if "encryption key" in text or "without a key" in text:
        return KeyProblem(
            f"{path.name} was written with another key: set $REGISTRY_KEY or put keys/master.key back"
        )
    if "does not exist" in text or "No such file" in text:
        return HomeError(f"{path.name} is missing in its home: run `registry run` first, or restore a backup")
    return HomeError(
        f"{path.name} cannot be opened: check its mode and the disk; if it is damaged, restore a backup"
    )


def quoted(value: Path | str) -> str:
    """An SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"


@contextmanager
def open_working(
    home: Home,
    keys: KeyRing,
    *,
    read_only: bool = False,
    memory_limit: str = MEMORY_LIMIT,
    threads: int | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The working database as default of a connection of its own; migrated when opened for writing.

    Transactions are the caller's. Closed (and checkpointed) whatever happens.
    """
    from assets.store.schema import create_current_views, migrate  # here: reading commands do without

    home.spill.mkdir(mode=0o700, exist_ok=True)
    con = instance(home.spill, memory_limit=memory_limit, threads=threads)
    try:
        attach(con, home.working_db, "working", keys.database_key(Purpose.WORKING_DB), read_only=read_only)
        if not read_only:
            migrate(con, home.office)
            create_current_views(con, home.office)
        yield con
    finally:
        con.close()


@contextmanager
def open_decisions(home: Home, keys: KeyRing) -> Iterator[duckdb.DuckDBPyConnection]:
    """The decisions database. A clerk's command and a run share it: waits up to ten seconds, then HomeBusy."""
    from assets.store.schema import DECISION_TABLE_SQL

    with _wait_for(home.work / ".decisions.lock"):
        con = instance(None, memory_limit="256MB", threads=1)
        try:
            attach(con, home.decisions_db, "decisions", keys.database_key(Purpose.DECISIONS_DB))
            con.execute(DECISION_TABLE_SQL)
            yield con
        finally:
            con.close()


@contextmanager
def _wait_for(path: Path) -> Iterator[None]:
    deadline = time.monotonic() + _DECISIONS_WAIT_SECONDS
    while True:
        with file_lock(path) as held:
            if held:
                yield
                return
        if time.monotonic() > deadline:
            raise HomeBusy("the decisions of this home are in use: wait a moment, then try again")
        time.sleep(0.05)
