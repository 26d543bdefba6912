"""Text handling that every kind of value shares: width, invisible characters, traditional script.

Nothing here knows what a value means. The functions take and give Polars expressions or series; Python
is applied to *distinct* values only, because office files repeat themselves (``by_distinct``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import polars as pl

INVISIBLE = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\ufeff\ufe0f"
)
"""Zero-width and direction characters: they are never part of a value."""

SPACES = " \t\r\n\v\f\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""The inside of a regex class of everything that office files use as a blank."""

_NEEDS_WIDTH = r"[^\x20-\x7e\u4e00-\u9fff\u00b7]"
_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_WIDTH |= {"\u3000": " ", "\u00a0": " ", "\t": " ", "\r": " ", "\n": " ", "\v": " ", "\f": " ", "\u202f": " "}
_WIDTH |= dict.fromkeys((chr(code) for code in range(0x2000, 0x200B)), " ") | dict.fromkeys(INVISIBLE, "")
_WIDTH |= {"\u2028": " ", "\u2029": " ", "\u205f": " ", "\u1680": " "}


def where_needed(values: pl.Series, pattern: str, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """``change`` applied to those values that match ``pattern``; the others stay. Same length, same name.

    Most cells are clean, so looking (one regex pass) is far cheaper than changing all of them.
    """
    hit = values.str.contains(pattern).fill_null(False)
    if not hit.any():
        return values
    changed = change(values.filter(hit))
    return values.clone().scatter(hit.arg_true(), changed)  # scatter writes in place: never into the caller's


def half_width(values: pl.Series) -> pl.Series:
    """Full-width ASCII to half-width, every blank to a plain space, invisible characters gone."""
    return where_needed(
        values,
        _NEEDS_WIDTH,
        lambda part: part.to_frame("v").select(
            pl.col("v").str.replace_many(list(_WIDTH), list(_WIDTH.values()))
        )["v"],
    ).alias(values.name)


def tidy(values: pl.Series) -> pl.Series:
    """``half_width`` and no blanks at either end; blank becomes null."""
    text = half_width(values).str.strip_chars(" ")
    return text.set(text == "", None)


def compact(values: pl.Series) -> pl.Series:
    """``tidy`` and without any blank inside."""
    return where_needed(tidy(values), " ", lambda part: part.str.replace_all(" ", "", literal=True))


def on_distinct(values: pl.Series, parse: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """``parse`` of the distinct values (null among them), joined back: one row for each input value."""
    keys = values.unique()
    table = parse(keys).with_columns(keys.alias("__key"))
    frame = values.alias("__key").to_frame()
    return frame.join(table, on="__key", how="left", nulls_equal=True, maintain_order="left").drop("__key")


def by_distinct(
    values: pl.Series,
    parse: Callable[[str], Sequence[object]],
    schema: Mapping[str, pl.DataType | type[pl.DataType]],
) -> pl.DataFrame:
    """``parse`` called once for each distinct value; one row of ``schema`` for each input value.

    A null value gives nulls. The cost is that of the distinct values plus one hash join.
    """
    keys = values.unique().drop_nulls()
    rows = [parse(value) for value in keys.to_list()]
    table = pl.DataFrame(rows, schema=dict(schema), orient="row").with_columns(keys.alias("__key"))
    return (
        values.alias("__key")
        .to_frame()
        .join(table, on="__key", how="left", maintain_order="left")
        .drop("__key")
    )


def map_distinct(values: pl.Series, change: Callable[[str], str | None]) -> pl.Series:
    """``change`` called once for each distinct value; a series of the same length."""
    return by_distinct(values, lambda value: (change(value),), {"v": pl.String})["v"].alias(values.name)


@cache
def traditional_pattern() -> str:
    """A regex class of the characters that OpenCC's t2s changes (CJK base block and extension A)."""
    text = "".join(chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)))
    changed = [a for a in text if _to_simplified(a) != a]
    return "[" + "".join(changed) + "]"


@cache
def _converter() -> Callable[[str], str]:
    from opencc import OpenCC  # loaded only when a traditional character turns up or the class is built

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def _to_simplified(text: str) -> str:
    return _converter()(text)


def simplified(values: pl.Series) -> pl.Series:
    """Traditional script to simplified (OpenCC t2s); values in simplified script are not touched."""
    return where_needed(values, traditional_pattern(), lambda part: map_distinct(part, _to_simplified))


def nfkc(text: str) -> str:
    """Unicode compatibility form, for the rare values that need more than ``half_width``."""
    return unicodedata.normalize("NFKC", text)


_BLANKS = re.compile(f"[{SPACES}]+")


def one_space(text: str) -> str:
    """Every run of blanks as one space, none at the ends."""
    return _BLANKS.sub(" ", text).strip()
