"""The written forms of what may leave a working database, in one place, as regular expressions.

They are used in Python and in DuckDB (RE2), so they keep to what both read alike, and match a whole value.
Not here: which column has which form (`assets.store.published`).
"""

from __future__ import annotations

import re

import polars as pl

from sources.contract import contracts
from sources.offices import OFFICES

IDENTITY_OR_PHONE = r"[0-9]{17}[0-9X]|[0-9]{15}|(\+?86)?1[3-9][0-9]{9}"
"""An identity number, whatever its check digit, or a mobile number: never a request's number, never shown."""

SEPARATORS = " ·•.　_/-"
"""Characters taken out before a value is compared with names and numbers: 138-1234-5678 is a phone still."""

TOKEN = r"[a-z][a-z0-9_]{0,59}"
KEY = r"[A-Z]{17}"
"""A letter for what it is and sixteen of a keyed hash (`assets.store.keys`): no digit, so never a number."""
SHA256 = r"[0-9a-f]{64}"
AREA_CODE = r"[0-9]{12}"
ISO_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
MONTH = r"[0-9]{4}-(0[1-9]|1[0-2])"
VERSION = r"[0-9]{1,8}([.+a-z-]{1,4}[0-9a-z]{1,12}){0,5}"

_OFFICE = "|".join(OFFICES)
_FEED = "|".join(sorted(contracts()))
MAIL_NAME = rf"MAIL_({_OFFICE})_({_OFFICE})_[0-9]{{8}}_[0-9]{{1,9}}\.sealed"
FILE_NAME = rf"({_FEED})_(full|delta)_[0-9]{{8}}(_[A-Za-z0-9]{{1,8}}|_part[0-9]{{1,4}}of[0-9]{{1,4}})?\.([cC][sS][vV]|[xX][lL][sS][xX]|[pP][aA][rR][qQ][uU][eE][tT])"

_NUMBER_LENGTH = 1000


def request_number(column: pl.Expr) -> pl.Expr:
    """Whether each value may cross as a request's number (Boolean; null stays null).

    Canonical (half-width, upper case, no blanks or control characters), and neither of the form of an identity
    nor of a mobile number, separators apart.
    """
    canonical = column.str.normalize("NFKC").str.to_uppercase() == column
    bare = column.str.replace_all(f"[{re.escape(SEPARATORS)}]", "")
    known = pl.any_horizontal(text.str.contains(f"^({IDENTITY_OR_PHONE})$") for text in (column, bare))
    return (
        canonical
        & ~column.str.contains(r"[\s\p{C}\p{Z}]")
        & column.str.len_chars().is_between(1, _NUMBER_LENGTH)
        & ~known
    )
