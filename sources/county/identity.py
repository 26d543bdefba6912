"""How a ledger writes who somebody is: identity number, birth date, sex; and what is wrong with them.

The kinds of damage are drawn here once for each row, so that truth knows them without reading the text.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sources.county import numbers
from sources.county.addresses import FULL_WIDTH
from sources.county.draw import (
    NONE,
    Bools,
    Bytes,
    Draw,
    Ints,
    as_days,
    blank,
    date_texts,
    from_ascii,
    patch,
    patch_with,
    take,
    where,
)
from sources.county.people import People
from sources.county.writing import date_formats

(PLAIN, BLANK, PLACEHOLDER, FULL, SPACED, QUOTED, INVISIBLE) = range(7)
(TYPO, SWAPPED, SCIENTIFIC, TAIL_CUT, NUMBER_CELL, OLD_FORM, LOOK_ALIKE_X) = range(7, 14)
FAULTS = (TYPO, SWAPPED, SCIENTIFIC, TAIL_CUT, NUMBER_CELL)
_WRITING = {BLANK: 0.018, PLACEHOLDER: 0.014, FULL: 0.006, SPACED: 0.01, QUOTED: 0.012, INVISIBLE: 0.004}
_FAULT_SHARES = (0.006, 0.005, 0.005, 0.005, 0.004)
PLACEHOLDERS = ("无", "不详", "-", "123456", "11111111111", "未知", "/", "000000000000000000", "暂无")
_X_FORMS = ("x", "Ｘ", "х", "Χ", "×", "ⅹ", "Х", "x ")
_SEXES = ("男", "女", "1", "2", "男性", "女性")


@dataclass(frozen=True)
class Identity:
    """What a ledger's rows say of their persons; texts as delivered.

    ``kind``: how the number is written. ``fault``: damaged or invalid, to be judged. ``sound``: the
    number as written is a valid identity number. ``wrong_birth``, ``wrong_sex``: the row differs from it.
    """

    kind: Ints
    number: pl.Series
    fault: Bools
    sound: Bools
    birth: pl.Series
    sex: pl.Series
    wrong_birth: Bools
    wrong_sex: Bools

    @property
    def contradiction(self) -> Bools:
        """Birth date or sex differ from a sound number."""
        return np.asarray(self.wrong_birth | self.wrong_sex)


def _kinds(document: Ints, digits: Bytes, old: Bools, cells: bool, dirt: float, draw: Draw) -> Ints:
    n = len(document)
    kind = draw.classes(n, [share * dirt for share in _WRITING.values()])
    judged = document <= numbers.PERMANENT
    numeric = judged & (digits[:, 17] != ord("X"))
    shares = [s * dirt for s in _FAULT_SHARES]
    typos = draw.classes(n, shares[:2], judged & (kind == PLAIN))
    kind = np.where(typos > 0, TYPO + typos - 1, kind)
    cuts = draw.classes(n, shares[2 : 5 if cells else 4], numeric & (kind == PLAIN))
    kind = np.where(cuts > 0, SCIENTIFIC + cuts - 1, kind)
    kind = np.where(draw.classes(n, [0.008 * dirt], old & (kind == PLAIN)) > 0, OLD_FORM, kind)
    ends_in_x = judged & (digits[:, 17] == ord("X")) & (kind == PLAIN)
    return np.where(ends_in_x & draw.chance(min(0.35 * dirt, 0.9), n), LOOK_ALIKE_X, kind)


def _number_texts(clean: pl.Series, digits: Bytes, kind: Ints, draw: Draw) -> pl.Series:
    x = pl.col("x")
    out = patch_with(clean, where(kind == FULL), x.str.replace_many(FULL_WIDTH))
    out = patch_with(out, where(kind == QUOTED), pl.concat_str(pl.lit("'"), x))
    spaced = pl.concat_str(x.str.slice(0, 6), x.str.slice(6, 8), x.str.slice(14), separator=" ")
    out = patch_with(out, where(kind == SPACED), spaced)
    out = patch_with(
        out, where(kind == INVISIBLE), pl.concat_str(pl.lit("\u00a0"), x, pl.lit("\u200b\u3000"))
    )
    out = blank(out, where(kind == BLANK))
    rows = where(kind == PLACEHOLDER)
    out = patch(out, rows, take(PLACEHOLDERS, draw.ints(0, len(PLACEHOLDERS), len(rows))))
    for number, change in ((TYPO, numbers.substituted), (SWAPPED, numbers.transposed)):
        rows = where(kind == number)
        out = patch(out, rows, from_ascii(change(digits[rows], draw)))
    scientific = pl.concat_str(x.str.slice(0, 1), pl.lit("."), x.str.slice(1, 5), pl.lit("E+17"))
    out = patch_with(out, where(kind == SCIENTIFIC), scientific)
    out = patch_with(out, where(kind == TAIL_CUT), pl.concat_str(x.str.slice(0, 15), pl.lit("000")))
    out = patch_with(out, where(kind == OLD_FORM), pl.concat_str(x.str.slice(0, 6), x.str.slice(8, 9)))
    rows = where(kind == LOOK_ALIKE_X)
    ends = take(_X_FORMS, draw.ints(0, len(_X_FORMS), len(rows)))
    return patch_with(out, rows, pl.concat_str(x.str.slice(0, 17), pl.lit(ends)))


def _wrong_births(birth: Ints, draw: Draw) -> Ints:
    """Birth dates that differ: the first of January, day and month swapped, a year off."""
    n = len(birth)
    dates = pl.Series(birth).cast(pl.Int32).cast(pl.Date)
    first = as_days(dates.to_frame("d").select(pl.date(pl.col("d").dt.year(), 1, 1))["date"])
    day, month = (p.cast(pl.Int64).to_numpy() for p in (dates.dt.day(), dates.dt.month()))
    safe = np.where(day <= 12, day, month)
    swap = pl.DataFrame({"y": dates.dt.year(), "m": safe, "d": np.where(day <= 12, month, day)})
    swapped = as_days(swap.select(pl.date("y", "m", "d"))["date"])
    which = draw.index((4, 3, 3), n)
    wrong = np.where(which == 0, first, np.where(which == 1, swapped, birth + 365))
    return np.where(wrong == birth, birth + 10, wrong)


def _birth_texts(birth: Ints, sound: Bools, dirt: float, draw: Draw) -> tuple[pl.Series, Bools]:
    n = len(birth)
    kind = draw.classes(n, [0.03 * dirt, 0.006 * dirt])
    wrong = draw.classes(n, [0.008 * dirt], sound & (kind == 0)) > 0
    shown = birth.copy()
    shown[wrong] = _wrong_births(birth[wrong], draw)
    shown[where(kind == 1)] = NONE
    sentinel = draw.classes(n, [0.002 * dirt], ~sound & (kind == 0)) > 0
    shown[sentinel] = -25567
    text = date_texts(shown, date_formats(n, dirt, draw))
    months = where(kind == 2)
    dates = pl.Series(birth[months]).cast(pl.Int32).cast(pl.Date)
    style = draw.chance(0.5, len(months))
    written = dates.to_frame("d").select(
        pl.when(pl.Series(style))
        .then(pl.col("d").dt.strftime("%Y年%-m月"))
        .otherwise(pl.col("d").dt.strftime("%Y-%m"))
    )["d"]
    return patch(text, months, written), wrong


def _sex_texts(male: Bools, sound: Bools, dirt: float, draw: Draw) -> tuple[pl.Series, Bools]:
    n = len(male)
    wrong = draw.classes(n, [0.004 * dirt], sound) > 0
    shown = male ^ wrong
    style = draw.index((90, 8 * dirt, 2 * dirt), n)
    text = take(_SEXES, style * 2 + np.where(shown, 0, 1))
    odd = draw.classes(n, [0.015 * dirt, 0.002 * dirt], ~wrong)
    text = blank(text, where(odd == 1))
    rows = where(odd == 2)
    return patch(text, rows, take(("0", "9", "未知", "不详"), draw.ints(0, 4, len(rows)))), wrong


def write_identity(
    people: People, person: Ints, former: Bools, dirt: float, draw: Draw, *, number_cells: bool = False
) -> Identity:
    """Number, birth date and sex of each row's person.

    ``former``: rows that show the number before a change. ``number_cells``: the file is a workbook, in
    which a number may sit in a number-typed cell (kind NUMBER_CELL; its text is the 18 digits).
    """
    document, birth = people.document[person], people.birth[person]
    use_former = former & people.changed[person]
    digits = np.where(use_former[:, None], people.former[person], people.digits[person])
    clean = take(people.number, person)
    clean = patch(clean, where(use_former), from_ascii(digits[use_former]))
    before_2000 = (birth < 10957) & (birth > -25567)
    old = (document == numbers.RESIDENT) & before_2000
    kind = _kinds(document, digits, old, number_cells, dirt, draw)
    fault = np.isin(kind, FAULTS)
    sound = ~fault & ~np.isin(kind, (BLANK, PLACEHOLDER)) & (document == numbers.RESIDENT)
    birth_text, wrong_birth = _birth_texts(birth, sound, dirt, draw)
    sex_text, wrong_sex = _sex_texts(people.male[person], sound, dirt, draw)
    return Identity(
        kind=kind,
        number=_number_texts(clean, digits, kind, draw),
        fault=fault,
        sound=sound,
        birth=birth_text,
        sex=sex_text,
        wrong_birth=wrong_birth,
        wrong_sex=wrong_sex,
    )
