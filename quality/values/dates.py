"""Dates as offices write them, with precision; what is open, and what only stands for nothing.

A column of a million dates has some ten thousand distinct texts, so everything is done on the distinct
ones by expressions and joined back.
"""

from __future__ import annotations

import re
from datetime import date

import polars as pl

from quality.values.numerals import to_int
from quality.values.placeholders import is_word
from quality.values.text import on_distinct, tidy

STATES = ("read", "open", "blank", "sentinel", "unreadable")
OPEN_FROM_YEAR = 2200
"""9999-12-31, 3000-01-01 and the like: nobody means the day."""

_OPEN = r"^(?:至|到)?(?:长期.*|永久.*|永远|长久|至今|今|现在|目前|无固定期限|无期限|不定期|不限|无限期|FOREVER|PERMANENT|9999|2999|3000)$"
_TIME = r"(?:[T ]+|日 *)(?:上午|下午|AM|PM)? *\d{1,2} *(?:[:时点]|AM|PM).*$"
_LEAD = r"^(?:自|从|于|至|到|截至|截止)(?=\d)"
_DAY = r"^(\d{4})[-/.年,、](\d{1,2})[-/.月,、](\d{1,2})[日号]?(?:起|止)?$"
_PACKED = r"^(\d{4})(\d{2})(\d{2})(?:\d{4}|\d{6})?$"
_MONTH = r"^(\d{4})(?:[-/.年,、](\d{1,2})月?|(0[1-9]|1[0-2]))$"
_YEAR = r"^((?:18|19|20)\d{2})年?$"
_SERIAL = r"^(\d{5}|29584\d\d)(?:\.\d+)?$"
_SERIAL_ZERO = date(1899, 12, 30)
_SENTINELS = (date(1900, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1, 1, 1), date(1753, 1, 1))
_HAN_DATE = re.compile(
    r"^([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})[日号])?$"
)


def _han(text: str) -> str:
    """二〇二四年五月一日 as 2024年5月1日; other text as it is."""
    match = _HAN_DATE.match(text)
    if not match:
        return text
    year, month, day = (to_int(part) if part else None for part in match.groups())
    return f"{year}年{month}月" + (f"{day}日" if day else "")


def _clean(keys: pl.Series) -> pl.Series:
    """Distinct texts without time, weekday, blanks and labels."""
    text = tidy(keys).str.to_uppercase().str.strip_chars("'’‘`")
    text = text.str.replace(r"[(（]?(?:星期|周)[一二三四五六日天][)）]?", "").str.replace(_TIME, "")
    text = text.str.replace_all(" ", "", literal=True).str.replace_all("[—–－]", "-")
    text = text.str.replace(r"^(?:自|从|于|至|到|截至|截止)(\d)", "${1}")
    if text.str.contains("[一二三四五六七八九]").any():
        text = pl.Series(text.name, [None if value is None else _han(value) for value in text.to_list()])
    return text


def _ymd(text: pl.Expr, pattern: str) -> pl.Expr:
    """A date from the three groups of ``pattern``; null if it does not exist in the calendar."""
    parts = [text.str.extract(pattern, group) for group in (1, 2, 3)]
    joined = pl.concat_str(parts[0], parts[1].str.zfill(2), parts[2].str.zfill(2))
    return joined.str.to_date("%Y%m%d", strict=False)


def _distinct(keys: pl.Series) -> pl.DataFrame:
    """day, precision and state of each distinct text."""
    text = pl.col("text")
    month = pl.coalesce(text.str.extract(_MONTH, 2), text.str.extract(_MONTH, 3)).str.zfill(2)
    serial = text.str.extract(_SERIAL, 1).cast(pl.Int32)
    frame = pl.DataFrame({"text": _clean(keys)}).with_columns(
        full=pl.coalesce(
            _ymd(text, _DAY),
            _ymd(text, _PACKED),
            pl.lit(_SERIAL_ZERO) + pl.duration(days=serial),
        ),
        month=pl.concat_str(text.str.extract(_MONTH, 1), month, pl.lit("01")).str.to_date(
            "%Y%m%d", strict=False
        ),
        year=pl.concat_str(text.str.extract(_YEAR, 1), pl.lit("0101")).str.to_date("%Y%m%d", strict=False),
        blank=(
            text.is_null() | (text == "") | is_word(text) | text.str.contains(r"^0+[-/.年]?0*[-/.月]?0*日?$")
        ),
        open=text.str.contains(_OPEN),
    )
    return frame.select(
        day=pl.coalesce("full", "month", "year"),
        precision=pl.when(pl.col("full").is_not_null())
        .then(pl.lit("day"))
        .when(pl.col("month").is_not_null())
        .then(pl.lit("month"))
        .otherwise(pl.lit("year")),
        blank=pl.col("blank").fill_null(True),
        open=pl.col("open").fill_null(False) | (pl.coalesce("full", "month").dt.year() >= OPEN_FROM_YEAR),
    )


def parse(values: pl.Series, *, partial: bool = False) -> pl.DataFrame:
    """``day`` (Date), ``precision`` (day/month/year) and ``state`` of each value.

    ``partial``: whether a month or a year alone is a date (birth dates); if not, it is unreadable. States:
    ``read``; ``open`` (长期, 至今, 9999-12-31); ``blank`` (nothing or a placeholder); ``sentinel``
    (1900-01-01, 1899-12-30: a system's default); ``unreadable``. ``day`` and ``precision`` are null unless read.
    """
    return on_distinct(values, lambda keys: _judge(_distinct(keys), partial=partial))


def _judge(table: pl.DataFrame, *, partial: bool) -> pl.DataFrame:
    """day, precision and state of what ``_distinct`` found."""
    whole = pl.lit(partial) | (pl.col("precision") == "day")
    state = (
        pl.when("blank")
        .then(pl.lit("blank"))
        .when(pl.col("open").fill_null(False))
        .then(pl.lit("open"))
        .when(pl.col("day").is_null() | ~whole)
        .then(pl.lit("unreadable"))
        .when(pl.col("day").is_in(_SENTINELS))
        .then(pl.lit("sentinel"))
        .otherwise(pl.lit("read"))
    )
    read = pl.col("state") == "read"
    return table.with_columns(state=state).select(
        pl.when(read).then(pl.col("day")).alias("day"),
        pl.when(read).then(pl.col("precision")).alias("precision"),
        "state",
    )
