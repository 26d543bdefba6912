"""Finding the row of headings and deciding which column of the file is which column of the contract.

Works on the first rows as text, whatever the file's format. The order of decisions: refused, another
office's ledger, one heading twice, mandatory columns. Decision record 010 says why a canonical heading
goes before a synonym and a group heading before what stands under it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from sources.contract import Column, FeedContract
from sources.headings import heading_key
from sources.problems import REASONS, FileProblem, file_problem
from sources.refused import LEDGER_LIMIT, Refusals

SEARCH_ROWS = 30
"""The headings have to stand in one of so many first rows."""

_MIN_VOTES = 2
_VOTE_LENGTH = 60
_CELL_LENGTH = 1_000
_GROUP_LENGTH = 8
_OWN_GROUPS = {
    "landlord": ("出租人", "出租方", "房东", "房主", "业主"),
    "tenant": ("承租人", "承租方", "租客", "租户"),
    "subject": ("本人", "人员", "登记人"),
}
_SOMEBODY = re.compile(
    "(紧急|第一|法定|委托|共同|原|现)?"
    "(出租人|出租方|房东|房主|业主|承租人|承租方|租客|租户|户主|监护人|联系人|担保人|代理人|经办人|配偶|父亲|母亲|父母|子女|"
    "亲属|家属|同住人|同住人员|单位|工作单位|用人单位|采集人|协管员|责任人|帮教责任人|本人|人员|登记人)"
)
_GROUP_SUFFIX = re.compile(r"(基本)?(信息|情况|资料)$")
_CODE_CELL = re.compile(r"[A-Za-z_]{2,}[0-9]?")

Grid = Sequence[Sequence[str]]
Merge = tuple[int, int, int, int]
"""(first row, first column, last row, last column), 0-based and inclusive."""


@dataclass(frozen=True)
class Header:
    """Where the headings are and what they mean.

    ``columns`` maps contract columns to physical columns (0-based). ``lead`` is a physical column left of
    all of them that is looked at for 合计 only. ``written``: for each contract column the heading as it may
    stand again further down. ``data_start`` is the first row (0-based) after the headings.
    """

    top: int
    data_start: int
    width: int
    columns: dict[str, int]
    lead: int | None = None
    dropped: tuple[str, ...] = ()
    ignored: int = 0
    written: dict[str, frozenset[str]] = field(default_factory=dict)

    def read_order(self) -> list[tuple[str, int]]:
        """(contract column or ``_lead``, physical column) in the file's order."""
        found = [*self.columns.items(), *([("_lead", self.lead)] if self.lead is not None else [])]
        return sorted(((name, index) for name, index in found), key=lambda pair: pair[1])


@dataclass(frozen=True)
class _Heading:
    """One physical column's heading. ``full`` is compared for being there twice; ``readings`` are tried for a
    contract column in this order; ``parts`` are all texts that the refusal list looks at."""

    full: str
    readings: tuple[str, ...]
    parts: tuple[str, ...]


@cache
def _vocabulary(contract: FeedContract) -> dict[str, tuple[Column, int]]:
    """key of a heading → (column, rank); rank 0 is the canonical heading, which no synonym can take away."""
    found = {heading_key(c.heading): (c, 0) for c in contract.columns}
    for column in contract.columns:
        for rank, synonym in enumerate(column.synonyms, start=1):
            found.setdefault(heading_key(synonym), (column, rank))
    return found


def _matched(texts: Iterable[str], contract: FeedContract) -> set[str]:
    vocabulary = _vocabulary(contract)
    keys = (heading_key(t) for t in texts if t and len(t) <= _VOTE_LENGTH)
    return {vocabulary[key][0].name for key in keys if key in vocabulary}


def _cell(row: Sequence[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _is_group_row(row: Sequence[str]) -> bool:
    """Whether a row may hold group headings: short texts, no "填表日期：…", and not a title in the first cell alone."""
    filled = [(i, cell.strip()) for i, cell in enumerate(row) if cell.strip()]
    if not filled or (len(filled) == 1 and filled[0][0] == 0):
        return False
    return all(len(heading_key(c)) <= _GROUP_LENGTH and not re.search(r"[:：\d]", c) for _, c in filled)


def _single(row: Sequence[str]) -> list[_Heading]:
    cells = [cell.strip() for cell in row]
    return [_Heading(c, (c,) if c else (), (c,) if c else ()) for c in cells]


def _groups(upper: Sequence[str], lower: Sequence[str], top: int, merges: Sequence[Merge]) -> list[str]:
    """For each column the group heading above it: spread over its merged range, or, where no cell of the
    row is merged sideways, to the right over columns that have a heading of their own."""
    width = max(len(upper), len(lower))
    spread = [_cell(upper, i) for i in range(width)]
    sideways = [m for m in merges if m[0] <= top <= m[2] and m[3] > m[1]]
    for _, left, _, right in sideways:
        spread[left : right + 1] = [_cell(upper, left)] * (min(right, width - 1) + 1 - left)
    if not sideways:
        for i in range(1, width):
            if not spread[i] and _cell(lower, i):
                spread[i] = spread[i - 1] if _cell(lower, i - 1) else ""
    return spread


def _is_somebody_elses(group: str, below: str, contract: FeedContract) -> bool:
    """Whether ``below`` names a personal column but stands under somebody whom the feed's row is not about."""
    hit = _vocabulary(contract).get(heading_key(below))
    if hit is None or hit[0].klass != "personal" or not _SOMEBODY.fullmatch(group):
        return False
    return group not in _OWN_GROUPS.get(contract.role or "", ())


def _paired(
    upper: Sequence[str], lower: Sequence[str], top: int, merges: Sequence[Merge], c: FeedContract
) -> list[_Heading]:
    """Headings of two rows: group and heading together first, then the heading alone, unless the group is of
    somebody whom the feed's row is not about (the landlord's number is not the tenant's)."""
    found: list[_Heading] = []
    for i, group in enumerate(_groups(upper, lower, top, merges)):
        own, below = _cell(upper, i), _cell(lower, i)
        if not below:
            found.append(_Heading(own, (own,) if own else (), (own,) if own else ()))
            continue
        whose = _GROUP_SUFFIX.sub("", heading_key(group))
        both = whose + heading_key(below)
        if not group:
            found.append(_Heading(below, (below,), (below,)))
        elif _is_somebody_elses(whose, below, c):
            found.append(_Heading(both, (both,), (both, below, group)))
        else:
            found.append(_Heading(both, (both, below), (both, below, group)))
    return found


def _repeats(headings: Sequence[_Heading]) -> set[str]:
    """Keys of headings that stand over two or more columns."""
    seen: set[str] = set()
    twice: set[str] = set()
    for key in (heading_key(h.full) for h in headings if h.full):
        (twice if key in seen else seen).add(key)
    return twice - {""}


def _votes(headings: Sequence[_Heading], contract: FeedContract) -> int:
    return len(_matched((r for h in headings for r in h.readings), contract))


def _best_rows(
    grid: Grid, merges: Sequence[Merge], contract: FeedContract
) -> tuple[int, int, list[_Heading]] | None:
    """(first header row, last, headings) with the most contract columns found; of equals the one without a
    heading twice, then two rows if the upper holds groups, then the first. None if no row has ``_MIN_VOTES``.

    A row under groups is not read alone where a group is of somebody else: it would take the wrong number.
    """
    best: tuple[tuple[int, int, int], int, int, list[_Heading]] | None = None
    under_somebody: set[int] = set()
    for top in range(min(len(grid), SEARCH_ROWS)):
        options = [] if top in under_somebody else [(top, top, _single(grid[top]), 1)]
        grouped = _is_group_row(grid[top])
        if top + 1 < len(grid) and (grouped or _filled(grid[top]) >= 2):
            pair = _paired(grid[top], grid[top + 1], top, merges, contract)
            options.append((top, top + 1, pair, 2 if grouped else 0))
            if grouped and any(len(h.readings) == 1 and len(h.parts) > 1 for h in pair):
                under_somebody.add(top + 1)
        for first, last, headings, liking in options:
            score = (_votes(headings, contract), -len(_repeats(headings)), liking)
            if score[0] >= _MIN_VOTES and (best is None or score > best[0]):
                best = (score, first, last, headings)
        if best is not None and best[0][0] == len(contract.columns) and top > best[2]:
            break
    return best[1:] if best else None


def _refuse(grid: Grid, top: int, headings: Sequence[_Heading], office: str, refusals: Refusals) -> None:
    """FileProblem for what is on the refusal list; only the list's own wording is kept of the file."""
    for heading in headings:
        for part in heading.parts:
            if (entry := refusals.refused_heading(part)) is not None:
                raise file_problem("refused_heading", entry)
    for cell in (cell for row in grid[:top] for cell in row if cell):
        if (entry := refusals.refused_title(cell)) is not None:
            raise file_problem("refused_title", entry)
    foreign = refusals.foreign_headings(office, [h.parts[:2] for h in headings])
    if len(foreign) >= LEDGER_LIMIT:
        raise file_problem("other_ledger", foreign[0])


def _map(headings: Sequence[_Heading], contract: FeedContract, dropped: set[int]) -> dict[str, int]:
    """Contract column → physical column. The better reading wins, then the canonical heading, then the
    synonym named first in the contract, then the column further left; the others are ignored."""
    vocabulary = _vocabulary(contract)
    offers: dict[str, tuple[int, int, int]] = {}
    for index, heading in enumerate(headings):
        if index in dropped:
            continue
        for depth, reading in enumerate(heading.readings):
            hit = vocabulary.get(heading_key(reading))
            if hit is not None:
                offer = (depth, hit[1], index)
                offers[hit[0].name] = min(offer, offers.get(hit[0].name, offer))
                break
    return {name: offer[2] for name, offer in offers.items()}


def _after(grid: Grid, last: int, headings: int) -> int:
    """The first row after the headings that is neither field codes (DJBH, XM …) nor column numbers (1, 2, 3 …).

    Both have to stand under nearly all ``headings``, so that no row about somebody is taken for one.
    """
    row, enough = last + 1, max(3.0, 0.8 * headings)
    while row < len(grid):
        cells = [c.strip().strip("()（）") for c in grid[row]]
        filled = [(i, c) for i, c in enumerate(cells) if c]
        codes = len(filled) >= enough and all(_CODE_CELL.fullmatch(c) for _, c in filled)
        numbers = len(filled) >= enough and [c for _, c in filled] == [
            str(n) for n in range(1, len(filled) + 1)
        ]
        if not codes and not numbers:
            break
        row += 1
    return row


def _check_columns(columns: dict[str, int], headings: Sequence[_Heading], contract: FeedContract) -> None:
    twice = _repeats(headings)
    if twice:
        listed = [
            vocabulary[0].heading for key in sorted(twice) if (vocabulary := _vocabulary(contract).get(key))
        ]
        raise file_problem("duplicate_heading", listed[0] if listed else None)
    missing = [c.heading for c in contract.columns if c.mandatory and c.name not in columns]
    if missing:
        text = f"{REASONS['mandatory_missing'].en} ({'、'.join(missing)})"
        raise FileProblem("set_aside", "mandatory_missing", text, missing[0])


def _header(
    grid: Grid, found: tuple[int, int, list[_Heading]], contract: FeedContract, refusals: Refusals
) -> Header:
    top, last, headings = found
    gone = {i: entry for i, h in enumerate(headings) if (entry := _dropped(h, refusals)) is not None}
    columns = _map(headings, contract, set(gone))
    _check_columns(columns, headings, contract)
    taken = set(columns.values())
    unread = [i for i, h in enumerate(headings) if h.full and i not in taken and i not in gone]
    first = min(taken)
    return Header(
        top=top,
        data_start=_after(grid, last, sum(1 for h in headings if h.full)),
        width=len(headings),
        columns=columns,
        lead=next((i for i in range(first) if i not in gone), None),
        dropped=tuple(gone[i] for i in sorted(gone)),
        ignored=len(unread),
        written={name: _written(headings[i]) for name, i in columns.items()},
    )


def _dropped(heading: _Heading, refusals: Refusals) -> str | None:
    return next((entry for part in heading.parts if (entry := refusals.dropped(part)) is not None), None)


def _written(heading: _Heading) -> frozenset[str]:
    texts = (heading.full, *heading.parts)
    return frozenset(texts) | frozenset(map(heading_key, texts))


def _no_header(grid: Grid, office: str, refusals: Refusals) -> FileProblem:
    """What to say of a table without known headings; what is on the refusal list is refused all the same."""
    rows = list(grid[:SEARCH_ROWS])
    if rows:
        widest = max(range(len(rows)), key=lambda i: (_filled(rows[i]), -i))
        try:
            _refuse(rows, widest, _single(rows[widest]), office, refusals)
        except FileProblem as problem:
            return problem
    return file_problem("no_header")


def _clipped(grid: Grid) -> Grid:
    """The grid with cells of a length that a heading may have; a cell may hold megabytes."""
    return [[cell[:_CELL_LENGTH] for cell in row] for row in grid]


def find_header(
    grid: Grid, contract: FeedContract, office: str, refusals: Refusals, merges: Sequence[Merge] = ()
) -> Header:
    """The header within ``grid`` (the file's first rows as text); FileProblem if it is refused or not to be had."""
    grid = _clipped(grid)
    found = _best_rows(grid, merges, contract)
    if found is None:
        raise _no_header(grid, office, refusals)
    _refuse(grid, found[0], found[2], office, refusals)
    return _header(grid, found, contract, refusals)


def header_votes(grid: Grid, contract: FeedContract) -> int:
    """How many contract columns the best header row of ``grid`` names; 0 if none is good enough."""
    found = _best_rows(_clipped(grid), (), contract)
    return _votes(found[2], contract) if found else 0
