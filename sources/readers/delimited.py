"""CSV: encodings, delimiters, quoting as people's programs write it, rows that are too short or too long.

Fast where quoting is well formed (Polars, all text); where a quote stands in the middle of a cell or is
never closed, a line-wise reader takes over so that no row swallows the rows after it.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from sources.contract import FeedContract
from sources.problems import FileProblem, file_problem
from sources.readers.decode import to_utf8
from sources.readers.header import SEARCH_ROWS, Header, find_header, header_votes
from sources.readers.mojibake import garbled_share
from sources.readers.table import RawTable, assemble
from sources.refused import Refusals

BYTES_LIMIT = 3 << 30
DELIMITERS = (",", "\t", ";")
_PREVIEW_BYTES = 1 << 20
_PREVIEW_ROWS = SEARCH_ROWS + 5
_QUOTE_CHUNK = 1 << 24
_BATCH = 50_000
_JOINED_LINES = 20
_FORMULA_TEXT = r'^="([^"]*)"$'


def _preview(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The first rows, and for each the number of bytes up to its end."""
    rows: list[list[str]] = []
    ends: list[int] = []
    consumed = 0

    def lines() -> Iterator[str]:
        nonlocal consumed
        for line in io.StringIO(text, newline=""):
            consumed += len(line.encode("utf-8"))
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    while len(rows) < _PREVIEW_ROWS:
        try:
            rows.append([cell.replace("\0", "") for cell in next(reader)])
        except (StopIteration, csv.Error):
            break
        ends.append(consumed)
    return rows, ends


def _preview_text(data: bytes) -> str:
    """The first lines of ``data``; a last line that was cut off is left out."""
    head = data[:_PREVIEW_BYTES]
    if len(head) < len(data):
        cut = max(head.rfind(b"\n"), head.rfind(b"\r"))
        head = head[: cut + 1] if cut >= 0 else head
    return head.decode("utf-8", "ignore")


def _find(data: bytes, contract: FeedContract, office: str, refusals: Refusals) -> tuple[Header, str, int]:
    """(header, delimiter, byte at which the data rows begin)."""
    text = _preview_text(data)
    previews = {d: _preview(text, d) for d in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda d: (header_votes(previews[d][0], contract), text.count(d)))
    rows, ends = previews[delimiter]
    try:
        header = find_header(rows, contract, office, refusals)
    except FileProblem as problem:
        if problem.code == "no_header" and garbled_share(rows) > 0.5:
            raise file_problem("mojibake") from None
        raise
    return header, delimiter, ends[header.data_start - 1]


def _well_quoted(data: bytes, start: int, delimiter: str) -> bool:
    """Whether from ``start`` on each quote opens a cell, closes it, or is one of a doubled pair.

    Only then does counting quotes, as fast readers do, give the same cells as reading them in order.
    """
    edge = np.zeros(256, dtype=bool)
    edge[[ord(delimiter), 10, 13, 34]] = True
    raw = np.frombuffer(data, dtype=np.uint8, offset=start)
    inside = False
    for begin in range(0, len(raw), _QUOTE_CHUNK):
        at = np.flatnonzero(raw[begin : begin + _QUOTE_CHUNK] == 34) + begin
        openers, closers = (at[1::2], at[0::2]) if inside else (at[0::2], at[1::2])
        openers, closers = openers[openers > 0], closers[closers + 1 < len(raw)]
        if not edge[raw[openers - 1]].all() or not edge[raw[closers + 1]].all():
            return False
        inside ^= len(at) % 2 == 1
    return not inside


def _names(width: int) -> list[str]:
    return [f"c{i}" for i in range(width + 1)]


def _fast(
    data: bytes, start: int, delimiter: str, width: int, wanted: list[int], quoted: bool
) -> pl.DataFrame:
    """Polars takes the number of columns from the first line, so a line of names is put before the data.

    One column more than the headings has room for what an overlong row has too much.
    """
    first = delimiter.join(_names(width)).encode() + b"\n"
    return pl.read_csv(
        b"".join([first, memoryview(data)[start:]]),
        separator=delimiter,
        quote_char='"' if quoted else None,
        infer_schema=False,
        truncate_ragged_lines=True,
        columns=[f"c{i}" for i in wanted],
    )


def _strict(line: str, delimiter: str) -> list[str] | None:
    try:
        rows = list(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _literal(line: str, delimiter: str) -> list[str]:
    """Cells of a line whose quotes make no sense: split at each delimiter, quotes that do pair off taken away."""
    cells = line.split(delimiter)
    return [c[1:-1] if len(c) >= 2 and c[0] == c[-1] == '"' else c for c in cells]


def _joined(lines: list[str], at: int, delimiter: str, width: int) -> tuple[list[str], int] | None:
    """The row that begins at ``at`` and has line breaks in a cell, and the line after it, if there is such a row."""
    for end in range(at + 2, min(at + _JOINED_LINES, len(lines)) + 1):
        row = _strict("\n".join(lines[at:end]), delimiter)
        if row is not None and len(row) == width:
            return row, end
    return None


def _careful_rows(text: str, delimiter: str, width: int) -> Iterator[list[str]]:
    """Rows read line by line; a stray quote spoils no more than its own line."""
    lines = re.split(r"\r\n|\n|\r", text)
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if '"' not in line:
            yield line.split(delimiter)
            continue
        row = _strict(line, delimiter)
        if row is None and (found := _joined(lines, at - 1, delimiter, width)):
            row, at = found
        yield row if row is not None else _literal(line, delimiter)


def _careful(text: str, delimiter: str, width: int, wanted: list[int]) -> pl.DataFrame:
    batches: list[pl.DataFrame] = []
    schema = {f"c{i}": pl.String for i in wanted}
    batch: list[list[str | None]] = []
    for row in _careful_rows(text, delimiter, width):
        batch.append([row[i] if i < len(row) else None for i in wanted])
        if len(batch) == _BATCH:
            batches.append(pl.DataFrame(batch, schema=schema, orient="row"))
            batch = []
    batches.append(pl.DataFrame(batch, schema=schema, orient="row"))
    return pl.concat(batches)


def _cells(data: bytes, start: int, delimiter: str, width: int, wanted: list[int]) -> pl.DataFrame:
    """The cells from byte ``start`` on, columns ``c0`` … by their place in the file."""
    if data.find(b"\n", start) < 0 and data.find(b"\r", start) >= 0:
        data, start = data[start:].replace(b"\r", b"\n"), 0
    quoted = data.find(b'"', start) >= 0
    if quoted and not _well_quoted(data, start, delimiter):
        return _unwrap_formula_text(_careful(data[start:].decode("utf-8"), delimiter, width, wanted))
    try:
        frame = _fast(data, start, delimiter, width, wanted, quoted)
    except pl.exceptions.PolarsError:
        frame = _careful(data[start:].decode("utf-8"), delimiter, width, wanted)
    return _unwrap_formula_text(frame) if quoted and data.find(b'="', start) >= 0 else frame


def _unwrap_formula_text(frame: pl.DataFrame) -> pl.DataFrame:
    """``="0123"``, with which exports keep Excel from cutting a number, is the text 0123."""
    return frame.with_columns(pl.all().str.replace(_FORMULA_TEXT, "$1"))


def read_csv(path: Path, contract: FeedContract, office: str, refusals: Refusals) -> RawTable:
    """The rows of the delimited text at ``path``; FileProblem if they cannot be had."""
    if path.stat().st_size > BYTES_LIMIT:
        raise file_problem("too_large")
    csv.field_size_limit(sys.maxsize)
    data = to_utf8(path.read_bytes())
    header, delimiter, start = _find(data, contract, office, refusals)
    had_nul = b"\0" in data
    order = header.read_order()
    wanted = [*(index for _, index in order), header.width]
    frame = _cells(data, start, delimiter, header.width, wanted)
    del data
    surplus = frame[f"c{header.width}"]
    overlong = int((surplus.fill_null("") != "").sum())
    named = frame.select(pl.col(f"c{index}").alias(name) for name, index in order)
    return assemble(named, pl.DataFrame(), contract, header, had_nul=had_nul, overlong=overlong)
