"""What is never stored: columns dropped unread, and headings or titles for which a whole file is refused.

The list is ``refused_columns.toml`` beside this module; a deployment may add to it with a file of the
same form and take nothing away, which the floor in ``sources.refused_floor`` holds at each start.
Reading files belongs to ``sources.readers``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from sources.headings import SEAM, all_text_key, heading_key, heading_seams
from sources.refused_floor import (
    FLOOR_DROP_IS,
    FLOOR_OTHER_LEDGER,
    FLOOR_REFUSE_HAS,
    FLOOR_REFUSE_TITLE_HAS,
)

LEDGER_LIMIT = 2
"""So many columns of another office's ledger, and the file is refused."""


class RefusalListError(ValueError):
    """The list of what is never stored is malformed or lacks something of the floor."""


@dataclass(frozen=True)
class Entry:
    """One entry. ``match`` is "is" (the whole heading) or "has"; ``where`` holds "heading", "title" or both."""

    text: str
    match: str
    where: tuple[str, ...] = ("heading",)
    key: str = field(init=False)
    seam: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", heading_key(self.text))
        object.__setattr__(self, "seam", re.compile(f"{SEAM}*".join(map(re.escape, self.key))))

    def hits_heading(self, heading: str) -> bool:
        """Whether ``heading`` matches, also where brackets were put into the middle of the word."""
        key = heading_key(heading)
        if key == self.key or (self.match == "has" and self.key in key):
            return True
        seams = heading_seams(heading)
        if SEAM not in seams:
            return False
        if self.match == "is":
            found = self.seam.fullmatch(seams.strip(SEAM))
            return bool(found and SEAM in found[0])
        return any(SEAM in found[0] for found in self.seam.finditer(seams))

    def hits_title(self, title: str) -> bool:
        """Whether a title row's cell matches; the content of brackets counts here."""
        key = all_text_key(title)
        return key == self.key if self.match == "is" else self.key in key


@dataclass(frozen=True)
class Refusals:
    """The loaded list. Every method returns the list's own wording, never text of a file."""

    drop: tuple[Entry, ...]
    refuse: tuple[Entry, ...]
    not_refused: frozenset[str]
    other_ledger: dict[str, dict[str, str]]

    def dropped(self, heading: str) -> str | None:
        """The entry for which the column under ``heading`` is not read, or None."""
        return None if self._spared(heading) else _first(e for e in self.drop if e.hits_heading(heading))

    def refused_heading(self, heading: str) -> str | None:
        """The entry for which a file with ``heading`` is refused, or None."""
        if self._spared(heading):
            return None
        return _first(e for e in self.refuse if "heading" in e.where and e.hits_heading(heading))

    def refused_title(self, title: str) -> str | None:
        """The entry for which a file with ``title`` above its headings is refused, or None."""
        return _first(e for e in self.refuse if "title" in e.where and e.hits_title(title))

    def foreign_headings(self, office: str, columns: Iterable[Sequence[str]]) -> tuple[str, ...]:
        """The entries of another office's ledger that stand over ``columns``, each named once.

        ``columns`` gives for each column the readings of its heading (with two header rows: group and
        heading together, then alone). ``LEDGER_LIMIT`` or more of them refuse the file.
        """
        listed = self.other_ledger.get(office, {})
        hits = (_first_key(listed, readings) for readings in columns)
        return tuple(dict.fromkeys(hit for hit in hits if hit is not None))

    def _spared(self, heading: str) -> bool:
        return heading_key(heading) in self.not_refused


def _first(entries: Iterable[Entry]) -> str | None:
    return next((entry.text for entry in entries), None)


def _first_key(listed: dict[str, str], readings: Sequence[str]) -> str | None:
    return next((listed[key] for key in map(heading_key, readings) if key in listed), None)


def _entries(tables: list[dict[str, Any]]) -> tuple[Entry, ...]:
    found: list[Entry] = []
    for table in tables:
        match, where = table.get("match"), tuple(table.get("where", ("heading",)))
        headings = table.get("headings")
        if match not in ("is", "has") or not where or not set(where) <= {"heading", "title"} or not headings:
            raise RefusalListError(
                "refused columns: an entry needs headings, match is/has and where heading/title"
            )
        found.extend(Entry(str(text), str(match), where) for text in headings)
    if any(not entry.key for entry in found):
        raise RefusalListError("refused columns: an entry is blank")
    return tuple(found)


def parse_refusals(text: str, extra: str | None = None) -> Refusals:
    """The list from TOML ``text``, with what ``extra`` adds; RefusalListError if the floor is not kept."""
    raw = tomllib.loads(text)
    more = tomllib.loads(extra) if extra else {}
    if not set(more) <= {"drop", "refuse", "other_ledger"}:
        raise RefusalListError("refused columns: an added file may hold drop, refuse and other_ledger only")
    ledgers: dict[str, dict[str, str]] = {}
    for part in (raw, more):
        for office, headings in part.get("other_ledger", {}).items():
            ledgers.setdefault(office, {}).update({heading_key(h): h for h in headings})
    refusals = Refusals(
        drop=_entries(raw.get("drop", []) + more.get("drop", [])),
        refuse=_entries(raw.get("refuse", []) + more.get("refuse", [])),
        not_refused=frozenset(heading_key(h) for h in raw.get("not_refused", {}).get("headings", ())),
        other_ledger=ledgers,
    )
    check_floor(refusals)
    return refusals


def _below_floor(refusals: Refusals) -> Iterable[str]:
    """What the floor asks for and ``refusals`` does not do, tried out rather than looked up."""
    for text in FLOOR_DROP_IS:
        if refusals.dropped(text) is None:
            yield text
    for text in [*FLOOR_REFUSE_HAS, *FLOOR_REFUSE_TITLE_HAS]:
        if refusals.refused_heading(text) is None or refusals.refused_heading(f"其{text}之") is None:
            yield text
        if any(heading_key(text) in spared for spared in refusals.not_refused):
            yield text
    for text in FLOOR_REFUSE_TITLE_HAS:
        if refusals.refused_title(f"某县{text}表") is None:
            yield text
    for office, headings in FLOOR_OTHER_LEDGER.items():
        listed = refusals.other_ledger.get(office, {})
        yield from (h for h in headings if heading_key(h) not in listed)


def check_floor(refusals: Refusals) -> None:
    """RefusalListError names the first entry of the floor that ``refusals`` does not hold."""
    missing = next(iter(_below_floor(refusals)), None)
    if missing is not None:
        raise RefusalListError(f"refused columns: the list no longer holds {missing}; put the entry back")


def _shipped() -> str:
    return (resources.files("sources") / "refused_columns.toml").read_text(encoding="utf-8")


@cache
def _default() -> Refusals:
    return parse_refusals(_shipped())


def load_refusals(extra: Path | None = None) -> Refusals:
    """The shipped list, with what the file ``extra`` adds; RefusalListError or OSError if it cannot be had."""
    if extra is None:
        return _default()
    return parse_refusals(_shipped(), extra.read_text(encoding="utf-8"))
