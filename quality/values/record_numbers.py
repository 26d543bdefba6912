"""Record, request, notice and consent numbers: canonical form, and which of them are personal by form."""

from __future__ import annotations

import polars as pl

from quality.values.identity_numbers import X_ALIKE
from quality.values.placeholders import is_word
from quality.values.text import compact, where_needed

_DATE_18 = r"(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_DATE_15 = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = (
    rf"(?:^|[^0-9])\d{{6}}{_DATE_18}\d{{3}}[\dX](?:[^0-9]|$)|^\d{{6}}{_DATE_15}\d{{3}}$|^[A-Z]{{3}}\d{{12}}$"
)
_MOBILE = r"^(?:\+?86|0086)?1[3-9]\d{9}$"


def canonical(values: pl.Series) -> pl.Series:
    """Half-width, upper case, no blanks, no leading apostrophe; blank and placeholder words are null."""
    text = where_needed(compact(values), r"[^0-9A-Z]", _odd)
    return text


def _odd(text: pl.Series) -> pl.Series:
    frame = text.str.to_uppercase().str.strip_chars("'’‘`´").to_frame("t")
    value = pl.col("t")
    return frame.select(pl.when(is_word(value) | (value == "")).then(None).otherwise(value).alias("t"))["t"]


def _bare(number: pl.Expr) -> pl.Expr:
    """Without separators and with look-alike x as X, so that a form cannot hide behind a dash."""
    return number.str.to_uppercase().str.replace_all(f"[{X_ALIKE}]", "X").str.replace_all(r"[-_./ ]", "")


def is_identity_form(number: pl.Expr) -> pl.Expr:
    """Whether a number has the form of an identity number, whatever its check character; null stays null.

    Form: 6 digits, a calendar date of 1800–2099, 3 digits and a digit or X, on their own or beside letters;
    15 digits with a date in them; 3 letters with 12 digits. The date is part of the form: 12 digits of an
    area code followed by a serial number are a usual house number and have no date there.
    """
    return _bare(number).str.contains(_IDENTITY)


def is_phone_form(number: pl.Expr) -> pl.Expr:
    """Whether a number has the form of a mobile number of this country, with or without +86."""
    return _bare(number).str.contains(_MOBILE)


def is_personal_form(number: pl.Expr) -> pl.Expr:
    """Whether a number has the form of an identity or mobile number (contract, section 3)."""
    return is_identity_form(number) | is_phone_form(number)
