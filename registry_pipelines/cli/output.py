"""Listings on stdout as table, CSV or JSON; notes and progress on stderr.

What belongs here: how rows look. JSON is one array of objects and nothing else: dates ISO, NULL null,
``details`` an object. Text is shown as text: control characters are removed, nothing is markup, and a
cell that a spreadsheet would read as a formula is quoted in CSV.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from registry_pipelines.words import Heading

JSON_COLUMNS = frozenset({"details"})
"""Columns that hold a JSON text in the database and an object in JSON output."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_PIPE_WIDTH = 240


class Format(StrEnum):
    """How a listing is written."""

    table = "table"
    csv = "csv"
    json = "json"


Row = Mapping[str, Any]


def plain(value: Any) -> Any:
    """``value`` as JSON knows it: dates and times ISO, numbers as numbers, NaN and infinity null."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (float, Decimal)):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).hex()
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(v) for v in value]
    if isinstance(value, (timedelta, UUID)):
        return str(value)
    return str(value)


def _json_cell(name: str, value: Any) -> Any:
    if name in JSON_COLUMNS and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return plain(value)


def safe_text(text: str) -> str:
    """``text`` for a terminal: control and direction-changing characters removed, line ends kept."""
    return "".join(c for c in text if c.isprintable() or c == "\n")


def cell_text(name: str, value: Any) -> str:
    """One cell as people read it; empty for NULL."""
    value = _json_cell(name, value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    if isinstance(value, Mapping):
        from registry_pipelines.details import in_words

        return safe_text(in_words(value))
    return safe_text(_short(value))


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return ",".join(_short(v) for v in value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def inert(text: str) -> str:
    """``text`` for a CSV cell: quoted with an apostrophe if a spreadsheet would run it."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def write_json(rows: Iterable[Row], columns: Sequence[str]) -> None:
    """One array of objects on stdout, one object a line, ``[]`` if there is none."""
    out, first = sys.stdout, True
    out.write("[")
    for row in rows:
        out.write("\n" if first else ",\n")
        out.write(json.dumps({c: _json_cell(c, row.get(c)) for c in columns}, ensure_ascii=False))
        first = False
    out.write("]\n" if first else "\n]\n")


def write_csv(rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Comma-separated with the column names as header; NULL empty, objects as JSON text."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = (_json_cell(c, row.get(c)) for c in columns)
        writer.writerow([_csv_cell(cell) for cell in cells])


def _csv_cell(value: Any) -> Any:
    if value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, (Mapping, list)):
        return json.dumps(value, ensure_ascii=False)
    return inert(str(value))


def console(*, stderr: bool = False) -> Console:
    """A console that neither cuts lines for a pipe nor reads markup in text."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _PIPE_WIDTH
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)


def write_table(rows: Sequence[Row], headings: Sequence[Heading], title: str = "", caption: str = "") -> None:
    """A table with the Chinese heading over the English one; a plain line if there is no row.

    Where the terminal is narrow, columns that say least (the highest ``spare``) are left out, and a line says so.
    """
    from rich.text import Text

    out = console()
    if not rows:
        out.print(Text(f"{title}：无 none" if title else "无 none"))
        return
    shown = list(headings)
    while len(shown) > 2 and _least_width(rows, shown) > out.width and any(h.spare for h in shown):
        shown.remove(max(shown, key=lambda h: h.spare))
    left_out = len(headings) - len(shown)
    notes = [caption] if caption else []
    if left_out:
        notes.append(f"窄屏未列 {left_out} 栏 columns left out: widen the window, or --format csv")
    print_trimmed(out, _table(rows, shown, title, "\n".join(notes)))


def print_trimmed(out: Console, table: Table) -> None:
    """Print; into a pipe without the blanks that pad each line to the table's width."""
    if out.is_terminal:
        out.print(table)
        return
    with out.capture() as captured:
        out.print(table)
    sys.stdout.write("\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n")


def _table(rows: Sequence[Row], headings: Sequence[Heading], title: str, caption: str) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=box.SIMPLE_HEAD,
        title=Text(title, "bold") if title else None,
        title_justify="left",
        caption=Text(caption, "dim") if caption else None,
        caption_justify="left",
        pad_edge=False,
    )
    for heading in headings:
        head = (
            Text.assemble((heading.zh, "bold"), "\n", (heading.en, "dim"))
            if heading.en
            else Text(heading.zh, "bold")
        )
        justify: Literal["left", "right"] = "right" if heading.numeric else "left"
        table.add_column(
            head, justify=justify, overflow="fold", no_wrap=heading.whole, min_width=heading.least or None
        )
    for row in rows:
        table.add_row(
            *(Text(cell_text(h.name, row.get(h.name)), heading_style(h.name, row)) for h in headings)
        )
    return table


def _least_width(rows: Sequence[Row], headings: Sequence[Heading]) -> int:
    """Terminal cells that the table takes at least: whole columns at full width, others at their least."""
    from rich.cells import cell_len

    total = 0
    for heading in headings:
        widths = [cell_len(heading.zh), cell_len(heading.en)]
        if heading.whole:
            widths += [cell_len(cell_text(heading.name, row.get(heading.name))) for row in rows]
        total += max(*widths, heading.least) + 3
    return total


_STATUS_STYLE = {
    "open": "yellow",
    "confirmed": "red",
    "held": "dim",
    "cured": "green",
    "dismissed": "dim",
    "expired": "dim",
    "loaded": "green",
    "set_aside": "red",
    "refused": "red",
    "waiting": "yellow",
    "ok": "green",
    "warning": "yellow",
    "failed": "bold red",
}


def heading_style(name: str, row: Row) -> str:
    """The style of a cell: states are coloured, everything else is plain."""
    if name in ("status", "outcome", "result"):
        return _STATUS_STYLE.get(str(row.get(name)).split()[-1], "")
    return "dim" if name in ("exception_id", "sha256", "rule_version") else ""


def listing(
    rows: Sequence[Row],
    headings: Sequence[Heading],
    fmt: Format,
    *,
    columns: Sequence[str] = (),
    title: str = "",
    caption: str = "",
) -> None:
    """Write ``rows`` in ``fmt``. ``columns`` are those for machines; the table shows ``headings`` only."""
    names = columns or [h.name for h in headings]
    if fmt is Format.json:
        write_json(rows, names)
    elif fmt is Format.csv:
        write_csv(rows, names)
    else:
        write_table(rows, headings, title, caption)
    sys.stdout.flush()


def note(text: str, style: str = "") -> None:
    """One line on stderr."""
    from rich.text import Text

    console(stderr=True).print(Text(safe_text(text), style))
