"""Looking for needles in files: as they lie, and inside gzip, zip, SQLite, Parquet and plain DuckDB files."""

from __future__ import annotations

import gzip
import io
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
import polars as pl


def _sqlite(path: Path) -> Iterator[bytes]:
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as con:
        con.text_factory = bytes
        for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in con.execute(f'SELECT * FROM "{name.decode()}"'):
                yield b"\x1f".join(v if isinstance(v, bytes) else str(v).encode() for v in row)


def _duckdb(path: Path) -> Iterator[bytes]:
    """The values of a DuckDB file that opens without a key; nothing of one that does not."""
    with duckdb.connect() as con:
        try:
            con.execute(f"ATTACH '{path}' AS looked_at (READ_ONLY)")
        except duckdb.Error:
            return
        for (name,) in con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'looked_at'"
        ).fetchall():
            yield con.sql(f"SELECT * FROM looked_at.main.{name}").pl().write_csv().encode()


def _inside(path: Path, content: bytes) -> Iterator[bytes]:
    if content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)
    elif content[:16] == b"SQLite format 3\x00":
        yield from _sqlite(path)
    elif content[:4] == b"PAR1":
        yield pl.read_parquet(io.BytesIO(content)).write_csv().encode()
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    elif content[8:12] == b"DUCK":
        yield from _duckdb(path)


def readable(root: Path) -> Iterator[tuple[Path, bytes]]:
    """(file, bytes) of everything under ``root`` that can be read without a key; the file's name among it."""
    for path in sorted(root.rglob("*")):
        yield path, path.name.encode()
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            yield path, content
            for part in _inside(path, content):
                yield path, part


def encodings(needle: str) -> list[bytes]:
    """A needle in the encodings in which an office's file, a log or a database may have it."""
    escaped = needle.encode("ascii", "backslashreplace")
    return list({needle.encode(), needle.encode("gb18030"), needle.encode("utf-16-le"), escaped})


def found_in(haystack: Iterable[bytes], needles: Sequence[str]) -> list[int]:
    """Positions (never values) of the needles that occur; Latin letters in any case."""
    forms = [(i, form.decode("latin-1")) for i, needle in enumerate(needles) for form in encodings(needle)]
    text = pl.Series([part.decode("latin-1") for part in haystack], dtype=pl.String)
    seen = (
        text.str.extract_many([f for _, f in forms], ascii_case_insensitive=True)
        .explode()
        .drop_nulls()
        .unique()
    )
    lower = {s.lower() for s in seen.to_list()}
    return sorted({i for i, form in forms if form.lower() in lower})


def leaks(root: Path, needles: Sequence[str]) -> list[str]:
    """``FILE: HOW MANY`` for every file under ``root`` in which any needle can be read."""
    found = []
    for path, content in readable(root):
        hits = found_in([content], needles)
        if hits:
            found.append(f"{path.relative_to(root)}: {len(hits)}")
    return found
