"""XLSX: the first sheet that has the headings, with what Excel knows of each cell's type.

Numbers in an identity-number column are flagged (Excel keeps 15 digits), other whole numbers become text
without a decimal point, date cells become ISO text, merged cells are filled down inside their range.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path

import polars as pl
import python_calamine as calamine

from sources.contract import FeedContract
from sources.problems import FileProblem, file_problem
from sources.readers.header import SEARCH_ROWS, Header, Merge, find_header
from sources.readers.mojibake import garbled_share
from sources.readers.package import check_package
from sources.readers.table import RawTable, assemble
from sources.refused import Refusals

_BATCH = 50_000
_PREVIEW_ROWS = SEARCH_ROWS + 5

Cell = str | float | int | bool | date | datetime | time | timedelta
Row = Sequence[Cell]


def cell_text(cell: Cell) -> str:
    """A cell as text: whole numbers without a decimal point, others with Excel's 15 digits, dates as ISO."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return str(int(cell)) if float(cell).is_integer() and abs(cell) < 1e21 else format(cell, ".15g")
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds").removesuffix(" 00:00:00")
    return cell.isoformat() if isinstance(cell, (date, time)) else str(cell)


def _texts(cells: Sequence[Cell]) -> tuple[pl.Series, pl.Series | None]:
    """The cells as a String column, and where one was no text: a Boolean column, or None if all were."""
    kinds = set(map(type, cells))
    if kinds <= {str}:
        return pl.Series(cells, dtype=pl.String), None
    other = pl.Series([type(c) is not str for c in cells], dtype=pl.Boolean)
    return pl.Series([c if type(c) is str else cell_text(c) for c in cells], dtype=pl.String), other


def _columns(
    rows: Iterator[Row], order: list[tuple[str, int]], ids: set[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(text columns, flags of the id_number columns), read in batches so that few cells are objects at once."""
    texts: list[pl.DataFrame] = []
    flags: list[pl.DataFrame] = []
    while True:
        batch = list(islice(rows, _BATCH))
        if not batch and texts:
            break
        by_column = list(zip(*batch, strict=True)) if batch else [()] * (max(i for _, i in order) + 1)
        read = {name: _texts(by_column[index]) for name, index in order}
        texts.append(pl.DataFrame({name: text for name, (text, _) in read.items()}))
        none = pl.Series([False] * len(batch), dtype=pl.Boolean)
        flags.append(pl.DataFrame({n: none if o is None else o for n, (_, o) in read.items() if n in ids}))
        if len(batch) < _BATCH:
            break
    return pl.concat(texts), pl.concat(flags)


def _fill_down(
    frame: pl.DataFrame, merges: Sequence[Merge], order: list[tuple[str, int]], start: int
) -> pl.DataFrame:
    """Each row of a merged range gets the value of the range's first row, in its first column only.

    Row numbers of ``merges`` count from the sheet's top; ``start`` is the first data row.
    """
    by_index = {index: name for name, index in order}
    sources: dict[str, list[int]] = {}
    for top, left, bottom, _ in merges:
        name = by_index.get(left)
        if name in frame.columns and name is not None and bottom > top >= start:
            rows = sources.setdefault(name, list(range(frame.height)))
            last = min(bottom - start, frame.height - 1)
            rows[top - start : last + 1] = [top - start] * (last + 1 - (top - start))
    return frame.with_columns(frame[name].gather(rows) for name, rows in sources.items())


def _merges(sheet: calamine.CalamineSheet, left: int) -> list[Merge]:
    found = sheet.merged_cell_ranges or []
    return [(top, first - left, bottom, last - left) for (top, first), (bottom, last) in found]


def _read_sheet(
    sheet: calamine.CalamineSheet, contract: FeedContract, office: str, refusals: Refusals, other_sheets: int
) -> RawTable:
    """The sheet's rows; FileProblem no_header if the headings are not on it."""
    if sheet.start is None:
        raise file_problem("no_header")
    rows: Iterator[Row] = iter(sheet.iter_rows())
    preview = list(islice(rows, _PREVIEW_ROWS))
    grid = [[cell_text(cell) for cell in row] for row in preview]
    titles = [[sheet.name], *grid]
    merges = _merges(sheet, sheet.start[1])
    header = _header(titles, [(t + 1, a, b + 1, c) for t, a, b, c in merges], contract, office, refusals)
    order = header.read_order()
    start = header.data_start - 1
    ids = {c.name for c in contract.of_type("id_number")}
    text, flags = _columns(chain(preview[start:], rows), order, ids)
    text, flags = _fill_down(text, merges, order, start), _fill_down(flags, merges, order, start)
    return assemble(text, flags, contract, header, other_sheets=other_sheets)


def _header(
    grid: list[list[str]], merges: list[Merge], contract: FeedContract, office: str, refusals: Refusals
) -> Header:
    """The header of ``grid``, whose first row is the sheet's name, so that it counts as a title."""
    try:
        return find_header(grid, contract, office, refusals, merges)
    except FileProblem as problem:
        if problem.code == "no_header" and garbled_share(grid) > 0.5:
            raise file_problem("mojibake") from None
        raise


def read_xlsx(path: Path, contract: FeedContract, office: str, refusals: Refusals) -> RawTable:
    """The rows of the first sheet of ``path`` that has the headings; FileProblem if they cannot be had.

    A hidden sheet is never read: nobody at the office sees what lies there.
    """
    check_package(path)
    with calamine.CalamineWorkbook.from_path(str(path)) as book:
        metas = [m for m in book.sheets_metadata if m.typ == calamine.SheetTypeEnum.WorkSheet]
        visible = [m.name for m in metas if m.visible == calamine.SheetVisibleEnum.Visible]
        for at, name in enumerate(visible):
            try:
                others = len(visible) - at - 1
                return _read_sheet(book.get_sheet_by_name(name), contract, office, refusals, others)
            except FileProblem as problem:
                if problem.code != "no_header":
                    raise
        for name in (m.name for m in metas if m.name not in visible):
            if _has_header(book.get_sheet_by_name(name), contract, office, refusals):
                raise file_problem("hidden_sheet")
    raise file_problem("no_header")


def _has_header(
    sheet: calamine.CalamineSheet, contract: FeedContract, office: str, refusals: Refusals
) -> bool:
    if sheet.start is None:
        return False
    grid = [[cell_text(cell) for cell in row] for row in islice(sheet.iter_rows(), _PREVIEW_ROWS)]
    try:
        find_header(grid, contract, office, refusals)
    except FileProblem as problem:
        if problem.outcome == "refused":
            raise
        return problem.code != "no_header"
    return True
