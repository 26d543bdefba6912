"""How names, phones, dates, codes and record numbers are written, clean and dirty."""

from __future__ import annotations

import numpy as np
import polars as pl

from sources.contract import contracts
from sources.county import name_tables as tables
from sources.county import names
from sources.county.addresses import FULL_WIDTH
from sources.county.draw import (
    NONE,
    Bools,
    Draw,
    Ints,
    as_days,
    blank,
    date_texts,
    joined,
    patch,
    patch_with,
    take,
    where,
)
from sources.county.people import People

_DATE_WEIGHTS = (0, 8, 8, 5, 4, 2, 2)
_OPEN = ("长期", "至今", "9999-12-31")
_NO_PHONE = ("无", "11111111111", "不详", "-", "12345678", "0")
_NO_NAME = ("不详", "无名", "-", "？？")


def date_formats(n: int, dirt: float, draw: Draw) -> Ints:
    """A way of writing for each date; mostly ISO."""
    weights = [70.0] + [w * dirt for w in _DATE_WEIGHTS[1:]]
    return draw.index(weights, n)


def write_dates(dates: pl.Series, dirt: float, draw: Draw) -> pl.Series:
    """Dates as an office writes them; null stays null."""
    days = as_days(dates)
    return date_texts(days, date_formats(len(days), dirt, draw))


def write_open_dates(dates: pl.Series, dirt: float, draw: Draw) -> pl.Series:
    """As ``write_dates``; some of the blanks are written as 长期, 至今 or 9999-12-31."""
    text = write_dates(dates, dirt, draw)
    rows = (
        draw.some(0.06 * dirt, where(as_days(dates) == NONE)) if dirt else where(np.zeros(0, dtype=np.bool_))
    )
    return patch(text, rows, take(_OPEN, draw.ints(0, len(_OPEN), len(rows))))


def write_updated(dates: pl.Series, dirt: float, draw: Draw) -> pl.Series:
    """更新时间: dates, some with a time of day, a few unreadable."""
    text = write_dates(dates, dirt, draw)
    kind = draw.classes(len(text), [0.05 * dirt, 0.002 * dirt])
    rows = where(kind == 1)
    iso = date_texts(as_days(dates)[rows], np.zeros(len(rows), dtype=np.int64))
    clock = take(("09:12:05", "14:30", "16:05:59", "08:00:00"), draw.ints(0, 4, len(rows)))
    text = patch(text, rows, joined(iso, " ", clock))
    rows = where(kind == 2)
    return patch(text, rows, take(("未知", "见附件", "**"), draw.ints(0, 3, len(rows))))


def write_codes(codes: pl.Series, feed: str, column: str, dirt: float, draw: Draw) -> pl.Series:
    """Codes, some by another word that the feed's contract lists for them."""
    aliases: dict[str, list[str]] = {}
    for alias, code in contracts()[feed].column(column).codes:
        if alias != code:
            aliases.setdefault(code, []).append(alias)
    out, shown = codes, draw.chance(min(0.05 * dirt, 0.5), len(codes))
    for code, words in aliases.items():
        rows = where((codes == code).fill_null(False).to_numpy() & shown)
        out = patch(out, rows, take(words, draw.ints(0, len(words), len(rows))))
    return out


def write_numbers(numbers: pl.Series, share: float, draw: Draw) -> pl.Series:
    """Record, notice and request numbers, some in lower case, full width or with spaces."""
    if share <= 0 or not len(numbers):
        return numbers
    kind = draw.classes(len(numbers), [share / 4] * 4, numbers.is_not_null().to_numpy())
    x = pl.col("x")
    out = patch_with(numbers, where(kind == 1), x.str.to_lowercase())
    out = patch_with(out, where(kind == 2), x.str.replace_many(FULL_WIDTH))
    out = patch_with(out, where(kind == 3), pl.concat_str(pl.lit(" "), x, pl.lit(" ")))
    return patch_with(out, where(kind == 4), pl.concat_str(x.str.slice(0, 2), pl.lit(" "), x.str.slice(2)))


def write_phones(people: People, person: Ints, dirt: float, draw: Draw) -> pl.Series:
    """Phones: a second one of the person's, one shared by an agent's clients, placeholders, separators."""
    n = len(person)
    second = draw.chance(min(0.07 * dirt, 0.4), n)
    text = take(people.phone, person)
    text = patch(text, where(second), take(people.second_phone, person[second]))
    shared = draw.some(0.03 * dirt, np.arange(n, dtype=np.int64), 6)
    agents = draw.ints(0, len(people), max(1, len(shared) // 25))
    text = patch(text, shared, take(people.second_phone, agents[draw.ints(0, len(agents), len(shared))]))
    shares = [0.11, 0.012, 0.03, 0.02, 0.02, 0.006, 0.003, 0.002]
    kind = draw.classes(n, [s * dirt for s in shares])
    x = pl.col("x")
    text = blank(text, where(kind == 1))
    rows = where(kind == 2)
    text = patch(text, rows, take(_NO_PHONE, draw.ints(0, len(_NO_PHONE), len(rows))))
    groups = (x.str.slice(0, 3), x.str.slice(3, 4), x.str.slice(7))
    text = patch_with(text, where(kind == 3), pl.concat_str(pl.lit("+86 "), x))
    text = patch_with(text, where(kind == 4), pl.concat_str(*groups, separator="-"))
    text = patch_with(text, where(kind == 5), pl.concat_str(*groups, separator=" "))
    text = patch_with(text, where(kind == 6), pl.concat_str(pl.lit("+86"), x))
    text = patch_with(text, where(kind == 7), x.str.replace_many(FULL_WIDTH))
    rows = where(kind == 8)
    other = take(people.second_phone, person[rows])
    return patch_with(text, rows, pl.concat_str(x, pl.lit("/"), pl.lit(other)))


def write_names(
    people: People, person: Ints, sound: Bools, dirt: float, draw: Draw, *, nul: bool = True
) -> pl.Series:
    """Names as written. Only rows whose number is ``sound`` lose their name or hold hostile text.

    ``nul``: the file can carry NUL bytes (a workbook cannot).
    """
    n = len(person)
    form = people.form[person]
    text = take(people.name, person)
    if not dirt:
        return text
    text = _dotted_and_latin(text, form, dirt, draw)
    han = form <= names.HAN3
    shares = [0.01, 0.008, 0.006, 0.003, 0.003, 0.0008]
    kind = draw.classes(n, [s * dirt for s in shares], han)
    x = pl.col("x")
    text = patch_with(text, where(kind == 1), pl.concat_str(pl.lit(" "), x, pl.lit("\u3000")))
    text = patch_with(text, where(kind == 2), x.str.replace_many(tables.TRADITIONAL))
    text = patch_with(text, where(kind == 3), x.str.replace_many(tables.HOMOPHONES))
    text = patch_with(text, where(kind == 4), x.str.replace_many(tables.LOOK_ALIKES))
    rows = where(kind == 5)
    text = patch_with(text, rows, pl.concat_str(x, pl.lit(take(tables.TITLES, draw.ints(0, 4, len(rows))))))
    rows = where(kind == 6)
    stand_in = take(tables.STAND_INS, draw.ints(0, len(tables.STAND_INS), len(rows)))
    text = patch_with(text, rows, pl.concat_str(x.str.head(-1), pl.lit(stand_in)))
    pad = where((form == names.HAN2) & (kind == 0) & draw.chance(min(0.06 * dirt, 0.5), n))
    gap = take(("\u3000", " ", "  "), draw.index((6, 3, 1), len(pad)))
    text = patch_with(text, pad, pl.concat_str(x.str.head(1), pl.lit(gap), x.str.slice(1)))
    return _replaced(text, sound & (kind == 0), dirt, draw, nul)


def _dotted_and_latin(text: pl.Series, form: Ints, dirt: float, draw: Draw) -> pl.Series:
    x = pl.col("x")
    dotted = where(form == names.DOTTED)
    rows = dotted[draw.chance(min(0.4 * dirt, 0.9), len(dotted))]
    dots = take(tables.MIDDLE_DOTS, draw.index((0, 4, 4, 3, 3, 4, 2, 3, 2, 1), len(rows)))
    parts = x.str.split_exact("·", 1).struct
    text = patch_with(text, rows, pl.concat_str(parts.field("field_0"), pl.lit(dots), parts.field("field_1")))
    latin = where(form == names.LATIN)
    kind = draw.classes(len(latin), [0.15 * dirt, 0.08 * dirt, 0.04 * dirt, 0.03 * dirt])
    family, given = x.str.extract(r"^(\S+)"), x.str.extract(r"^\S+ (.*)$")
    text = patch_with(text, latin[kind == 1], pl.concat_str(given, family, separator=" "))
    text = patch_with(text, latin[kind == 2], x.str.to_titlecase())
    text = patch_with(text, latin[kind == 3], pl.concat_str(family, given, separator=", "))
    return patch_with(text, latin[kind == 4], x.str.to_lowercase().str.replace(" ", "  "))


def _replaced(text: pl.Series, eligible: Bools, dirt: float, draw: Draw, nul: bool) -> pl.Series:
    shares = [0.001, 0.002, 0.0008, 0.0004 if nul else 0]
    kind = draw.classes(len(text), [s * dirt for s in shares], eligible)
    x = pl.col("x")
    rows = draw.some(0.0006 * dirt, where(eligible & (kind == 0)), 4)
    turn = np.arange(len(rows), dtype=np.int64) + int(draw.ints(0, len(tables.HOSTILE), 1)[0])
    text = patch(text, rows, take(tables.HOSTILE, turn % len(tables.HOSTILE)))
    rows = where(kind == 1)
    text = patch(text, rows, take(_NO_NAME, draw.ints(0, len(_NO_NAME), len(rows))))
    text = blank(text, where(kind == 2))
    text = patch_with(text, where(kind == 3), pl.concat_str(x.str.head(1), pl.lit("\n"), x.str.slice(1)))
    return patch_with(text, where(kind == 4), pl.concat_str(x.str.head(1), pl.lit("\x00"), x.str.slice(1)))
