"""After a run in which something had to go: no file of the home keeps it, free blocks included.

Here: writing an encrypted database anew, older publications, exports, decisions that name what went, backup
generations, the list of deletions outside the backups. Not here: what has to go (`assets.store.forgetting`, the
stations), the copy itself (`assets.store.backup`).

A deleted row stays readable, with the key, in a DuckDB file's free blocks until they are used again. So the
file is written anew (COPY FROM DATABASE) and put in place of the old one. That something is due is kept in the
working database by the run that deleted; the new file no longer says so. Whatever is killed in between is done
again by the next run: every step may be repeated.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from assets.store.database import attach, instance, open_decisions
from assets.store.forgetting import (
    RECORD_KINDS,
    Deletions,
    deletions,
    digests,
    number_hashes,
    reapply,
    suppressed,
)
from assets.store.home import FILE_MODE, Home, HomeError, sync_folder, write_private
from assets.store.keys import KeyProblem, KeyRing, Purpose
from assets.store.publish import versions

DUE = "purge_due"
"""Setting of the working database: EVERYTHING, FILE or nothing."""
EVERYTHING, FILE = "everything", "file"
GENERATIONS = "backups"
DELETIONS_NAME = "forgotten.json"


def setting(con: duckdb.DuckDBPyConnection, name: str) -> str:
    """A value of the working database's table ``setting``; empty if there is none."""
    row = con.execute("SELECT value FROM setting WHERE name = $name", {"name": name}).fetchone()
    return str(row[0]) if row else ""


def rewrite(path: Path, key: str, spill: Path, *, statements: Sequence[str] = ()) -> None:
    """Put a freshly written copy in the place of an encrypted database that no connection has open.

    ``statements`` run on the copy before it is put in place. A kill leaves the old file or the new one, whole.
    """
    fresh = path.with_name(f".{path.name}.fresh")
    _remove(fresh)
    con = instance(spill)
    try:
        attach(con, path, "old", key)
        attach(con, fresh, "fresh", key)
        con.execute("COPY FROM DATABASE old TO fresh")
        for statement in statements:
            con.execute(statement)
        con.execute("CHECKPOINT fresh")
        con.execute("CHECKPOINT old")
    except duckdb.Error:
        raise HomeError(
            f"{path.name} could not be written anew: make room on the disk, then run again"
        ) from None
    finally:
        con.close()
    if any(
        Path(f"{p}.wal").exists() for p in (path, fresh)
    ):  # a log left beside it would be replayed into it
        raise HomeError(f"{path.name} could not be written anew: make room on the disk, then run again")
    flush(fresh)
    fresh.replace(path)
    sync_folder(path.parent)


def flush(path: Path) -> None:
    """Make a finished file durable, mode 0600."""
    path.chmod(FILE_MODE)
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def finish(
    home: Home, keys: KeyRing, *, due: str, words: set[str] | None, today: date, keep_days: int
) -> list[str]:
    """Do what the last committed run left due; plain lines for the steward. The home is locked, no database open.

    ``words``: numbers and case ids that went, None if a killed run has taken them along: then every export goes.
    ``keep_days``: older backup generations end.
    """
    notes: list[str] = []
    if due == EVERYTHING:
        for old in versions(home)[:-1]:
            _remove(old)
        notes += _purge_exports(home, words)
        with _opened(home.working_db, keys.database_key(Purpose.WORKING_DB), home.spill) as con:
            listed, paths = deletions(con), generations(con)
            applied = int(setting(con, "decisions_applied") or 0)
            sealed = suppressed(con)
        keep_deletions(home, listed, paths)
        _purge_decisions(home, keys, listed, sealed, applied)
        notes += _purge_backups(home, keys, listed, paths, today, keep_days)
    key = keys.database_key(Purpose.WORKING_DB)
    rewrite(home.working_db, key, home.spill, statements=[f"DELETE FROM setting WHERE name = '{DUE}'"])
    return notes


@contextmanager
def _opened(path: Path, key: str, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An encrypted database as default of a connection of its own, not migrated."""
    con = instance(spill, memory_limit="1GB")
    try:
        attach(con, path, "opened", key)
        yield con
    finally:
        con.close()


# -- the list of deletions ------------------------------------------------------------------------------
def generations(con: duckdb.DuckDBPyConnection) -> list[Path]:
    """Where this home's backups were written that may still lie there."""
    return [Path(path) for path in json.loads(setting(con, GENERATIONS) or "[]")]


def beside(backup: Path) -> Path:
    """The list of deletions that goes with a backup, lying beside it."""
    return backup.with_name(f"{backup.name}.{DELETIONS_NAME}")


def keep_deletions(
    home: Home, listed: Deletions, backups: Sequence[Path], *, new: Path | None = None
) -> None:
    """Write the list outside the databases: into the home, and beside every backup that can be reached.

    ``new``: a backup that is being written.
    """
    text = listed.dump()
    reached = [beside(b) for b in backups if b.is_file() or b == new]
    for path in (home.audit / DELETIONS_NAME, *reached):
        with suppress(
            OSError
        ):  # a backup disk that is full or read-only now; the home's own list is complete
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                write_private(path, text.encode())


# -- exports --------------------------------------------------------------------------------------------
def _purge_exports(home: Home, words: set[str] | None) -> list[str]:
    """Delete exports that list what went; all of them if it is not known what went or a file cannot be read."""
    went = 0
    for path in sorted(home.exports.iterdir()):
        if path.is_file() and (words is None or _lists(path, words)):
            path.unlink()
            went += 1
    if not went:
        return []
    return [
        f"清单已删除，内含已须删除的编号 {went} exports that listed what had to go were deleted: pull them again"
    ]


def _lists(path: Path, words: set[str]) -> bool:
    """Whether a file of any form that we export holds one of the words."""
    if not words:
        return False
    parts = [path.read_bytes()]
    if parts[0][:4] == b"PK\x03\x04":
        try:
            with zipfile.ZipFile(path) as archive:
                parts = [archive.read(name) for name in archive.namelist()]
        except (zipfile.BadZipFile, OSError, RuntimeError):
            return True
    needles = sorted({form for w in words for form in (w, _escaped(w), json.dumps(w)[1:-1])})
    text = pl.Series([part.decode("utf-8", "replace") for part in parts], dtype=pl.String)
    return bool(text.str.contains_any(needles).any())


def _escaped(word: str) -> str:
    return word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# -- decisions ------------------------------------------------------------------------------------------
def names_gone(
    rows: pl.DataFrame, keys: KeyRing, listed: Deletions, sealed: Sequence[str], applied: int
) -> pl.Series:
    """Which decisions name a record that went, as a Boolean series; one that no run has applied yet is left."""
    gone = [
        digest for kind, digest, _ in listed.forgotten if kind in RECORD_KINDS and kind != "consent_identity"
    ]
    hit = pl.repeat(False, rows.height, eager=True)
    for feed, record in (("a_feed", "a_record"), ("b_feed", "b_record")):
        for kind in ("ended_request", "ended_consent"):
            hit = hit | digests(keys, kind, rows[feed], rows[record]).is_in(gone)
        for what in ("notice", "enrolment"):
            hit = hit | number_hashes(keys, rows[record], what).is_in(list(sealed)).fill_null(False)
    hit = (
        hit | (rows["kind"] == "resolve") & rows["a_record"].is_not_null()
    )  # the answer is in the case log by now
    return hit & (rows["seq"] <= applied)


def _purge_decisions(
    home: Home, keys: KeyRing, listed: Deletions, sealed: Sequence[str], applied: int
) -> None:
    """Take the record numbers out of decisions about what went; that something was decided, and why, stays."""
    if not home.decisions_db.exists():
        return
    with open_decisions(home, keys) as con:
        rows = con.sql("SELECT * FROM decision ORDER BY seq").pl()
        hit = rows.filter(names_gone(rows, keys, listed, sealed, applied))["seq"].to_list()
        con.execute(
            """UPDATE decision SET a_record = NULL, b_record = NULL WHERE seq IN (SELECT unnest($hit::BIGINT[]))
                 AND (a_record IS NOT NULL OR b_record IS NOT NULL)""",
            {"hit": hit},
        )
    if hit:
        rewrite(home.decisions_db, keys.database_key(Purpose.DECISIONS_DB), home.spill)


# -- backup generations ---------------------------------------------------------------------------------
def _purge_backups(
    home: Home, keys: KeyRing, listed: Deletions, paths: Sequence[Path], today: date, keep_days: int
) -> list[str]:
    """Let every backup that can be reached forget too; those past their time end. Notes name those out of reach."""
    away = 0
    for path in paths:
        try:
            if path.is_file():
                _purge_backup(path, home, keys, listed, today, keep_days)
            else:
                away += 1
        except KeyProblem:
            continue  # another file has that name now
        except (HomeError, OSError):
            away += 1
    if not away:
        return []
    return [
        f"{away} 份备份此刻无法清理 backups could not be reached: restore honours the list of deletions, and refuses old ones"
    ]


def _purge_backup(
    path: Path, home: Home, keys: KeyRing, listed: Deletions, today: date, keep_days: int
) -> None:
    key = keys.database_key(Purpose.BACKUP)
    with _opened(path, key, home.spill) as con:
        made_on, run_id = con.execute("SELECT made_on, run_id FROM backup.about").fetchall()[0]
        ended = (today - made_on).days > keep_days
        went = set() if ended else forget_in_backup(con, keys, listed, after_run=int(run_id))
    if ended:
        _remove(path)
        _remove(beside(path))
    elif went:
        rewrite(path, key, home.spill)


def forget_in_backup(
    con: duckdb.DuckDBPyConnection, keys: KeyRing, listed: Deletions, *, after_run: int
) -> set[str]:
    """Apply later deletions to a backup that is the default database: its records and its decisions."""
    words = reapply(con, keys, listed, after_run=after_run)
    applied = int(setting(con, "decisions_applied") or 0)
    rows = con.sql("SELECT * FROM backup.decision ORDER BY seq").pl()
    hit = rows.filter(
        names_gone(rows, keys, listed, suppressed(con), applied) & rows["a_record"].is_not_null()
    )["seq"].to_list()
    if hit:
        con.execute(
            "UPDATE backup.decision SET a_record = NULL, b_record = NULL WHERE seq IN (SELECT unnest($hit::BIGINT[]))",
            {"hit": hit},
        )
        words.add("")
    return words


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    Path(f"{path}.wal").unlink(missing_ok=True)
