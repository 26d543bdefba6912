"""Looking for needles in every file of a home, with its key: databases, publications, backups, exports, logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from assets.store.database import attach, instance
from assets.store.home import Home, HomeError, forget_opened_home
from assets.store.keys import KeyRing, Purpose, load_keys
from tests.principles.search import found_in, readable

DATABASES = (Purpose.WORKING_DB, Purpose.DECISIONS_DB, Purpose.PUBLISHED_DB, Purpose.BACKUP)


def keys_of(home: Path) -> KeyRing:
    """The keys of a home, whichever was open before."""
    forget_opened_home()
    return load_keys(Home.open(home), {})


def rows_of(path: Path, keys: KeyRing) -> dict[str, list[tuple[object, ...]]]:
    """Every table of one encrypted database, by schema.table; KeyError if none of the home's keys opens it."""
    for purpose in DATABASES:
        con = instance(None, memory_limit="500MB")
        try:
            attach(con, path, "looked_at", keys.database_key(purpose), read_only=True)
            names = con.execute(
                "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'looked_at'"
            ).fetchall()
            return {
                f"{schema}.{name}": con.execute(f'SELECT * FROM looked_at."{schema}"."{name}"').fetchall()
                for schema, name in names
            }
        except HomeError:
            continue
        finally:
            con.close()
    raise KeyError(f"{path.name} opens with none of the home's keys")


def with_key(root: Path, keys: KeyRing) -> Iterator[tuple[str, bytes]]:
    """(file, bytes) of all that can be read under ``root``: as it lies, inside containers, and with the key."""
    for path, content in readable(root):
        yield str(path.relative_to(root)), content
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.read_bytes()[8:12] == b"DUCK":
            for table, rows in rows_of(path, keys).items():
                yield f"{path.relative_to(root)}:{table}", repr(rows).encode()


def places(root: Path, keys: KeyRing, needles: Sequence[str]) -> set[str]:
    """Where any needle can be read."""
    return {where for where, content in with_key(root, keys) if found_in([content], needles)}
