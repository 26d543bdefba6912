"""The inbox sensor: a run for complete new files; it waits for a half-copied one.

A file is complete once its size and time have not changed from one look to the next and it was last
written some time ago. What was looked at is kept as hashes of name, size and time; no name is logged.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from registry_pipelines.jobs import registry_run
from registry_pipelines.schedules import run_going_on
from registry_pipelines.settings import SETTLE_SECONDS, home_of_environment, inbox_of_environment


@dataclass(frozen=True)
class Look:
    """One look at an inbox: marks of the files that have settled, and of those that may still be written."""

    settled: frozenset[str]
    moving: frozenset[str]


def mark(name: str, size: int, written_ns: int) -> str:
    """A short hash of a file's name, size and time."""
    return hashlib.sha256(f"{name}\0{size}\0{written_ns}".encode()).hexdigest()[:20]


def look(inbox: Path, seen_before: Iterable[str], now: float) -> Look:
    """Which files of the contract's name form lie in ``inbox``, and which of them are complete."""
    before = set(seen_before)
    settled: set[str] = set()
    moving: set[str] = set()
    for path in sorted(inbox.iterdir()) if inbox.is_dir() else []:
        if not _is_delivery(path.name):
            continue
        try:
            stat = path.stat()
        except OSError:
            continue
        found = mark(path.name, stat.st_size, stat.st_mtime_ns)
        quiet = now - stat.st_mtime >= SETTLE_SECONDS
        (settled if quiet and found in before else moving).add(found)
    return Look(frozenset(settled), frozenset(moving))


def _is_delivery(name: str) -> bool:
    from sources.naming import parse_entry

    return parse_entry(name) is not None


@dg.sensor(
    job=registry_run, name="inbox", minimum_interval_seconds=30,
    description="收件 starts a run for complete new files and waits for a half-copied one.",
)  # fmt: skip
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One run for everything that is complete and that no earlier run of this sensor was started for."""
    cursor = json.loads(context.cursor) if context.cursor else {"seen": [], "started": []}
    inbox = inbox_of_environment() or home_of_environment() / "inbox"
    found = look(inbox, cursor["seen"], time.time())
    present = found.settled | found.moving
    started = set(cursor["started"]) & present
    fresh = found.settled - started
    ready = bool(fresh) and not found.moving and not run_going_on(context.instance)
    kept = json.dumps({"seen": sorted(present), "started": sorted(started | fresh if ready else started)})
    if not ready:
        why = (
            f"{len(found.moving)} files may still be written"
            if found.moving
            else "nothing new"
            if not fresh
            else "a run goes on"
        )
        return dg.SensorResult(skip_reason=dg.SkipReason(why), cursor=kept)
    key = hashlib.sha256("".join(sorted(fresh)).encode()).hexdigest()[:20]
    request = dg.RunRequest(
        run_key=key, tags={"registry/why": "inbox", "registry/new_files": str(len(fresh))}
    )
    return dg.SensorResult(run_requests=[request], cursor=kept)
