"""Closed domains: what a published column may hold, and the SQL predicate that says so.

Here: the kinds of domain and their forms. Not here: which column has which (`assets.store.published`), the
checks that need the working database (`assets.store.published_check`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assets.store import forms
from assets.store.database import quoted

Kind = Literal[
    "key", "own_record", "number", "date", "moment", "area_code", "area_name", "code", "token", "flag", "count",
    "protected", "measure", "our_text", "file_name", "digest", "headings", "details",
]  # fmt: skip

COMPARED: frozenset[Kind] = frozenset({"own_record", "number", "token", "our_text", "file_name", "headings"})
"""Kinds whose texts are compared with the names, numbers and phones of the working database."""


@dataclass(frozen=True)
class Domain:
    """``form``: a regular expression for the whole value. ``values``: the closed list of a code."""

    kind: Kind
    form: str | None = None
    values: tuple[str, ...] = ()

    def outside(self, column: str) -> str | None:
        """SQL that is true for a non-null value outside the domain's form; None if the type says it all."""
        if self.values:
            return f"{column} NOT IN ({', '.join(quoted(v) for v in self.values)})"
        if self.form is not None:
            return f"NOT regexp_full_match({column}, {quoted(self.form)})"
        match self.kind:
            case "count":
                return f"{column} < 0"
            case "protected":
                return f"({column} < 9 OR {column} % 3 <> 0)"
            case "measure":
                return f"(isnan({column}) OR isinf({column}))"
            case "details":
                return f"NOT (json_valid({column}) AND json_type({column}) = 'OBJECT')"
        return None


def code(*values: str) -> Domain:
    """One of these codes."""
    return Domain("code", values=values)


KEY = Domain("key", form=forms.KEY)
OWN_RECORD = Domain("own_record")
NUMBER = Domain("number")
DATE = Domain("date")
MOMENT = Domain("moment")
AREA_CODE = Domain("area_code", form=forms.AREA_CODE)
AREA_NAME = Domain("area_name")
TOKEN = Domain("token", form=forms.TOKEN)
FLAG = Domain("flag")
COUNT = Domain("count")
PROTECTED = Domain("protected")
MEASURE = Domain("measure")
OUR_TEXT = Domain("our_text")
RULE_CODE = Domain("code", form=r"[A-Z]{2}-[0-9]{2}")
VERSION = Domain("code", form=forms.VERSION)
MONTH = Domain("code", form=forms.MONTH)
AGREEMENT = Domain("code", form=r"[a-z0-9_=:,;+. -]{1,400}")
FILE_NAME = Domain("file_name", form=f"{forms.FILE_NAME}|{forms.MAIL_NAME}|{forms.SHA256}")
DIGEST = Domain("digest", form=forms.SHA256)
HEADINGS = Domain("headings")
DETAILS = Domain("details")
