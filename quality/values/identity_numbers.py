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
from quality.values.text import compact, on_distinct, where_needed

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
_SHAPE = r"^\d{17}[\dX]$"
_OLD_PERMANENT = r"^[A-Z]{3}\d{12}$"
_PROVINCES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82"
)
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


def _to_18(text: pl.Series) -> pl.Series:
    """15 digits to 18: the century and the check character; order 996–999 was kept for those born before 1900."""
    digits = pl.col("t")
    old = digits.str.slice(12).is_in(["996", "997", "998", "999"])
    century = pl.when(old).then(pl.lit("18")).otherwise(pl.lit("19"))
    first17 = pl.concat_str(digits.str.slice(0, 6), century, digits.str.slice(6))
    frame = text.to_frame("t").with_columns(first17=first17)
    return frame.select(pl.col("first17") + check_character(pl.col("first17").cast(pl.Int64)))["first17"]


def _kind_of_eighteen(doc: pl.Expr, text: pl.Expr) -> pl.Expr:
    """Kind of a number of the judged shape: by its first digits, unless another document is told."""
    here = doc.is_null() | doc.is_in(["resident", "hmt"])
    return (
        pl.when(here & text.str.slice(0, 2).is_in(["81", "82", "83"]))
        .then(pl.lit("hmt"))
        .when(doc.is_null() & text.str.starts_with("9") & text.str.slice(1, 2).is_in(_PROVINCES.split()))
        .then(pl.lit("permanent"))
        .otherwise(doc.fill_null("resident"))
    )


def _kind(doc: pl.Expr, text: pl.Expr) -> pl.Expr:
    """Kind of any other text: by the document's type where it is told, else by form."""
    untold = doc.is_null()
    return (
        pl.when((untold | (doc == "permanent")) & text.str.contains(_OLD_PERMANENT))
        .then(pl.lit("permanent"))
        .when(untold & text.str.contains(r"^[A-Z]{1,2}\d{7,8}$"))
        .then(pl.lit("passport"))
        .when(untold & text.str.contains(r"^[HM]\d{10}$"))  # permits of people from Hong Kong and Macao
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
    text = canonical(values).alias("text")
    frame = pl.DataFrame(
        {
            "text": text,
            "doc": doc_type
            if doc_type is not None
            else pl.Series([None], dtype=pl.String).new_from_index(0, size),
            "numeric": numeric if numeric is not None else pl.Series([False]).new_from_index(0, size),
        }
    )
    whole = text.str.contains(_SHAPE).fill_null(False)
    if whole.all():
        return _eighteen(frame, file_day)
    parts = [_eighteen(frame.filter(whole), file_day), _others(frame.filter(~whole), file_day)]
    place = pl.concat([whole.arg_true(), (~whole).arg_true()]).arg_sort()
    return pl.concat(parts)[place]


def _eighteen(frame: pl.DataFrame, file_day: date) -> pl.DataFrame:
    """Numbers of the right shape, nineteen in twenty: no more regular expressions for them."""
    text = pl.col("text")
    frame = frame.with_columns(
        whole=text,
        shaped=pl.lit(True),
        empty=is_filler(text),
        cut=text.str.ends_with("000"),
        kind=_kind_of_eighteen(pl.col("doc"), text),
    )
    return _judge(frame, file_day)


def _others(frame: pl.DataFrame, file_day: date) -> pl.DataFrame:
    """Old numbers of 15 digits, numbers cut by Excel, other documents, placeholders, anything else."""
    text = pl.col("text")
    whole = where_needed(frame["text"], r"^\d{15}$", _to_18).alias("whole")
    frame = frame.with_columns(whole).with_columns(
        shaped=pl.col("whole").str.contains(_SHAPE).fill_null(False),
        empty=(text.is_null() | is_word(text) | is_filler(text) | ~text.str.contains("[0-9]")).fill_null(
            True
        ),
        cut=text.str.contains(_SCIENTIFIC) | text.str.contains(r"^\d{12}000$|^\d{17,18}\.0+$"),
        kind=_kind(pl.col("doc"), text),
    )
    return _judge(frame, file_day)


def _judge(frame: pl.DataFrame, file_day: date) -> pl.DataFrame:
    """State, kind, birth date and sex; ``whole`` is the 18-character form where ``shaped``."""
    whole = pl.col("whole")
    frame = frame.with_columns(
        first17=pl.when("shaped").then(whole.str.slice(0, 17)).cast(pl.Int64),
        birth=on_distinct(frame["whole"].str.slice(6, 8), _to_day)["day"],
    )
    born = pl.col("birth").is_between(EARLIEST_BIRTH, file_day)
    checked = check_character(pl.col("first17")) == whole.str.slice(17)
    old_permanent = pl.col("text").str.contains(_OLD_PERMANENT).fill_null(False) & ~pl.col("shaped")
    frame = frame.with_columns(
        passes=(checked & born).fill_null(False), judged=pl.col("kind").is_in(JUDGED) & ~old_permanent
    )
    damaged = pl.col("cut").fill_null(False) | pl.col("numeric").fill_null(False)
    state = (
        pl.when(pl.col("empty"))
        .then(pl.lit("empty"))
        .when(damaged & (pl.col("judged") | pl.col("passes")))
        .then(pl.lit("damaged"))
        .when(pl.col("passes"))
        .then(pl.lit("valid"))
        .when(~pl.col("judged"))
        .then(pl.lit("other"))
        .otherwise(pl.lit("invalid"))
    )
    valid, told = pl.col("id_state") == "valid", pl.col("id_state") != "empty"
    kind = pl.when(valid & ~pl.col("judged")).then(pl.lit("resident")).otherwise(pl.col("kind"))
    sex = pl.when(pl.col("first17") % 2 == 1).then(pl.lit("男")).otherwise(pl.lit("女"))
    return frame.with_columns(id_state=state).select(
        pl.when(told).then(pl.when(valid).then(whole).otherwise(pl.col("text"))).alias("id_number"),
        pl.when(told).then(kind).alias("id_kind"),
        "id_state",
        pl.when(valid).then(pl.col("birth")).alias("id_birth"),
        pl.when(valid).then(sex).alias("id_sex"),
    )


def _to_day(digits: pl.Series) -> pl.DataFrame:
    """``day`` of eight digits; null if there is no such day."""
    return digits.str.to_date("%Y%m%d", strict=False).alias("day").to_frame()
