"""A home's backup: one encrypted file, and a new home made from it.

Here: writing it, and restoring it with what was deleted since. Not here: how later deletions reach a backup that
lies there (`assets.store.purge`).

A backup is a DuckDB file under a key derived for backups from the home's master key, which is not in it: keep
that key elsewhere. It holds the working database as the last finished run left it, and in the schema `backup`
the decisions, the audit chain and the settings. It is written under the home's lock, between two runs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import duckdb

from assets.store import purge
from assets.store.database import attach, instance, quoted
from assets.store.decisions import read_decisions
from assets.store.forgetting import Deletions, deletions, parse_deletions
from assets.store.home import Home, HomeBusy, HomeError, write_private
from assets.store.keys import KeyProblem, KeyRing, Purpose, load_keys, master_for
from assets.store.schema import DECISION_TABLE_SQL, migrate
from quality.profiles import DEFAULT, load_profile
from sources.offices import OFFICES

WAIT_SECONDS = 900.0
SEQUENCE_GAP = 1000
"""A restored home numbers its mail on from here, so that no number is used twice and taken for a replay."""
_ABOUT = """
CREATE SCHEMA backup;
CREATE TABLE backup.about (office VARCHAR, made_on DATE, as_of DATE, run_id INTEGER, program VARCHAR, home VARCHAR);
CREATE TABLE backup.file (name VARCHAR, content BLOB);
"""
_FILES = ("office.toml", "refused_columns.toml", "keys/office.pub", "audit/head.json")


@dataclass(frozen=True)
class Made:
    """A backup: the day its data are as of and the day it was made, which its end is counted from."""

    path: Path
    office: str
    as_of: date
    made_on: date
    run_id: int


def backup(home: Home, keys: KeyRing, target: Path, *, today: date, wait: float = WAIT_SECONDS) -> Made:
    """Write the home as its last finished run left it to ``target``, mode 0600; waits for a run that goes on.

    HomeBusy if that run does not end in ``wait`` seconds. HomeError: nothing was run yet, or ``target`` is no
    possible place. An older backup of this home under that name is replaced once the new one is whole.
    """
    target = target.absolute()
    _placeable(target, keys)
    part = target.with_name(f".{target.name}.part")
    with _lock(home, wait):
        if not home.working_db.exists():
            raise HomeError("nothing was run in this home yet: use `registry run` first")
        _remove(part)
        try:
            made = _write(home, keys, part, target, today)
            purge.flush(part)
            part.replace(target)
        except duckdb.Error:
            raise HomeError(
                "the backup could not be written: make room on its disk, then try again"
            ) from None
        finally:
            _remove(part)
    return made


@contextmanager
def _lock(home: Home, wait: float) -> Iterator[None]:
    """The home's lock, as soon as a run that goes on has ended."""
    deadline = time.monotonic() + wait
    while True:
        try:
            with home.lock():
                yield
                return
        except HomeBusy:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.2)


def _placeable(target: Path, keys: KeyRing) -> None:
    if not target.parent.is_dir():
        raise HomeError(f"folder {target.parent} does not exist: name a file in an existing folder")
    if target.exists():
        con = instance(None, memory_limit="256MB")
        try:
            attach(con, target, "kept", keys.database_key(Purpose.BACKUP), read_only=True)
        except HomeError:
            raise HomeError(
                f"{target.name} exists and is no backup of this home: name another file"
            ) from None
        finally:
            con.close()


def _write(home: Home, keys: KeyRing, part: Path, target: Path, today: date) -> Made:
    con = instance(home.spill)
    try:
        attach(con, home.working_db, "working", keys.database_key(Purpose.WORKING_DB))
        last = con.execute("SELECT max(run_id), max(as_of) FROM run").fetchone()
        if last is None or last[0] is None:
            raise HomeError("nothing was run in this home yet: use `registry run` first")
        made = Made(target, home.office, last[1], max(today, last[1]), int(last[0]))
        _remember(con, target)
        purge.keep_deletions(home, deletions(con), purge.generations(con), new=target)
        attach(con, part, "kept", keys.database_key(Purpose.BACKUP))
        con.execute("COPY FROM DATABASE working TO kept")
        con.execute(_ABOUT)
        con.execute(
            "INSERT INTO backup.about VALUES (?, ?, ?, ?, ?, ?)",
            [
                made.office,
                made.made_on,
                made.as_of,
                made.run_id,
                version("registry-pipelines"),
                str(home.path),
            ],
        )
        con.executemany("INSERT INTO backup.file VALUES (?, ?)", [[n, c] for n, c in _files(home)])
        _keep_decisions(con, home, keys)
        con.execute("CHECKPOINT kept")
    finally:
        con.close()
    if Path(f"{part}.wal").exists():
        raise HomeError("the backup could not be written: make room on its disk, then try again")
    return made


def _remember(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Where the backup lies, so that a later purge finds it."""
    held = sorted({str(p) for p in purge.generations(con) if p.is_file()} | {str(target)})
    con.execute("BEGIN")
    con.execute("DELETE FROM setting WHERE name = $name", {"name": purge.GENERATIONS})
    con.execute(
        "INSERT INTO setting VALUES ($name, $paths)", {"name": purge.GENERATIONS, "paths": json.dumps(held)}
    )
    con.execute("COMMIT")


def _keep_decisions(con: duckdb.DuckDBPyConnection, home: Home, keys: KeyRing) -> None:
    con.execute(DECISION_TABLE_SQL.replace("decision (", "backup.decision ("))
    if home.decisions_db.exists():
        con.register("decided", read_decisions(home, keys).to_arrow())
        con.execute("INSERT INTO backup.decision SELECT * FROM decided")
        con.unregister("decided")


def _files(home: Home) -> Iterator[tuple[str, bytes]]:
    """Settings, public keys and the audit chain, whose lines after the head that was read are left out."""
    held = {name: (home.path / name).read_bytes() for name in _FILES if (home.path / name).is_file()}
    yield from held.items()
    chain = home.audit / "pulls.jsonl"
    if "audit/head.json" in held and chain.is_file():
        lines = chain.read_bytes().splitlines(keepends=True)
        yield "audit/pulls.jsonl", b"".join(lines[: int(json.loads(held["audit/head.json"])["n"])])


# -- restoring ------------------------------------------------------------------------------------------
def restore(
    file: Path, target: Path, *, today: date, listed: Path | None = None, without_list: bool = False
) -> tuple[Home, Made, int]:
    """Make the home at ``target`` from a backup; the home, the backup, and how many numbers were deleted again.

    The key comes from the environment or from ``target``/keys/master.key. ``listed``: the list of deletions made
    since (`audit/forgotten.json` of the home it is a backup of, or the file beside the backup); found by itself
    where they still lie. HomeError: ``target`` is no empty home, the backup is older than superseded versions may
    be kept, or that list is lacking. KeyProblem: not this key. The next run publishes.
    """
    if not file.is_file():
        raise HomeError(f"there is no backup {file}: name the file that `registry backup` wrote")
    if (target / "work" / "working.duckdb").exists():
        raise HomeError(f"{target} holds a home already: name a new or empty folder with --home")
    master = master_for(target)
    con, office = _opened(file, master)
    try:
        made, old_home = _about(con, file)
        later = _later(con, made, file, listed, Path(old_home), without_list)
        files = dict(con.execute("SELECT name, content FROM backup.file").fetchall())
        _in_time(made, files, today)
        home = Home.open(target, office)
        for name in ("office.toml", "refused_columns.toml"):
            if name in files:
                write_private(home.path / name, files[name])
        home = Home.open(target)
        keys = load_keys(home)
        went = _fill(con, home, keys, later, made)
    finally:
        con.close()
    for name in ("audit/pulls.jsonl", "audit/head.json"):
        if name in files:
            write_private(home.path / name, files[name])
    _finish(home, keys)
    purge.keep_deletions(home, later, [])
    return home, made, went


def _opened(file: Path, master: bytes) -> tuple[duckdb.DuckDBPyConnection, str]:
    """The backup as default database, read-only, and the office whose key opens it."""
    for office in OFFICES:
        con = instance(None)
        try:
            key = KeyRing(master, office).database_key(Purpose.BACKUP)
            attach(con, file, "kept", key, read_only=True)
            con.execute("FROM kept.backup.about")
            return con, office
        except KeyProblem:
            con.close()
        except (HomeError, duckdb.Error):
            con.close()
            raise HomeError(f"{file.name} is no backup or is damaged: take another generation") from None
    raise KeyProblem(
        f"{file.name} was written with another key: set $REGISTRY_KEY_FILE, or put master.key into keys/ of the new home"
    )


def _about(con: duckdb.DuckDBPyConnection, file: Path) -> tuple[Made, str]:
    office, made_on, as_of, run_id, home = con.execute(
        "SELECT office, made_on, as_of, run_id, home FROM backup.about"
    ).fetchall()[0]
    return Made(file, office, as_of, made_on, int(run_id)), str(home)


def _in_time(made: Made, files: dict[str, bytes], today: date) -> None:
    from assets.store.settings import parse_settings

    settings = parse_settings(files["office.toml"].decode())
    days = load_profile(settings.profile or DEFAULT).superseded_days
    if (today - made.made_on).days > days:
        raise HomeError(
            f"this backup was made on {made.made_on} and holds what may be kept for {days} days only: take a newer one"
        )


def _later(
    con: duckdb.DuckDBPyConnection, made: Made, file: Path, given: Path | None, old_home: Path, without: bool
) -> Deletions:
    """What was deleted since the backup was made: as told, else the longer of the lists that still lie there."""
    own = deletions(con)
    if without:
        return own
    places = (
        [given]
        if given
        else [old_home / "audit" / purge.DELETIONS_NAME, purge.beside(file), purge.beside(made.path)]
    )
    found: list[Deletions] = []
    for place in places:
        try:
            found.append(parse_deletions(place.read_text(encoding="utf-8")))
        except FileNotFoundError:
            continue
        except (OSError, ValueError):
            raise HomeError(f"{place.name} is no list of deletions: name it with --deletions") from None
    if not found:
        raise HomeError(
            f"what was deleted since {made.made_on} is not known: give --deletions with the old home's "
            f"audit/{purge.DELETIONS_NAME} or the file beside the backup; --without-deletions if both are lost"
        )
    return max(found, key=lambda d: (max((run for _, _, run in d.forgotten), default=0), len(d.sealed)))


def _fill(con: duckdb.DuckDBPyConnection, home: Home, keys: KeyRing, later: Deletions, made: Made) -> int:
    """The backup, with later deletions applied, beside the place of the working database; how many went."""
    part = home.work / ".restored.duckdb"
    _remove(part)
    home.spill.mkdir(mode=0o700, exist_ok=True)
    con.execute(f"SET temp_directory = {quoted(home.spill)}")
    attach(con, part, "restored", keys.database_key(Purpose.WORKING_DB))
    con.execute("COPY FROM DATABASE kept TO restored")
    migrate(con, home.office)
    went = purge.forget_in_backup(con, keys, later, after_run=made.run_id) - {""}
    names = ("published_version", "last_day", "last_program", purge.DUE, purge.GENERATIONS)
    con.execute("DELETE FROM setting WHERE list_contains($names, name)", {"names": list(names)})
    con.execute(
        """INSERT INTO mail_out SELECT 'restored', peer, max(sequence) + $gap, max(mail_day), max(kind), '', max(run_id)
           FROM mail_out GROUP BY peer""",
        {"gap": SEQUENCE_GAP},
    )
    _restore_decisions(con, home, keys)
    con.execute("DROP SCHEMA restored.backup CASCADE")
    return len(went)


def _restore_decisions(con: duckdb.DuckDBPyConnection, home: Home, keys: KeyRing) -> None:
    held = con.sql("SELECT * FROM backup.decision ORDER BY seq").to_arrow_table()
    if held.num_rows:
        part = home.work / ".decisions.part"
        _remove(part)
        with_decisions = instance(None, memory_limit="256MB")
        try:
            attach(with_decisions, part, "decisions", keys.database_key(Purpose.DECISIONS_DB))
            with_decisions.execute(DECISION_TABLE_SQL)
            with_decisions.register("held", held)
            with_decisions.execute("INSERT INTO decision SELECT * FROM held")
        finally:
            with_decisions.close()
        purge.flush(part)
        part.replace(home.decisions_db)


def _finish(home: Home, keys: KeyRing) -> None:
    """Write the restored database anew, so that nothing that went is in its free blocks, and put it in place."""
    part = home.work / ".restored.duckdb"
    purge.rewrite(part, keys.database_key(Purpose.WORKING_DB), home.spill)
    part.replace(home.working_db)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    Path(f"{path}.wal").unlink(missing_ok=True)
