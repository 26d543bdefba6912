"""Deliveries as files: headings, encodings, separators, workbooks with titles and totals.

Every file of a county is laid out its own way, as offices' files are, yet the same for the same seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import xlsxwriter

from sources.contract import contracts
from sources.county.draw import Draw
from sources.county.ledger import Delivery
from sources.county.places import COUNTY
from sources.offices import OFFICES, office_of

MOST_CELLS = 20_000
"""Rows up to which a feed may be a workbook; larger ones are written as parquet or csv."""

# Synonyms that a reader could take for another column, once brackets are taken off.
_AVOIDED = {
    "登记编号（帮教）",
    "社区",
    "所属网格",
    "身份证号码",
    "证件号码",
    "证件代码",
    "联系电话",
    "联系方式",
    "日期",
}


@dataclass(frozen=True)
class Layout:
    """How one file is written."""

    ext: str
    encoding: str = "utf-8"
    separator: str = ","
    serial_column: bool = False
    two_row_header: bool = False


_FULL = {
    "areas": Layout("csv", "utf-8-sig"),
    "floating_population": Layout("csv", "gb18030"),
    "resident_population": Layout("csv", "utf-8", "\t"),
    "rental_housing": Layout("xlsx"),
    "tenancies": Layout("csv", "utf-8-sig"),
    "requests": Layout("csv", "utf-8", ";", serial_column=True),
    "request_receipts": Layout("csv", "gb18030", "\t"),
    "released_persons": Layout("xlsx", two_row_header=True),
    "assistance_enrolment": Layout("csv", "gb18030", ";"),
}
_DELTA = {
    "floating_population": Layout("csv", "utf-8-sig"),
    "resident_population": Layout("csv", "gb18030"),
    "rental_housing": Layout("csv", "utf-8", "\t"),
    "tenancies": Layout("csv", "gb18030"),
    "requests": Layout("csv", "utf-8-sig"),
    "request_receipts": Layout("csv", "utf-16"),
    "released_persons": Layout("csv", "gb18030"),
    "assistance_enrolment": Layout("xlsx"),
}
_LARGE = {"rental_housing": Layout("parquet"), "released_persons": Layout("csv", "utf-8")}


def layout_of(feed: str, mode: str, rows: int) -> Layout:
    """The layout of a feed's file; a workbook only up to ``MOST_CELLS`` rows."""
    chosen = (_FULL if mode == "full" else _DELTA)[feed]
    return _LARGE.get(feed, Layout("csv")) if chosen.ext == "xlsx" and rows > MOST_CELLS else chosen


def file_name(feed: str, mode: str, day: date, layout: Layout) -> str:
    """FEED_MODE_YYYYMMDD.EXT"""
    return f"{feed}_{mode}_{day:%Y%m%d}.{layout.ext}"


def headings(feed: str, extra: list[str], dirt: float, draw: Draw) -> dict[str, str]:
    """A heading for each contract column: some are synonyms, none occurs twice."""
    contract = contracts()[feed]
    used = {c.heading for c in contract.columns} | set(extra)
    chosen = {}
    for column in contract.columns:
        heading = column.heading
        choices = [s for s in column.synonyms if s not in used and s not in _AVOIDED and "（" not in s]
        if choices and draw.chance(min(0.25 * dirt, 0.6), 1)[0]:
            heading = choices[int(draw.ints(0, len(choices), 1)[0])]
            used.add(heading)
        chosen[column.name] = heading
    return chosen


def _columns(delivery: Delivery, layout: Layout, dirt: float, draw: Draw) -> tuple[pl.DataFrame, str]:
    """The frame under its headings, extra columns mixed in, and the heading of the identity number."""
    extra = delivery.extra.columns
    names = headings(delivery.feed, extra, dirt, draw)
    frame = (
        pl.concat([delivery.frame.rename(names), delivery.extra], how="horizontal")
        if extra
        else delivery.frame.rename(names)
    )
    if dirt and len(extra) > 1:
        position = np.argsort(np.arange(frame.width) + draw.rng.random(frame.width) * 6, kind="stable")
        frame = frame.select([frame.columns[i] for i in position])
    if layout.serial_column:
        frame = frame.insert_column(0, pl.Series("序号", range(1, frame.height + 1)).cast(pl.String))
    return frame, names.get("id_number", "")


def write_delivery(path: Path, delivery: Delivery, layout: Layout, dirt: float, draw: Draw) -> None:
    """Writes one file at ``path``; its folder exists."""
    frame, id_heading = _columns(delivery, layout, dirt, draw)
    if layout.ext == "parquet":
        frame.write_parquet(path)
    elif layout.ext == "xlsx":
        _write_workbook(path, delivery, frame, id_heading, layout, draw)
    else:
        _write_csv(path, frame, layout)


def _chunks(frame: pl.DataFrame, size: int = 100_000) -> Iterator[tuple[bool, pl.DataFrame]]:
    for start in range(0, max(1, frame.height), size):
        yield start == 0, frame[start : start + size]


def _write_csv(path: Path, frame: pl.DataFrame, layout: Layout) -> None:
    if layout.encoding in ("utf-8", "utf-8-sig"):
        bom = layout.encoding == "utf-8-sig"
        frame.write_csv(
            path, separator=layout.separator, include_bom=bom, line_terminator="\r\n" if bom else "\n"
        )
        return
    with path.open("wb") as target:
        for first, part in _chunks(frame):
            text = part.write_csv(separator=layout.separator, include_header=first)
            encoding = "utf-16-le" if layout.encoding == "utf-16" else layout.encoding
            mark = "\ufeff" if first and layout.encoding == "utf-16" else ""
            target.write((mark + text).encode(encoding))


def _write_workbook(
    path: Path, delivery: Delivery, frame: pl.DataFrame, id_heading: str, layout: Layout, draw: Draw
) -> None:
    contract = contracts()[delivery.feed]
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2020, 1, 1)})
    sheet = book.add_worksheet("登记表")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    office = OFFICES[office_of(delivery.feed) or ""].title_zh
    sheet.write_string(0, 0, f"{COUNTY}{contract.title_zh}登记表")
    sheet.write_string(1, 0, f"填报单位：{COUNTY}{office}  填报人：某工作人员")
    top = 2
    if layout.two_row_header:
        _group_headings(sheet, book.add_format({"align": "center"}), frame.columns, top)
        top += 1
    for column, heading in enumerate(frame.columns):
        if not (layout.two_row_header and column in (0, frame.width - 1)):
            sheet.write_string(top, column, heading)
    _write_cells(sheet, delivery, frame, top + 1, id_heading, day, draw)
    bottom = top + 1 + frame.height
    sheet.write_string(bottom, 0, "合计")
    sheet.write_number(bottom, 1, frame.height)
    sheet.write_string(bottom + 1, 0, "填表人：某工作人员    审核人：某工作人员")
    book.close()


def _write_cells(
    sheet: xlsxwriter.worksheet.Worksheet,
    delivery: Delivery,
    frame: pl.DataFrame,
    top: int,
    id_heading: str,
    day: object,
    draw: Draw,
) -> None:
    """The data rows: text, but for numbers that Excel took for numbers, dates and mobile numbers."""
    damaged = set(np.flatnonzero(delivery.number_cells).tolist())
    loose = draw.chance(0.2, frame.height)
    for column, heading in enumerate(frame.columns):
        for row, value in enumerate(frame[heading]):
            if value is None:
                continue
            at = (top + row, column)
            digits = loose[row] and len(value) in (5, 11) and value.isascii() and value.isdigit()
            if heading == id_heading and row in damaged:
                sheet.write_number(*at, float(value))
            elif digits and len(value) == 5:
                sheet.write_number(*at, int(value), day)
            elif digits and value[0] == "1":
                sheet.write_number(*at, int(value))
            else:
                sheet.write_string(*at, value)


def _group_headings(sheet: xlsxwriter.worksheet.Worksheet, style: object, names: list[str], top: int) -> None:
    """A first heading row: the outer columns' headings merged downwards, a group over the others."""
    sheet.merge_range(top, 0, top + 1, 0, names[0], style)
    sheet.merge_range(top, 1, top, len(names) - 2, "通知信息", style)
    sheet.merge_range(top, len(names) - 1, top + 1, len(names) - 1, names[-1], style)
