"""Kill −9 at random moments of a run: nothing lost, nothing double, no torn publication.

12 moments in `make test`, 100 in `make soak` (REGISTRY_SOAK=100).
"""

from __future__ import annotations

import os
import random
import select
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from assets.store.database import attach, instance
from assets.store.home import Home, forget_opened_home
from assets.store.keys import KeyRing, Purpose, load_keys
from sources.county import write_county
from tests.robustness.looking import keys_of, rows_of

pytestmark = pytest.mark.slow

DAY = date(2026, 10, 31)
LATER = date(2026, 11, 30)
MOMENTS = int(os.environ.get("REGISTRY_SOAK", "12"))
KEY = "5a" * 32
UNLIKE = ("started_at", "finished_at", "loaded_at", "happened_at", "run_id", "code_version", "notes")
ROOT = Path(__file__).resolve().parents[2]


def _home(path: Path) -> Path:
    """An empty housing home with a fixed key, which writes mail to a residence home."""
    (path / "keys").mkdir(parents=True, mode=0o700)
    path.chmod(0o700)
    (path / "keys" / "master.key").write_text(KEY, encoding="utf-8")
    forget_opened_home()
    home = Home.open(path, "housing")
    load_keys(home, {})
    home.add_peer("statistics", KeyRing(b"s" * 32, "statistics").public)
    forget_opened_home()
    return path


def _started(home: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.robustness.driver", str(home), "housing"], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={k: v for k, v in os.environ.items() if not k.startswith("REGISTRY_")},
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


@contextmanager
def driven(home: Path) -> Iterator[subprocess.Popen[str]]:
    process = _started(home)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def told(process: subprocess.Popen[str], day: date) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{day} -\n")
    process.stdin.flush()


def answered(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def published(home: Path) -> dict[str, list[dict[str, object]]]:
    """The published tables, without what is about the runs themselves; {} before the first publication."""
    link = home / "published" / "registry.duckdb"
    if not link.is_symlink():
        return {}
    con = instance(None, memory_limit="500MB")
    try:
        attach(con, link.resolve(), "p", keys_of(home).database_key(Purpose.PUBLISHED_DB), read_only=True)
        found = {}
        for (table,) in con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'p'"
        ).fetchall():
            if table != "run":
                frame = con.sql(f"SELECT * FROM p.main.{table}").pl()
                frame = frame.drop([c for c in UNLIKE if c in frame.columns])
                found[table] = sorted(frame.to_dicts(), key=repr)
        return found
    finally:
        con.close()


def sound(tables: dict[str, list[dict[str, object]]]) -> None:
    """Across the tables of one publication: cases rest on records, events on cases, keys resolve, counts add up."""
    records = {(r["feed"], r["record_id"]) for r in tables["record"]}
    dwellings = {r["dwelling_key"] for r in tables["dwelling"]}
    cases = {r["exception_id"] for r in tables["exception"]}
    assert len(records) == len(tables["record"])
    assert len(cases) == len(tables["exception"])
    assert all((c["feed"], c["record_id"]) in records for c in tables["exception"] if c["record_id"])
    assert {r["dwelling_key"] for r in tables["record"] if r["dwelling_key"]} <= dwellings
    assert {e["exception_id"] for e in tables["exception_event"]} == cases
    for row in tables["delivery"]:
        if row["outcome"] == "loaded" and row["rows"] is not None:
            parts = [int(str(row[c])) for c in ("accepted", "rejected", "unchanged", "superseded")]
            assert row["rows"] == sum(parts)


@dataclass(frozen=True)
class Course:
    """What one run does, undisturbed: the home before it, files, what is published after, what is left lying."""

    before: Path
    day: date
    files: list[Path]
    after: dict[str, list[dict[str, object]]]
    earlier: dict[str, list[dict[str, object]]]
    records: list[tuple[object, ...]]
    lying: list[list[str]]
    seconds: float


def deliver(home: Path, files: list[Path]) -> None:
    for path in files:
        shutil.copy(path, home / "inbox" / path.name)


def records(home: Path) -> list[tuple[object, ...]]:
    """Records of the working database without their surrogates, and how often each was seen."""
    tables = rows_of(home / "work" / "working.duckdb", keys_of(home))
    seen = Counter(row[0] for row in tables["main.sighting"])
    return sorted((*row[1:], seen[row[0]]) for row in tables["main.record"])


def lying(home: Path) -> list[list[str]]:
    """Names of what lies in the inbox and the outbox."""
    return [sorted(p.name for p in (home / folder).iterdir()) for folder in ("inbox", "outbox")]


def undisturbed(before: Path, day: date, files: list[Path]) -> Course:
    home = before.with_name(f"{before.name}-undisturbed")
    shutil.copytree(before, home, symlinks=True)
    deliver(home, files)
    earlier = published(home)
    with driven(home) as process:
        told(process, day)
        answered(process)
        told(process, day)
        answered(process)
    slow = before.with_name(f"{before.name}-timed")
    shutil.copytree(before, slow, symlinks=True)
    deliver(slow, files)
    with driven(slow) as process:  # timed in a fresh process, as those that are killed are
        began = time.monotonic()
        told(process, day)
        assert answered(process) == "done True"
        seconds = time.monotonic() - began
    after = published(home)
    sound(after)
    return Course(before, day, files, after, earlier, records(home), lying(home), seconds)


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory) -> list[Course]:
    """A first load, and a later month's full and delta files on a home that has data."""
    root = tmp_path_factory.mktemp("kill")
    write_county(root / "county", persons=300, seed=3, as_of=DAY)
    first = undisturbed(_home(root / "first"), DAY, files_of(root, "inbox"))
    later = root / "first-undisturbed"
    return [first, undisturbed(later, LATER, files_of(root, "inbox2"))]


def files_of(root: Path, inbox: str) -> list[Path]:
    return sorted((root / "county" / inbox / "housing").glob("*"))


def killed(home: Path, course: Course, after: float) -> bool:
    """One run of the home, killed after so many seconds; False if it had ended before."""
    with driven(home) as process:
        told(process, course.day)
        ended, _, _ = select.select([process.stdout], [], [], after)
        return not ended


def test_kill_at_random_moments(tmp_path: Path, courses: list[Course]) -> None:
    """Half of the moments lie anywhere in a run, half near its end, where commit and what follows are."""
    rng = random.Random(17)
    stages: Counter[str] = Counter()
    seconds = {course.day: course.seconds for course in courses}
    moment = 0
    while moment < MOMENTS:
        course = courses[moment % len(courses)]
        home = tmp_path / "home"
        shutil.copytree(course.before, home, symlinks=True)
        deliver(home, course.files)
        low = 0.0 if moment % 4 < 2 else 0.75
        after = seconds[course.day] * rng.uniform(low, 1.1)
        if not killed(home, course, after):  # no moment of a run: the machine is faster than it was
            seconds[course.day] = min(seconds[course.day] * 0.95, after)
            shutil.rmtree(home)
            continue
        seconds[course.day] = max(seconds[course.day], after)
        moment += 1
        seen = published(home)
        assert seen in (course.earlier, course.after)  # the old publication or the new one, whole
        stages["published" if seen == course.after else "not published"] += 1
        stages["log left"] += (home / "work" / "working.duckdb.wal").exists()
        with driven(home) as process:
            told(process, course.day)
            assert answered(process).startswith("done")
            told(process, course.day)
            assert answered(process) == "done False"
        assert published(home) == course.after
        assert records(home) == course.records
        assert lying(home) == course.lying
        assert not list((home / "published").glob(".registry*"))
        shutil.rmtree(home)
    sys.stderr.write(f"{MOMENTS} moments: {dict(stages)}\n")
    assert stages["not published"]
