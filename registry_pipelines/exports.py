"""Lists that leave the screen: workbooks for clerks, files 0600, every cell text.

What belongs here: how a pulled list looks as XLSX. The header is one row, Chinese, with the English in a
small row above it, so that the filled-in list can be renamed ``verifications_full_YYYYMMDD.xlsx`` and
dropped into the inbox as it is. No cell is ever a formula or a link, whatever its text begins with.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry_pipelines.cli.output import cell_text
from registry_pipelines.details import for_people
from registry_pipelines.failures import CommandError
from registry_pipelines.words import ANSWERS, FEED_WORDS, OFFICE_WORDS, STATUSES, Heading, heading

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from assets.store.home import Home

EXCEPTION_COLUMNS = (
    "exception_id", "answer", "answered_on", "gap", "about", "area_name", "status", "opened_on", "answer_by",
    "may_do", "details",
)  # fmt: skip
"""The three columns that come back as ``verifications`` stand first."""

LETTER_COLUMNS = ("letter_id", "answer", "answered_on", "kind", "about", "area_code", "offered_on", "until")
LETTER_ANSWERS = ("不再提醒",)
TO_FILL = frozenset({"answer", "answered_on"})
_HEADER_ROWS = 2
FONT = "Microsoft YaHei"


def exception_workbook(home: Home, office: str, rows: Sequence[Mapping[str, Any]], output: Path) -> Path:
    """The exception list as a workbook; its path. The answer column takes one of the closed answers."""
    people = [for_people(dict(row)) for row in rows]
    return _write(home, people, EXCEPTION_COLUMNS, ANSWERS, f"缺口清单 {OFFICE_WORDS[office]}", output)


def letter_workbook(home: Home, office: str, rows: Sequence[Mapping[str, Any]], output: Path) -> Path:
    """The letters as a workbook; its path. The answer column takes 不再提醒 only; the text is on a sheet of its own."""
    people = [
        {**row, "about": f"{FEED_WORDS.get(row['feed'], row['feed'])} {row['record_id']}"} for row in rows
    ]
    texts = {str(row["kind"]): (str(row["text_zh"]), str(row["text_en"])) for row in rows}
    return _write(
        home, people, LETTER_COLUMNS, LETTER_ANSWERS, f"告知函 {OFFICE_WORDS[office]}", output, texts
    )


def place(home: Home, output: Path, suffixes: Sequence[str]) -> Path:
    """Where an export goes: a bare name into home/exports, anything else as it says. CommandError if it cannot."""
    if output.suffix.lower() not in suffixes:
        raise CommandError(f"--output has to end in {' or '.join(suffixes)}")
    target = home.exports / output if output.parent == Path() and not output.is_absolute() else output
    if target.is_dir() or not target.parent.is_dir():
        raise CommandError("--output names no file in an existing folder: give another place")
    return target


def private_file(path: Path) -> Path:
    """A fresh file 0600 beside ``path``, to be renamed to it when it is whole."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return fresh


def write_sheets(path: Path, sheets: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """A workbook with one sheet for each list of rows, laid out to be printed; headings are the rows' own keys; every
    text is text. Nothing is put into a temporary file, because values of a person may be in it."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {**_INERT, "in_memory": True}) as book:
        formats = _formats(book)
        head = book.add_format(
            {"font_name": FONT, "bold": True, "bg_color": "#D9E2F3", "text_wrap": True, "valign": "vcenter", "border": 1,
             "border_color": "#D0D0D0"}
        )  # fmt: skip
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            names = list(rows[0]) if rows else ["无 none"]
            widths = [_column_width(column, rows) for column in names]
            shares = zip(names, widths, strict=True)
            sheet.set_row(0, _LINE_HEIGHT * max(_lines_of(column, width) for column, width in shares))
            for index, column in enumerate(names):
                sheet.set_column(index, index, widths[index])
                sheet.write_string(0, index, column, head)
            for line, row in enumerate(rows, start=1):
                lines = max(
                    _lines_of(row[column], width) for column, width in zip(names, widths, strict=True)
                )
                sheet.set_row(line, _LINE_HEIGHT * lines)
                for index, column in enumerate(names):
                    _write_cell(sheet, line, index, column, row[column], formats)
            sheet.freeze_panes(1, 0)
            _for_print(sheet, last_heading=0)


def _for_print(sheet: Worksheet, *, last_heading: int) -> None:
    """A4 across, as wide as a page, headings and numbers on each."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, last_heading)
    sheet.set_footer("&L&A&R&P / &N")


def _column_width(column: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Wide enough for the longest text and for half of the heading, within reason."""
    longest = max(
        (_width(cell_text(column, row[column])) for row in rows if row[column] is not None), default=0
    )
    return min(max(longest + 2, _width(column) // 2 + 3, 10), _WIDEST)


def _lines_of(value: object, width: int) -> int:
    """How many lines a text takes in a column."""
    lines = value.split("\n") if isinstance(value, str) else []
    return max(1, sum(max(1, -(-_width(line) // max(width - 1, 1))) for line in lines))


def _width(value: object) -> int:
    """Columns of half-width characters that a text takes; a Chinese character takes two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in value) if isinstance(value, str) else 0


_LINE_HEIGHT = 15
_WIDEST = 44
_INERT = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


def _write_texts(book: Workbook, texts: Mapping[str, tuple[str, str]], formats: Mapping[str, Format]) -> None:
    """The letters' texts, each once, on a sheet of their own."""
    sheet = book.add_worksheet("函件正文")
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 2, 70)
    for line, (kind, pair) in enumerate(sorted(texts.items())):
        for column, text in enumerate((kind, *pair)):
            sheet.write_string(line, column, text, formats["text"])


def _write(
    home: Home,
    rows: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    answers: Sequence[str],
    title: str,
    output: Path,
    texts: Mapping[str, tuple[str, str]] | None = None,
) -> Path:
    import xlsxwriter

    target = place(home, output, (".xlsx",))
    fresh = private_file(target)
    options = {**_INERT, "constant_memory": True, "tmpdir": str(home.exports)}
    with xlsxwriter.Workbook(str(fresh), options) as book:
        book.set_properties(
            {"title": title, "comments": "只含本办公室登记编号与代码 own record numbers and codes only"}
        )
        sheet = book.add_worksheet(title.replace(" ", "")[:31])
        columns = [heading(name) for name in names]
        _lay_out(book, sheet, columns, len(rows), answers)
        formats = _formats(book)
        for line, row in enumerate(rows, start=_HEADER_ROWS):
            _write_row(sheet, line, columns, row, formats)
        if texts:
            _write_texts(book, texts, formats)
    fresh.chmod(0o600)
    fresh.replace(target)
    return target


def _formats(book: Workbook) -> dict[str, Format]:
    base = {"font_name": FONT, "font_size": 10, "valign": "top", "border": 1, "border_color": "#D0D0D0"}
    return {
        "text": book.add_format({**base, "text_wrap": True, "num_format": "@"}),
        "date": book.add_format({**base, "num_format": "yyyy-mm-dd", "align": "left"}),
        "number": book.add_format(base),
        "fill": book.add_format({**base, "bg_color": "#FFF8DC"}),
        "fill_date": book.add_format(
            {**base, "bg_color": "#FFF8DC", "num_format": "yyyy-mm-dd", "align": "left"}
        ),
    }


def _lay_out(
    book: Workbook, sheet: Worksheet, columns: Sequence[Heading], rows: int, answers: Sequence[str]
) -> None:
    """Header, widths, frozen pane, filter, drop-downs, and how it prints."""
    small = book.add_format({"font_name": FONT, "font_size": 8, "font_color": "#7F7F7F", "italic": True})
    head = book.add_format(
        {"font_name": FONT, "bold": True, "font_color": "#FFFFFF", "bg_color": "#2F5597",
         "valign": "vcenter", "text_wrap": True, "border": 1, "border_color": "#D0D0D0"}
    )  # fmt: skip
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, column.en, small)
    sheet.set_row(1, 22)
    for index, column in enumerate(columns):
        sheet.write_string(1, index, column.zh, head)
    last = max(rows, 1) + 1
    sheet.freeze_panes(_HEADER_ROWS, 1)
    sheet.autofilter(1, 0, last, len(columns) - 1)
    names = [c.name for c in columns]
    sheet.data_validation(
        2, names.index("answer"), last, names.index("answer"),
        {"validate": "list", "source": list(answers), "error_title": "核查结果",
         "error_message": "请从列表中选择 choose from the list", "input_title": "核查结果", "input_message": "从列表中选择"},
    )  # fmt: skip
    sheet.data_validation(
        2, names.index("answered_on"), last, names.index("answered_on"),
        {"validate": "date", "criteria": ">=", "value": date(2000, 1, 1), "error_title": "核查日期",
         "error_message": "请填日期 a date, for example 2026-11-25"},
    )  # fmt: skip
    _for_print(sheet, last_heading=_HEADER_ROWS - 1)


def _write_row(
    sheet: Worksheet,
    line: int,
    columns: Sequence[Heading],
    row: Mapping[str, Any],
    formats: Mapping[str, Format],
) -> None:
    lines = max(-(-_width(row.get(c.name)) // c.width) for c in columns)
    if lines > 1:
        sheet.set_row(line, _LINE_HEIGHT * lines)
    for index, column in enumerate(columns):
        if column.name in TO_FILL:
            sheet.write_blank(
                line, index, None, formats["fill_date" if column.name == "answered_on" else "fill"]
            )
        else:
            _write_cell(sheet, line, index, column.name, row.get(column.name), formats)


def _write_cell(
    sheet: Worksheet, line: int, index: int, name: str, value: object, formats: Mapping[str, Format]
) -> None:
    if value is None:
        sheet.write_blank(line, index, None, formats["text"])
    elif isinstance(value, (date, datetime)):
        sheet.write_datetime(line, index, value, formats["date"])
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        sheet.write_number(line, index, value, formats["number"])
    else:
        sheet.write_string(line, index, _words(name, cell_text(name, value)), formats["text"])


def _words(name: str, text: str) -> str:
    if name == "feed":
        return FEED_WORDS.get(text, text)
    if name == "status":
        return STATUSES[text][0] if text in STATUSES else text
    return text
