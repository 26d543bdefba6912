"""Phone numbers: digits only, one a cell, null where it is a placeholder or no number."""

from __future__ import annotations

import polars as pl

from quality.values.placeholders import is_filler, is_word
from quality.values.text import compact, where_needed

STATES = ("read", "blank", "invalid")
_MOBILE = r"^1[3-9]\d{9}$"
_LANDLINE = r"^0\d{2,3}[2-8]\d{6,7}$|^[2-8]\d{6,7}$|^(?:400|800)\d{7}$"
_FOREIGN = r"^(?:\+|00)[1-9]\d{6,14}$"
_FILLER = r"^1\d{2}0{8}$|^1\d{2}12345678$|^13800138000$|^0\d{2,3}0{7,8}$"
_SEPARATORS = r"[、,;/|\n]|或|和"
_EXTENSION = r"(?:转|EXT\.?|#|X)\d{1,5}$|(\d{7,8})-\d{1,4}$"


def _one(part: pl.Expr) -> pl.Expr:
    """One number of a cell as digits; null if it is none. A landline's extension is left out."""
    text = part.str.to_uppercase().str.replace(r"\.0+$", "").str.replace(_EXTENSION, "${1}")
    digits = text.str.replace_all(r"[^0-9+]", "").str.replace(
        r"^(?:\+|00)?86(1[3-9]\d{9}|0\d{9,11})$", "${1}"
    )
    digits = digits.str.replace(r"^(?:\+|00)86([1-9]\d{1,2}[2-8]\d{6,7})$", "0${1}")
    digits = digits.str.replace(r"^0(1[3-9]\d{9})$", "${1}")  # long-distance prefix before a mobile number
    known = digits.str.contains(f"{_MOBILE}|{_LANDLINE}|{_FOREIGN}") & ~digits.str.contains(r"^(?:\+|00)86")
    plain = digits.str.strip_prefix("+")
    return pl.when(known & ~_filler(plain)).then(plain)


def _filler(text: pl.Expr) -> pl.Expr:
    return text.str.contains(_FILLER) | is_filler(text)


def _first_number(cells: pl.Series) -> pl.Series:
    """The first number of each cell that is one; cells may hold several."""
    frame = cells.alias("cell").to_frame().with_row_index("i")
    parts = frame.with_columns(pl.col("cell").str.replace_all(_SEPARATORS, "\t").str.split("\t")).explode(
        "cell"
    )
    found = parts.with_columns(_one(pl.col("cell")).alias("phone")).drop_nulls("phone")
    first = found.unique("i", keep="first", maintain_order=True).select("i", "phone")
    return frame.select("i").join(first, on="i", how="left", maintain_order="left")["phone"]


def parse(values: pl.Series) -> pl.DataFrame:
    """``phone`` (String, digits) and ``state`` (read, blank, invalid) of each value; placeholders are blank."""
    text = where_needed(values, r"[^0-9]|^$", compact).alias("text")
    cell = pl.col("text")
    frame = text.to_frame().with_columns(
        mobile=cell.str.contains(_MOBILE).fill_null(False),
        blank=(cell.is_null() | cell.str.contains(_FILLER)).fill_null(True),
    )
    other = ~frame["mobile"] & ~frame["blank"]
    if (
        other.any()
    ):  # words and repeated digits cannot look like a mobile number, so they are looked for here only
        words = (
            text.filter(other).to_frame().select(is_word(cell.str.to_uppercase()) | is_filler(cell))["text"]
        )
        frame = frame.with_columns(frame["blank"].scatter(other.arg_true(), words))
    odd = ~frame["mobile"] & ~frame["blank"]
    if odd.any():
        text = text.scatter(odd.arg_true(), _first_number(text.filter(odd)))
    phone = text.set(frame["blank"], None).alias("phone")
    return frame.with_columns(phone).select(
        "phone",
        pl.when("blank")
        .then(pl.lit("blank"))
        .when(pl.col("phone").is_null())
        .then(pl.lit("invalid"))
        .otherwise(pl.lit("read"))
        .alias("state"),
    )
