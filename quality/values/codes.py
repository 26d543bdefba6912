"""Coded cells (status, kind, outcome, sex, document type), area codes and plain numbers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import polars as pl

from quality.values.placeholders import WORDS, is_word
from quality.values.text import by_distinct, compact, half_width, nfkc, on_distinct

STATES = ("read", "blank", "unknown")
SEX_UNKNOWN = frozenset({"0", "9", "未知的性别", "未说明的性别"})
"""GB/T 2261.1: 0 未知的性别, 9 未说明的性别: told to be unknown is blank, not an unknown code."""

DOC_TYPES: dict[str, tuple[str, ...]] = {
    "resident": ("居民身份证", "身份证", "二代身份证", "第二代身份证", "二代证", "公民身份证", "身份证件", "临时身份证",
                 "临时居民身份证", "中华人民共和国居民身份证", "111", "112", "RESIDENT"),
    "hmt": ("港澳台居民居住证", "港澳居民居住证", "台湾居民居住证", "居住证（港澳台）", "港澳台居住证", "550", "HMT"),
    "permanent": ("外国人永久居留身份证", "外国人永久居留证", "永久居留身份证", "永久居留证", "永居证", "五星卡", "553", "PERMANENT"),
    "passport": ("护照", "普通护照", "中国护照", "外国护照", "外国人护照", "因私护照", "414", "PASSPORT"),
    "other": ("军官证", "士兵证", "警官证", "户口簿", "户口本", "港澳居民来往内地通行证", "港澳通行证", "回乡证",
              "往来港澳通行证", "台湾居民来往大陆通行证", "台胞证", "通行证", "驾驶证", "出生医学证明", "出生证明", "其他", "其它",
              "其他证件", "其它证件", "113", "114", "511", "513", "516", "OTHER"),
}  # fmt: skip
"""Canonical document type → what is written; the numbers are GA/T 517."""


def plain(text: str) -> str:
    """The form that codes are compared in: compatibility forms resolved, no blanks, upper case."""
    return "".join(nfkc(text).split()).upper()


@cache
def _lookup(codes: tuple[tuple[str, str], ...]) -> dict[str, str]:
    table = {plain(alias): code for alias, code in codes}
    return table


@cache
def doc_type_codes() -> tuple[tuple[str, str], ...]:
    """Document types in the shape of a contract column's ``codes``."""
    return tuple((alias, code) for code, aliases in DOC_TYPES.items() for alias in aliases)


def parse(
    values: pl.Series, codes: tuple[tuple[str, str], ...], *, blank: Iterable[str] = ()
) -> pl.DataFrame:
    """``code`` (canonical or null) and ``state`` (read, blank, unknown) of each value.

    ``codes`` are pairs (what is written, canonical code); blanks, width, case and brackets with their
    content do not matter. ``blank`` are further texts that say that nothing is known.
    """
    table, nothing = _lookup(codes), frozenset(blank)

    def one(text: str) -> tuple[str | None, str]:
        bare = plain(text).strip("'")
        without = bare.partition("(")[0]
        code = (
            table.get(bare) or table.get(bare.removesuffix(".0")) or (table.get(without) if without else None)
        )
        empty = not bare or bare in nothing or bare in WORDS or not any(c.isalnum() for c in bare)
        return code, "read" if code else "blank" if empty else "unknown"

    parsed = by_distinct(values, one, {"code": pl.String, "state": pl.String})
    return parsed.with_columns(pl.col("state").fill_null("blank"))


def parse_sex(values: pl.Series, codes: tuple[tuple[str, str], ...]) -> pl.DataFrame:
    """Like ``parse``; 0 and 9 (GB/T 2261.1) are blank."""
    return parse(values, codes, blank=SEX_UNKNOWN)


def parse_doc_type(values: pl.Series) -> pl.DataFrame:
    """``code``: resident, hmt, permanent, passport, other or null; ``state`` as in ``parse``."""
    return parse(values, doc_type_codes())


def parse_area(values: pl.Series) -> pl.DataFrame:
    """``code``: 12 digits or null; codes of a county (6) or township (9) are completed with zeros."""
    return on_distinct(values, _areas)


def _areas(values: pl.Series) -> pl.DataFrame:
    text = pl.col("text")
    frame = compact(values).str.strip_chars("'’‘").str.replace(r"\.0+$", "").to_frame("text")
    long = text.str.contains(r"^(?:\d{6}|\d{9}|\d{12})$")
    return frame.select(
        pl.when(long & ~text.str.contains("^0+$")).then(text.str.pad_end(12, "0")).alias("code"),
        pl.when(text.is_null() | is_word(text.str.to_uppercase()) | text.str.contains("^0+$"))
        .then(pl.lit("blank"))
        .when(long)
        .then(pl.lit("read"))
        .otherwise(pl.lit("unknown"))
        .alias("state"),
    )


def parse_number(values: pl.Series, *, whole: bool) -> pl.DataFrame:
    """``number`` (Int32 if ``whole``, else Float64) and ``state``; a unit after it (天, ㎡) does not matter."""
    return on_distinct(values, lambda keys: _numbers(keys, whole=whole))


def _numbers(values: pl.Series, *, whole: bool) -> pl.DataFrame:
    text = pl.col("text")
    frame = compact(values).str.strip_chars("'’‘").str.replace_all(",", "", literal=True).to_frame("text")
    pattern = (
        r"^每?(\d{1,9})(?:\.0+)?(?:天|日|D|DAYS?)?$"
        if whole
        else r"^约?(\d{1,9}(?:\.\d+)?)(?:㎡|M2|M²|平方米|平米|平方|平|M)?$"
    )
    number = (
        text.str.to_uppercase().str.extract(pattern, 1).cast(pl.Int32 if whole else pl.Float64, strict=False)
    )
    return frame.with_columns(number=number).select(
        "number",
        pl.when(text.is_null() | is_word(text.str.to_uppercase()))
        .then(pl.lit("blank"))
        .when(pl.col("number").is_not_null())
        .then(pl.lit("read"))
        .otherwise(pl.lit("unknown"))
        .alias("state"),
    )


def parse_text(values: pl.Series) -> pl.Series:
    """Plain text: half-width, one blank between words, null where blank."""
    text = half_width(values).str.replace_all(" +", " ").str.strip_chars(" ")
    return text.set(text == "", None)
