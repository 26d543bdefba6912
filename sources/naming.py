"""Inbox names: what a name alone says about an entry, and how a name may be shown.

``FEED_full_YYYYMMDD.EXT``, ``FEED_delta_YYYYMMDD.EXT`` with ``_suffix`` or ``_partIofN``; mail is
``MAIL_FROM_TO_YYYYMMDD_N.sealed`` (to ``statistics``: a count file). Nothing here opens a file.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date

from sources.offices import OFFICES, SHARED_FEEDS, feeds_of, office_of
from sources.problems import FileProblem, file_problem

EXTENSIONS = ("csv", "xlsx", "parquet")

_DELIVERY = re.compile(
    r"(?P<feed>[a-z_]{1,40}?)_(?P<mode>full|delta)_(?P<day>[0-9]{8})(?:_(?P<tail>[A-Za-z0-9]{1,16}))?"
    r"\.(?P<ext>[A-Za-z]{3,7})"
)
_MAIL = re.compile(
    r"MAIL_(?P<sender>[a-z]{1,20})_(?P<to>[a-z]{1,20})_(?P<day>[0-9]{8})_(?P<number>[0-9]{1,9})\.sealed"
)
_PART = re.compile(r"part(?P<part>[0-9]{1,4})of(?P<parts>[0-9]{1,4})")
_SUFFIX = re.compile(r"[A-Za-z0-9]{1,8}")
_LOOKS_LIKE_DATA = re.compile(r".*\.(?:csv|xlsx|parquet)", re.DOTALL | re.IGNORECASE)
_PATH = re.compile(r"[/\\]")
_HASHED = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Entry:
    """One inbox entry as its name tells it.

    ``kind`` is ``delivery``, ``mail``, ``counts`` (mail to a statistics home) or ``unfit`` (a csv, xlsx
    or parquet that is not named as the contract says; ``problem`` is then its code). Fields that the
    name does not give are None.
    """

    name: str
    kind: str
    feed: str | None = None
    mode: str | None = None
    day: date | None = None
    suffix: str | None = None
    part: int | None = None
    parts: int | None = None
    ext: str | None = None
    sender: str | None = None
    receiver: str | None = None
    number: int | None = None
    problem: str | None = None


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _tail(tail: str | None) -> tuple[str | None, int | None, int | None] | None:
    """(suffix, part, parts) of what follows the date, or None if it is neither."""
    if tail is None:
        return None, None, None
    if found := _PART.fullmatch(tail):
        part, parts = int(found["part"]), int(found["parts"])
        return (None, part, parts) if 1 <= part <= parts else None
    return (tail, None, None) if _SUFFIX.fullmatch(tail) else None


def _delivery(name: str) -> Entry | None:
    found = _DELIVERY.fullmatch(name)
    if found is None or (ext := found["ext"].lower()) not in EXTENSIONS:
        return None
    day, tail = _day(found["day"]), _tail(found["tail"])
    if day is None or tail is None:
        return None
    suffix, part, parts = tail
    known = found["feed"] in SHARED_FEEDS or office_of(found["feed"]) is not None
    return Entry(
        name=name,
        kind="delivery" if known else "unfit",
        feed=found["feed"] if known else None,
        mode=found["mode"],
        day=day,
        suffix=suffix,
        part=part,
        parts=parts,
        ext=ext,
        problem=None if known else "unknown_feed",
    )


def _mail(name: str) -> Entry | None:
    found = _MAIL.fullmatch(name)
    day = _day(found["day"]) if found else None
    if found is None or day is None or found["sender"] not in OFFICES or found["to"] not in OFFICES:
        return None
    return Entry(
        name=name,
        kind="counts" if found["to"] == "statistics" else "mail",
        day=day,
        sender=found["sender"],
        receiver=found["to"],
        number=int(found["number"]),
        ext="sealed",
    )


def parse_entry(name: str) -> Entry | None:
    """What ``name`` says, or None if the entry is to be ignored.

    Ignored is what is not of the contract's form and no csv, xlsx or parquet, and what an office
    program leaves beside an open file (names that begin with a dot or ``~$``, and hold no path).
    """
    if name.startswith((".", "~$")) and not _PATH.search(name):
        return None
    fit = _delivery(name) or _mail(name)
    if fit is not None:
        return fit
    return Entry(name=name, kind="unfit", problem="bad_name") if _LOOKS_LIKE_DATA.fullmatch(name) else None


def name_problem(entry: Entry, office: str) -> FileProblem | None:
    """What keeps ``entry`` out of a home of ``office`` by its name alone; the file is not opened for this."""
    if entry.problem is not None:
        return file_problem(entry.problem)
    if entry.kind == "delivery":
        assert entry.feed is not None
        if entry.feed in feeds_of(office):
            return None
        return file_problem("unknown_feed" if entry.feed in SHARED_FEEDS else "foreign_feed")
    return None if entry.receiver == office else file_problem("mail_foreign")


def published_file_name(name: str) -> str:
    """``name`` if it is of the contract's form, else the SHA-256 of it (64 hex digits): a name may hold anything."""
    entry = parse_entry(name)
    if entry is not None and entry.kind != "unfit":
        return name
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def is_published_file_name(text: str) -> bool:
    """Whether ``text`` lies in the closed domain of published file names."""
    return _HASHED.fullmatch(text) is not None or published_file_name(text) == text
