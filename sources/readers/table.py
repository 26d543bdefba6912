"""What a reader hands on: the rows of a delivery as text, and how columns of text become it.

Decides what is a data row (blank, total, footer and repeated heading rows are none), empties what is
oversized, takes NUL characters out, and looks for garbled text. Whether a value is right belongs to
``quality.screening``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from sources.contract import FeedContract
from sources.problems import file_problem
from sources.readers.header import Header
from sources.readers.mojibake import garbled_share

CELL_LIMIT: Final = 10_000
"""Characters; a longer cell is emptied and its row rejected later."""

LEAD = "_lead"
_SAMPLE = 1_000
_GARBLED_LIMIT = 0.1
_TOTAL_WORDS = "合计|总计|小计|共计|累计|本页小计|本页合计|总合计|合计数|总数"
_FOOTER_WORDS = (
    "填表人|填报人|制表人|制表|审核人|审核|复核人|复核|负责人|单位负责人|填报单位|填表单位|制表单位|填报日期|填表日期|制表日期|"
    "统计人|经办人|联系人|打印日期|打印时间|打印人|导出日期|导出时间|导出人|备注|注|附注|说明|填表说明|数据截止|单位[(（]盖章[)）]|以下空白|以下无正文"
)


def _spaced(words: str) -> str:
    """The words with any spaces between their characters, as people pad them."""
    return "|".join(r"\s*".join(word) if "[" not in word else word for word in words.split("|"))


_NO_DATA = (
    rf"(?s)^[\s（(]*(?:(?:{_spaced(_TOTAL_WORDS)})(?:[)）:：\s\d共].*)?"
    rf"|(?:{_spaced(_FOOTER_WORDS)})(?:[)）:：\s（(].*)?)$"
)
_COUNT_LIKE = r"^\s*共?\s*[\d.,]+\s*(?:人|户|条|间|套|份|名|个|页|㎡|平方米)?\s*$"


@dataclass(frozen=True)
class RawTable:
    """One delivery's data rows as text.

    ``frame`` (rows × columns): ``row_number`` UInt32 from 1; a String column for each contract column by its
    English name, null where blank or absent; Boolean ``<col>__numeric`` for each id_number column (the cell
    held a number or a date); String ``oversized`` and ``nul_in``: the column in which the row had a cell
    over ``CELL_LIMIT`` or a NUL, else null.

    ``dropped`` are the entries of the refusal list whose columns were not read, one for each column;
    ``ignored`` counts the other columns that no contract column reads; ``overlong`` counts rows with more
    cells than headings (csv; the surplus is ignored); ``no_data`` counts total, footer and repeated heading
    rows; ``other_sheets`` the visible sheets after the one that was read.
    """

    frame: pl.DataFrame
    dropped: tuple[str, ...] = ()
    ignored: int = 0
    overlong: int = 0
    no_data: int = 0
    other_sheets: int = 0


def _blank_to_null(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.col(pl.String)
    return frame.with_columns(pl.when(text.str.strip_chars() != "").then(text))


def _no_data_rows(frame: pl.DataFrame, contract: FeedContract, header: Header, read: list[str]) -> pl.Series:
    """Row numbers (0-based) of totals, footers and headings printed again.

    Such a row begins with a word for it and fills less than half of the mandatory columns, so that no
    row about somebody is taken for one.
    """
    lead = pl.coalesce(frame.columns) if frame.width > 1 else pl.col(frame.columns[0])
    id_name = contract.id_column.name
    again = pl.lit(False)
    if id_name in read:
        again = pl.col(id_name).is_in(sorted(header.written.get(id_name, ())))
    candidates = (
        frame.with_columns(_lead_cell=lead)
        .with_row_index("_row")
        .filter(pl.col("_lead_cell").str.contains(_NO_DATA) | again)
    )
    if candidates.is_empty():
        return pl.Series([], dtype=pl.UInt32)
    mandatory = [c.name for c in contract.columns if c.mandatory and c.name in read]
    filled = pl.sum_horizontal(
        pl.col(name).is_not_null()
        & ~pl.col(name).str.contains(_NO_DATA)
        & ~pl.col(name).str.contains(_COUNT_LIKE)
        for name in mandatory
    )
    printed = pl.sum_horizontal(
        pl.col(name).is_in(sorted(header.written.get(name, ()))) for name in mandatory
    )
    few = filled * 2 < len(mandatory)
    return candidates.filter(few | (again & (printed * 2 > len(mandatory))))["_row"]


def _data_rows(
    frame: pl.DataFrame, numeric: pl.DataFrame, contract: FeedContract, header: Header
) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """The frame and its numeric flags without rows that are no data, and how many were words, not blank."""
    read = [name for name in frame.columns if name != LEAD]
    words = _no_data_rows(frame, contract, header, read)
    keep = frame.select(pl.any_horizontal(pl.col(read).is_not_null())).to_series()
    if len(words):
        keep = keep & ~pl.int_range(len(keep), dtype=pl.UInt32, eager=True).is_in(words.implode())
    if keep.all():
        return frame.select(read), numeric, 0
    return frame.select(read).filter(keep), numeric.filter(keep) if numeric.width else numeric, len(words)


def _nul_in(frame: pl.DataFrame, read: list[str], had_nul: bool) -> pl.DataFrame:
    """Adds ``nul_in`` and takes the NUL characters out; a cell of nothing else becomes null."""
    none = pl.lit(None, dtype=pl.String)
    if not had_nul:
        return frame.with_columns(nul_in=none)
    holds = [pl.when(pl.col(n).str.contains("\0", literal=True)).then(pl.lit(n)) for n in read]
    marked = frame.with_columns(nul_in=pl.coalesce(*holds, none))
    cleaned = marked.with_columns(pl.col(read).str.replace_all("\0", "", literal=True))
    return _blank_to_null(cleaned)


def _oversized(frame: pl.DataFrame, read: list[str]) -> pl.DataFrame:
    """Adds ``oversized`` and empties the cells that are."""
    none = pl.lit(None, dtype=pl.String)
    longest = frame.select(pl.col(read).str.len_bytes().max())
    long = [n for n in read if (longest[n][0] or 0) > CELL_LIMIT]
    marks = [pl.when(pl.col(n).str.len_chars() > CELL_LIMIT).then(pl.lit(n)) for n in long]
    marked = frame.with_columns(oversized=pl.coalesce(*marks, none))
    emptied = [pl.when(pl.col(n).str.len_chars() <= CELL_LIMIT).then(pl.col(n)).alias(n) for n in long]
    return marked.with_columns(emptied)


def _check_garbled(frame: pl.DataFrame, contract: FeedContract, read: list[str]) -> None:
    """FileProblem ``mojibake`` if a tenth of the sampled rows is garbled (up to ``_SAMPLE`` rows, evenly spaced)."""
    columns = [
        c.name for c in contract.columns if c.name in read and c.type in ("name", "address", "text", "code")
    ]
    if columns and frame.height:
        sample = frame.select(columns).gather_every(max(1, frame.height // _SAMPLE))
        if garbled_share(sample.rows()) >= _GARBLED_LIMIT:
            raise file_problem("mojibake")


def assemble(
    frame: pl.DataFrame,
    numeric: pl.DataFrame,
    contract: FeedContract,
    header: Header,
    *,
    had_nul: bool = False,
    overlong: int = 0,
    other_sheets: int = 0,
) -> RawTable:
    """The RawTable of ``frame``: String columns in the file's order, named as the contract names them.

    A column ``_lead`` may stand first: an unread column to the left, looked at only for 合计 and the like.
    ``numeric`` has a Boolean column for id_number columns of the same height, or no column.
    """
    cleaned = _blank_to_null(frame)
    data, flags, no_data = _data_rows(cleaned, numeric, contract, header)
    read = data.columns
    _check_garbled(data, contract, read)
    data = _oversized(_nul_in(data, read, had_nul), read)
    absent = [pl.lit(None, dtype=pl.String).alias(c.name) for c in contract.columns if c.name not in read]
    ids = [c.name for c in contract.of_type("id_number")]
    marks = [
        flags[n].alias(f"{n}__numeric") if n in flags.columns else pl.lit(False).alias(f"{n}__numeric")
        for n in ids
    ]
    order = [
        "row_number",
        *(c.name for c in contract.columns),
        *(f"{n}__numeric" for n in ids),
        "oversized",
        "nul_in",
    ]
    full = data.with_columns(absent).with_columns(marks).with_row_index("row_number", offset=1).select(order)
    return RawTable(full, header.dropped, header.ignored, overlong, no_data, other_sheets)
