"""The six principles as properties of published tables: each gives the places where it is broken, never a value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl

from tests.principles.homes import Generated, Tables, canonical, texts
from tests.principles.search import found_in

LETTERS = re.compile(r"[^\W\d_]")
OURS = {("rule", "text"), ("area", "area_name")}
"""Columns in which a short name may stand by chance: our own texts, names of places."""

KEY_TABLES = {"exception": "exception_id", "match_review": "pair_id", "letter": "letter_id"}
_FILE_ROW = re.compile(r"^([a-z_]+_(?:full|delta)_\d{8}\S*)#\d+$")
_EXACT = {"delivery", "run"}
_COUNT = re.compile(r"^(n|n_.*|numerator|denominator)$")


def letters(name: str) -> int:
    """How many letters a name has; dots and spaces are none."""
    return len(LETTERS.findall(name))


def sharp_needles(people: pl.DataFrame) -> list[str]:
    """What must not occur anywhere, not even inside something: numbers, phones, names of five letters or more."""
    names = [n for n in people["name"].drop_nulls() if letters(n) >= 5]
    return [v for v in (*people["id"].drop_nulls(), *people["phone"].drop_nulls(), *names) if v]


def personal_texts(tables: Tables, people: pl.DataFrame) -> list[str]:
    """Columns with a number, a phone or a long name in them, or with a value that equals any name."""
    sharp, names = sharp_needles(people), set(people["name"].drop_nulls())
    broken = []
    for (table, column), values in texts(tables).items():
        parts = values.unique()
        inside = found_in([part.encode() for part in parts], sharp)
        leaves = (
            parts.str.extract_all(r"[^\s\"{}\[\]:,;/#]+").explode().drop_nulls()
            if (table, column) not in OURS
            else parts
        )
        if inside or names & (set(leaves) | set(parts)):
            broken.append(f"{table}.{column}")
    return broken


def foreign_records(tables: Tables, delivered: set[str], files: set[str]) -> list[str]:
    """Columns with a record id that this office did not deliver, FILE#ROW of its own files apart."""
    broken = []
    for table, frame in tables.items():
        for column in (c for c in frame.columns if c in ("record_id", "record_a", "record_b")):
            for value in frame[column].drop_nulls().unique():
                row = _FILE_ROW.match(value)
                if not (value in delivered or (row and row[1] in files)):
                    broken.append(f"{table}.{column}")
                    break
    return broken


def tying_columns(tables: Tables, office: str) -> list[str]:
    """Columns whose key-like values stand on more than one record's rows, so that records could be grouped by them.

    Key-like: more than half of its values name one record each, and some name two or three. Allowed: the housing
    office's dwelling_key, areas, and what a finding says of the rows that it rests on.
    """
    broken = []
    for table, frame in tables.items():
        if "record_id" not in frame.columns or table == "rejected_record":
            continue
        allowed = {"feed", "record_id", "area_code", "details", "file_name"} | (
            {"dwelling_key"} if office == "housing" else set()
        )
        for column in (c for c in frame.columns if c not in allowed):
            if _ties(frame, column):
                broken.append(f"{table}.{column}")
    return broken


def _ties(frame: pl.DataFrame, column: str) -> bool:
    if isinstance(frame.schema[column], (pl.Date, pl.Datetime, pl.Boolean)):
        return False
    rows = frame.select("feed", "record_id", column).drop_nulls().unique()
    shared = rows.group_by(column).len()
    return (
        shared.height > 25
        and bool((shared["len"] > 1).any())
        and float((shared["len"] <= 3).mean() or 0) > 0.5
    )


def person_named(tables: Tables) -> list[str]:
    """Columns that are called as a person's would be."""
    words = ("person", "name", "phone", "birth", "id_number", "address", "rid", "entity", "cluster")
    allowed = {"file_name", "area_name"}
    return [
        f"{t}.{c}"
        for t, f in tables.items()
        for c in f.columns
        if c not in allowed and any(w in c.split("_") or c == w for w in words)
    ]


def unprotected_counts(tables: Tables) -> list[str]:
    """Count columns with a value that is neither NULL nor a multiple of 3 from 9 on."""
    broken = []
    for table, frame in tables.items():
        for column in (c for c in frame.columns if _COUNT.match(c) and table not in _EXACT):
            values = frame[column].drop_nulls().cast(pl.Int64)
            if ((values < 9) | (values % 3 != 0)).any():
                broken.append(f"{table}.{column}")
    return broken


def birth_dates(tables: Tables, born: Iterable[date]) -> list[str]:
    """Columns with a birth date, as a date or inside a text. ``born``: days that no other column has."""
    days = {d.isoformat() for d in born}
    forms = [*days, *(d.replace("-", "") for d in days)]
    return [
        f"{table}.{column}"
        for (table, column), values in texts(tables).items()
        if found_in([v.encode() for v in values.unique()], forms)
    ]


def sealed_traces(tables: Tables, sealed: Sequence[str]) -> list[str]:
    """Columns with the number of a sealed record."""
    forms = sorted(canonical(sealed))
    return [
        f"{table}.{column}"
        for (table, column), values in texts(tables).items()
        if found_in([v.encode() for v in values.unique()], forms)
    ]


def aftercare_in(tables: Tables) -> list[str]:
    """Tables of a statistics home with a row about aftercare; the rules' own text apart."""
    marks = ["released_persons", "assistance_enrolment", "aftercare", "RP-0"]
    return [
        f"{table}.{column}"
        for (table, column), values in texts(tables).items()
        if table not in ("rule",) and found_in([v.encode() for v in values.unique()], marks)
    ]


def below_county(tables: Tables) -> list[str]:
    """Tables that count tenancies, requests or their findings for anything smaller than the county."""
    counties = set(tables["area"].filter(pl.col("level") == "县")["area_code"]) if "area" in tables else set()
    narrow = {
        "tenancy_stock": pl.lit(True),
        "request_count": pl.lit(True),
        "exception_count": pl.col("rule_code").str.contains(r"^(RQ-|RH-04)"),
        "flow": pl.col("feed").is_in(["tenancies", "requests"]),
        "quality_metric": pl.col("feed").is_in(["tenancies", "requests"]),
    }
    return [
        t for t, rows in narrow.items() if t in tables and set(tables[t].filter(rows)["area_code"]) - counties
    ]


def delivered_by(county: Generated, office: str) -> tuple[set[str], set[str]]:
    """Record ids that an office delivered, and its file names."""
    record = county.truth("record").filter(pl.col("office") == office)["record_id"]
    bad = county.truth("bad")["record_id"]
    files = {path.name for path in county.inboxes()[office].iterdir()}
    return canonical(record) | canonical(bad), files
