"""Station *deliveries*: what every inbox entry becomes, before a cell of it is read.

An entry becomes ``loaded`` (later, by the records station), ``duplicate``, ``waiting``, ``set_aside``
or ``refused`` (contract, section 3). Only names, hashes and codes are written here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from assets.context import RunContext, StationReport
from sources.naming import Entry, name_problem, parse_entry, published_file_name
from sources.problems import FileProblem
from sources.readers import file_fault, sha256_of

FIRST_FEEDS = ("areas", "released_persons")
"""Read before the others of a day: areas give the tree, notices say what is sealed."""


@dataclass(frozen=True)
class Pending:
    """A file that this run is to load: its path, its parsed name and the hash of its bytes."""

    path: Path
    entry: Entry
    sha256: str

    @property
    def feed(self) -> str:
        """The feed that the name says."""
        return self.entry.feed or ""

    @property
    def day(self) -> date:
        """The day that the name says."""
        return self.entry.day or date.max

    @property
    def shown(self) -> str:
        """The name as it may be published: as it is if of the contract's form, else its hash."""
        return published_file_name(self.entry.name)


class InboxUnreadable(Exception):
    """The inbox itself cannot be read; the message says what to do."""


def _entries(inbox: Path) -> list[Path]:
    try:
        return sorted(inbox.iterdir(), key=lambda p: p.name)
    except OSError as error:
        raise InboxUnreadable(
            f"inbox {inbox} cannot be read ({error.strerror}); give a readable folder"
        ) from error


def _settled(ctx: RunContext) -> set[tuple[str, str]]:
    """(name, hash) of files that need not be looked at again."""
    rows = ctx.con.execute(
        "SELECT file_name, sha256 FROM delivery WHERE outcome IN ('loaded', 'duplicate', 'refused')"
    ).fetchall()
    return {(name, digest) for name, digest in rows}


def record_outcome(ctx: RunContext, item: Pending, outcome: str, reason: str, *, headings: str = "") -> int:
    """Write what became of one file and return its delivery id.

    A file that waited or was set aside keeps its row: the row says what it is *now*.
    """
    old = ctx.con.execute(
        "SELECT delivery_id, outcome, reason FROM delivery WHERE file_name = ? AND sha256 = ?",
        [item.shown, item.sha256],
    ).fetchone()
    if old and (old[1], old[2]) == (outcome, reason or None):
        return int(old[0])
    ctx.changed = True
    if old:
        delivery_id = int(old[0])
        ctx.con.execute("DELETE FROM delivery WHERE delivery_id = ?", [delivery_id])
    else:
        top = ctx.con.execute("SELECT coalesce(max(delivery_id), 0) FROM delivery").fetchone()
        delivery_id = int(top[0]) + 1 if top else 1
    e = item.entry
    ctx.con.execute(
        """INSERT INTO delivery (delivery_id, file_name, sha256, feed, mode, file_day, part, parts, outcome, reason,
           refused_columns, loaded_at, run_id) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)""",
        [delivery_id, item.shown, item.sha256, e.feed, e.mode, e.day, e.part, e.parts, outcome, reason or None,
         headings or None, ctx.started_at, ctx.run_id],
    )  # fmt: skip
    return delivery_id


def settle_problem(ctx: RunContext, item: Pending, problem: FileProblem) -> None:
    """A file that cannot be taken in: set aside where it lies, or refused (no byte of it is kept)."""
    record_outcome(ctx, item, problem.outcome, problem.code, headings=problem.heading or "")
    if problem.outcome == "refused":
        ctx.done_files.append(item.path)


def _incomplete(items: list[Pending]) -> set[Path]:
    """Parts whose snapshot is not complete in this inbox."""
    groups: dict[tuple[str, str | None, date, int], set[int]] = defaultdict(set)
    for item in items:
        e = item.entry
        if e.parts and e.part:
            groups[item.feed, e.mode, item.day, e.parts].add(e.part)
    return {
        item.path
        for item in items
        if (parts := item.entry.parts)
        and groups[item.feed, item.entry.mode, item.day, parts] != set(range(1, parts + 1))
    }


def _in_feed(day: date, mode: str | None, name: str) -> tuple[date, bool, str]:
    """The order of the files of one feed: by day, full before delta, then by name."""
    return (day, mode == "delta", name)


def _order(item: Pending) -> tuple[date, bool, tuple[date, bool, str]]:
    """The order of loading: by day, notices and areas first, then as within a feed."""
    return (item.day, item.feed not in FIRST_FEEDS, _in_feed(item.day, item.entry.mode, item.entry.name))


def _repeats(ctx: RunContext, items: list[Pending]) -> set[Path]:
    """Files with the bytes of the one before them in the order of their feed: they say nothing new.

    Only that one counts (decision 044): where another file lies between, the ledger was put back to what it was. A part
    is none, because one without rows may have the bytes of another.
    """
    rows = ctx.con.execute(
        "SELECT feed, file_day, mode, file_name, sha256 FROM delivery WHERE outcome = 'loaded' AND feed IS NOT NULL"
    ).fetchall()
    files: list[tuple[str, tuple[date, bool, str], str, Pending | None]]
    files = [(feed, _in_feed(day, mode, name), digest, None) for feed, day, mode, name, digest in rows]
    files += [(i.feed, _in_feed(i.day, i.entry.mode, i.entry.name), i.sha256, i) for i in items]
    files.sort(key=lambda file: file[:2])
    return {
        item.path
        for (feed, _, digest, _), (next_feed, _, next_digest, item) in pairwise(files)
        if item is not None and not item.entry.parts and (feed, digest) == (next_feed, next_digest)
    }


def _hash(path: Path) -> str:
    """SHA-256 of the bytes, or of nothing where the entry is a folder or cannot be read (screening says why)."""
    try:
        return sha256_of(path) if path.is_file() else ""
    except OSError:
        return ""


def _examine(ctx: RunContext, path: Path, entry: Entry, settled: set[tuple[str, str]]) -> Pending | None:
    """One entry of the inbox: a file to load, or None with its outcome written."""
    item = Pending(path, entry, _hash(path))
    if item.sha256 and (item.shown, item.sha256) in settled:
        ctx.done_files.append(path)
        return None
    problem = name_problem(entry, ctx.office) or file_fault(path)
    if problem is not None:
        settle_problem(ctx, item, problem)
    elif item.day > ctx.as_of:
        record_outcome(ctx, item, "waiting", "later_than_as_of")
    else:
        return item
    return None


def station(ctx: RunContext) -> StationReport:
    """Look at every entry of the inbox; leave files to load in ``ctx.pending`` and mail in ``ctx.mail_files``."""
    settled = _settled(ctx)
    items: list[Pending] = []
    folders = [ctx.inbox] if ctx.inbox == ctx.home.inbox else [ctx.inbox, ctx.home.inbox]
    for path in (p for folder in folders for p in _entries(folder)):
        entry = parse_entry(path.name)
        if entry is None:
            continue
        if entry.kind in ("mail", "counts"):
            ctx.mail_files.append(path)
        elif path.parent == ctx.inbox and (item := _examine(ctx, path, entry, settled)) is not None:
            items.append(item)
    repeats = _repeats(ctx, items)
    for item in items:
        if item.path in repeats:
            record_outcome(ctx, item, "duplicate", "same_bytes")
            ctx.done_files.append(item.path)
    items = [item for item in items if item.path not in repeats]
    waiting = _incomplete(items)
    for item in items:
        if item.path in waiting:
            record_outcome(ctx, item, "waiting", "parts_missing")
    ctx.pending = sorted((i for i in items if i.path not in waiting), key=_order)
    return StationReport({"to_load": len(ctx.pending), "waiting": len(waiting), "mail": len(ctx.mail_files)})
