"""Station *deliveries*: what every inbox entry becomes, before a cell of it is read.

An entry becomes ``loaded`` (later, by the records station), ``duplicate``, ``waiting``, ``set_aside``
or ``refused`` (contract, section 3). Only names, hashes and codes are written here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assets.context import RunContext, StationReport
from sources.naming import Entry, parse_entry
from sources.problems import FileProblem
from sources.readers import check_entry, sha256_of

FIRST_FEEDS = ("areas", "released_persons")
"""Read before the others of a day: areas give the tree, notices say what is sealed."""


@dataclass(frozen=True)
class Pending:
    """A file that this run is to load: its path, its parsed name and the hash of its bytes."""

    path: Path
    entry: Entry
    sha256: str


class InboxUnreadable(Exception):
    """The inbox itself cannot be read; the message says what to do."""


def _entries(inbox: Path) -> list[Path]:
    try:
        return sorted(inbox.iterdir(), key=lambda p: p.name)
    except OSError as error:
        raise InboxUnreadable(f"inbox {inbox} cannot be read ({error.strerror}); give a readable folder") from error


def _known(ctx: RunContext) -> tuple[set[tuple[str, str]], set[str]]:
    """(name, hash) pairs that are settled, and hashes of files that were loaded."""
    rows = ctx.con.execute("SELECT file_name, sha256, outcome FROM delivery").fetchall()
    settled = {(name, digest) for name, digest, outcome in rows if outcome in ("loaded", "duplicate", "refused")}
    return settled, {digest for _, digest, outcome in rows if outcome == "loaded"}


def record_outcome(
    ctx: RunContext, item: Pending | None, name: str, sha256: str, outcome: str, reason: str, *, heading: str = ""
) -> int:
    """Write what became of one file and return its delivery id.

    A file that waited or was set aside keeps its row: the row says what it is *now*.
    """
    entry = item.entry if item else None
    feed = entry.feed if entry else None
    old = ctx.con.execute(
        "SELECT delivery_id, outcome, reason FROM delivery WHERE file_name = ? AND sha256 = ?", [name, sha256]
    ).fetchone()
    if old and (old[1], old[2]) == (outcome, reason):
        return int(old[0])
    ctx.changed = True
    if old:
        delivery_id = int(old[0])
        ctx.con.execute("DELETE FROM delivery WHERE delivery_id = ?", [delivery_id])
    else:
        top = ctx.con.execute("SELECT coalesce(max(delivery_id), 0) FROM delivery").fetchone()
        delivery_id = int(top[0]) + 1 if top else 1
    ctx.con.execute(
        """INSERT INTO delivery (delivery_id, file_name, sha256, feed, mode, file_day, part, parts, outcome, reason,
           refused_columns, loaded_at, run_id) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)""",
        [delivery_id, name, sha256, feed, entry.mode if entry else None, entry.day if entry else None,
         entry.part if entry else None, entry.parts if entry else None, outcome, reason, heading or None,
         ctx.started_at, ctx.run_id],
    )  # fmt: skip
    return delivery_id


def settle_problem(ctx: RunContext, item: Pending, problem: FileProblem) -> None:
    """A file that cannot be taken in: set aside where it lies, or refused (no byte of it is kept)."""
    record_outcome(
        ctx, item, item.entry.shown_name, item.sha256, problem.outcome, problem.code, heading=problem.heading or ""
    )
    if problem.outcome == "refused":
        ctx.done_files.append(item.path)


def _waiting_parts(items: list[Pending]) -> set[str]:
    """Names of parts whose snapshot is not complete in this inbox."""
    groups: dict[tuple[str, str, date, str, int], set[int]] = defaultdict(set)
    for item in items:
        e = item.entry
        if e.parts:
            groups[e.feed, e.mode, e.day, e.suffix or "", e.parts].add(e.part or 0)
    return {
        item.entry.name
        for item in items
        if (e := item.entry).parts
        and groups[e.feed, e.mode, e.day, e.suffix or "", e.parts] != set(range(1, e.parts + 1))
    }


def _order(item: Pending) -> tuple[date, bool, bool, str]:
    """The order of loading: by day, notices and areas first, full before delta, then by name."""
    e = item.entry
    return (e.day, e.feed not in FIRST_FEEDS, e.mode == "delta", e.name)


def _examine(ctx: RunContext, path: Path, settled: set[tuple[str, str]], loaded: set[str]) -> Pending | None:
    """One entry of the inbox: a file to load, or None with its outcome written."""
    entry = parse_entry(path.name)
    if entry is None:
        return None
    try:
        sha = sha256_of(path) if path.is_file() else ""
    except OSError:
        sha = ""
    item = Pending(path, entry, sha)
    if sha and (entry.shown_name, sha) in settled:
        ctx.done_files.append(path)
        return None
    try:
        check_entry(path, entry, ctx.office)
    except FileProblem as problem:
        settle_problem(ctx, item, problem)
        return None
    if sha in loaded:
        record_outcome(ctx, item, entry.shown_name, sha, "duplicate", "same_bytes")
        ctx.done_files.append(path)
        return None
    if entry.day > ctx.as_of:
        record_outcome(ctx, item, entry.shown_name, sha, "waiting", "after_as_of")
        return None
    return item


def station(ctx: RunContext) -> StationReport:
    """Look at every entry of the inbox; leave the files to load in ``ctx.pending`` and mail in ``ctx.mail_files``."""
    settled, loaded = _known(ctx)
    items: list[Pending] = []
    for path in _entries(ctx.inbox):
        if path.name.startswith("MAIL_") and path.name.endswith(".sealed"):
            ctx.mail_files.append(path)
        elif (item := _examine(ctx, path, settled, loaded)) is not None:
            loaded.add(item.sha256)
            items.append(item)
    if ctx.inbox != ctx.home.inbox:
        ctx.mail_files.extend(p for p in _entries(ctx.home.inbox) if p.name.startswith("MAIL_"))
    waiting = _waiting_parts(items)
    for item in items:
        if item.entry.name in waiting:
            record_outcome(ctx, item, item.entry.shown_name, item.sha256, "waiting", "parts_missing")
    ctx.pending = sorted((i for i in items if i.entry.name not in waiting), key=_order)
    return StationReport({"to_load": len(ctx.pending), "waiting": len(waiting), "mail": len(ctx.mail_files)})
