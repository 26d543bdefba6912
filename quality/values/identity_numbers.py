"""Identity numbers: canonical form, kind, state, and what a valid number says (birth date, sex).

GB 11643-1999: 6 digits division, 8 birth date, 3 order (odd = male), 1 check character by ISO 7064
MOD 11-2. The residence permits of people from Hong Kong, Macao and Taiwan (81, 82, 83 …) and the permanent
residence card since December 2023 (9 + 2 province + 3 country + 8 birth + 3 order + check) have birth date,
order and check character at the same places, so all are judged alike; the division code is not judged.

The check character is computed here as one expression over the whole column. python-stdnum's own
validation of these numbers refuses division codes that must be accepted and works on single values;
its ISO 7064 checksum is the oracle of the tests.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from quality.values.placeholders import is_filler, is_word
from quality.values.text import compact, where_needed

KINDS = ("resident", "hmt", "permanent", "passport", "other")
STATES = ("valid", "invalid", "damaged", "other", "empty")
JUDGED = ("resident", "hmt", "permanent")
SCHEMA = {
    "id_number": pl.String,
    "id_kind": pl.String,
    "id_state": pl.String,
    "id_birth": pl.Date,
    "id_sex": pl.String,
}

X_ALIKE = "xХхΧχ×ⅹⅩ✕✖╳ｘＸ"
"""Characters that are typed for the check character X: Cyrillic, Greek, the times sign, the roman ten."""

EARLIEST_BIRTH = date(1850, 1, 1)
_CHECK = "10X98765432"  # by remainder 0 … 10, GB 11643-1999
_PROVINCES = r"^9(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82)"
_SCIENTIFIC = r"^\d(?:\.\d+)?E\+?\d{1,2}$"
_ODD = r"[^0-9A-Z]"


def canonical(values: pl.Series) -> pl.Series:
    """Half-width, upper case, no blanks and apostrophes, look-alike x as X, dashes inside digits gone."""
    text = where_needed(compact(values), "[a-z]", lambda part: part.str.to_uppercase())
    return where_needed(text, _ODD, _odd)


def _odd(text: pl.Series) -> pl.Series:
    """The few values with something else than digits and capitals in them."""
    frame = text.to_frame("t").select(
        pl.col("t").str.strip_chars("'’‘`´\"“”").str.replace(f"^(\\d{{17}})[{X_ALIKE}]$", "${1}X")
    )
    bare = pl.col("t").str.replace_all("[-－]", "")
    out = frame.select(
        pl.when(bare.str.contains(r"^(\d{17}[\dX]|\d{15})$")).then(bare).otherwise(pl.col("t"))
    )
    return out["t"]


def _remainder(first17: pl.Expr) -> pl.Expr:
    """The weighted sum of 17 digits modulo 11; weights 2^17 … 2^1 mod 11 = 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2."""
    weights = [pow(2, 17 - place, 11) for place in range(17)]
    terms = [(first17 // 10 ** (16 - place)) % 10 * weight for place, weight in enumerate(weights)]
    return pl.sum_horizontal(terms) % 11


def check_character(first17: pl.Expr) -> pl.Expr:
    """The check character (0 … 9, X) of numbers whose first 17 digits are given as Int64."""
    return _remainder(first17).replace_strict(dict(enumerate(_CHECK)), return_dtype=pl.String, default=None)


def _to_18(text: pl.Expr) -> pl.Expr:
    """15 digits to 18: the century and the check character; order 996–999 was kept for those born before 1900."""
    century = pl.when(text.str.slice(12).str.starts_with("99") & text.str.contains("[6-9]$")).then(
        pl.lit("18")
    )
    first17 = pl.concat_str(text.str.slice(0, 6), century.otherwise(pl.lit("19")), text.str.slice(6))
    check = check_character(first17.cast(pl.Int64, strict=False))
    return pl.when(text.str.contains(r"^\d{15}$")).then(pl.concat_str(first17, check)).otherwise(text)


def _kind(doc: pl.Expr, text: pl.Expr) -> pl.Expr:
    """By the document's type where it is told, else by form; a judged form outranks 'resident' as told."""
    eighteen = text.str.contains(r"^\d{17}[\dX]$")
    passport = doc.is_null() & text.str.contains(r"^[A-Z]{1,2}\d{7,8}$")
    permit = doc.is_null() & text.str.contains(r"^[HM]\d{10}$")
    old_permanent = (doc.is_null() | (doc == "permanent")) & text.str.contains(r"^[A-Z]{3}\d{12}$")
    return (
        pl.when(eighteen & text.str.contains("^8[123]"))
        .then(pl.lit("hmt"))
        .when((eighteen & text.str.contains(_PROVINCES) & doc.is_null()) | old_permanent)
        .then(pl.lit("permanent"))
        .when(passport)
        .then(pl.lit("passport"))
        .when(permit)
        .then(pl.lit("other"))
        .otherwise(doc.fill_null("resident"))
    )


def parse(
    values: pl.Series,
    *,
    doc_type: pl.Series | None = None,
    numeric: pl.Series | None = None,
    file_day: date,
) -> pl.DataFrame:
    """One row of ``SCHEMA`` for each value.

    ``doc_type`` holds canonical document types (null = not told), ``numeric`` whether the cell was of
    number type. States: ``valid`` = 18 characters (15 are completed), right check character, a birth date
    that exists and is not after ``file_day``; ``damaged`` = cut by Excel, never repaired; ``invalid`` =
    evidence, never a key; ``other`` = a document that is not judged; ``empty`` = nothing or a placeholder.
    A number that passes as valid is taken as what it is even where the document's type says otherwise.
    """
    size = len(values)
    frame = pl.DataFrame(
        {
            "text": canonical(values),
            "doc": doc_type
            if doc_type is not None
            else pl.Series([None], dtype=pl.String).new_from_index(0, size),
            "numeric": numeric if numeric is not None else pl.Series([False]).new_from_index(0, size),
        }
    )
    text = pl.col("text")
    frame = frame.with_columns(
        empty=(text.is_null() | is_word(text) | is_filler(text) | ~text.str.contains("[0-9]")).fill_null(
            True
        ),
        cut=text.str.contains(_SCIENTIFIC) | text.str.contains(r"^(\d{15}|\d{12})000$|^\d{17,18}\.0$"),
    ).with_columns(whole=_to_18(text))
    return _judge(frame, file_day)


def _judge(frame: pl.DataFrame, file_day: date) -> pl.DataFrame:
    """State, kind, birth date and sex of canonical 18-character numbers."""
    whole = pl.col("whole")
    shaped = whole.str.contains(r"^\d{17}[\dX]$")
    first17 = pl.when(shaped).then(whole.str.slice(0, 17)).cast(pl.Int64)
    frame = frame.with_columns(first17=first17).with_columns(
        birth=whole.str.slice(6, 8).str.to_date("%Y%m%d", strict=False),
        checked=check_character(pl.col("first17")) == whole.str.slice(17),
        kind=_kind(pl.col("doc"), pl.col("text")),
    )
    born = pl.col("birth").is_between(EARLIEST_BIRTH, file_day)
    passes = (pl.col("checked") & born).fill_null(False)
    damaged = pl.col("cut").fill_null(False) | pl.col("numeric").fill_null(False)
    judged = pl.col("kind").is_in(JUDGED) & ~pl.col("text").str.contains(r"^[A-Z]{3}\d{12}$").fill_null(False)
    state = (
        pl.when(pl.col("empty"))
        .then(pl.lit("empty"))
        .when(damaged & (judged | passes))
        .then(pl.lit("damaged"))
        .when(passes)
        .then(pl.lit("valid"))
        .when(~judged)
        .then(pl.lit("other"))
        .otherwise(pl.lit("invalid"))
    )
    valid = pl.col("id_state") == "valid"
    kind = pl.when(valid & ~pl.col("kind").is_in(JUDGED)).then(pl.lit("resident")).otherwise(pl.col("kind"))
    number = pl.when(valid).then(whole).otherwise(pl.col("text"))
    sex = pl.when(pl.col("first17") % 2 == 1).then(pl.lit("男")).otherwise(pl.lit("女"))
    return frame.with_columns(id_state=state).select(
        pl.when(pl.col("id_state") != "empty").then(number).alias("id_number"),
        pl.when(pl.col("id_state") != "empty").then(kind).alias("id_kind"),
        "id_state",
        pl.when(valid).then(pl.col("birth")).alias("id_birth"),
        pl.when(valid).then(sex).alias("id_sex"),
    )
