"""The details of published exceptions, checked leaf by leaf: names, kinds, own rows, own days, no birth date.

Here: what may stand in a details object. Not here: the other columns (`assets.store.published_check`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import duckdb

from assets.store import forms
from assets.store.database import quoted
from assets.store.schema import office_contracts
from quality.rules.catalog import personal_names
from quality.schema import typed_columns
from sources.contract import contracts

_REFUSED_NAMES = ("person", "person_key", "rid", "other_rid")
_FLAGS = {"BOOLEAN", "NULL"}
_NUMBERS = {"UBIGINT", "BIGINT", "HUGEINT", "UHUGEINT", "DOUBLE", "NULL"}
_ROW_DAYS = ("on", "later_on")
"""What a rule calls the day of one of several rows."""


@dataclass(frozen=True)
class Failure:
    """``count`` values of a column break its domain. ``what`` is one plain phrase without a value."""

    table: str
    column: str
    what: str
    count: int


@cache
def _sql(name: str) -> str:
    return (resources.files("assets.store") / "checks" / f"{name}.sql").read_text(encoding="utf-8")


def details_failures(con: duckdb.DuckDBPyConnection, office: str) -> list[Failure]:
    """Every name and value inside the details, and every day among them; leaves the table pub_leaf behind."""
    con.execute(_sql("cases"))
    refused_names = sorted({*personal_names(), *_REFUSED_NAMES})
    leaves, odd_keys = _leaves(con, refused_names)
    con.execute(f"CREATE OR REPLACE TEMP TABLE pub_leaf AS {' UNION ALL '.join(leaves)}")
    con.execute(_sql("days"))
    codes = sorted({code for c in contracts().values() for column in c.columns for _, code in column.codes})
    kinds = con.execute(
        _sql("leaf_kinds"),
        {"token": forms.TOKEN, "iso_day": forms.ISO_DAY, "codes": codes},
    ).fetchall()
    failures = [Failure("exception", "details", what, int(n)) for what, n in kinds if n]
    if odd_keys:
        failures.append(Failure("exception", "details", "a key that is not allowed", odd_keys))
    mentions = _sql("mentions").replace("/* own days */", _days_of(office, birth=False))
    con.execute(mentions.replace("/* birth dates */", _days_of(office, birth=True)))
    births = con.execute(_sql("births")).fetchall()
    others = con.execute(
        _sql("own_dates"), {"date_names": sorted({*_dates_of(office), *_ROW_DAYS})}
    ).fetchall()
    for what, found in (("a birth date under another name", births), ("a day that no own row has", others)):
        failures += [Failure("exception", f"details.{name}", what, int(n)) for name, n in found]
    return failures


def _leaves(con: duckdb.DuckDBPyConnection, refused_names: Sequence[str]) -> tuple[list[str], int]:
    """SQL for each leaf path of the details, (n, is_open, name, kind, value), and how many keys are not allowed.

    DuckDB tells the few shapes that the details have (`json_structure`); their paths are then read column-wise,
    which is some ten times faster than walking each object. Keys that are no plain words are not read further:
    they fail by themselves.
    """
    shapes = con.execute("SELECT DISTINCT shape FROM pub_case WHERE shape IS NOT NULL").fetchall()
    found: dict[tuple[str, str], set[str]] = {}
    having: dict[tuple[str, str], set[str]] = {}
    odd = 0
    for (shape,) in shapes:
        waiting: list[tuple[str, str, Any]] = [("$", "", json.loads(shape))]
        while waiting:
            path, name, node = waiting.pop()
            if isinstance(node, dict):
                plain = [key for key in node if re.fullmatch(forms.TOKEN, key)]
                odd += len(node) - sum(key not in refused_names for key in plain)
                waiting += [(f"{path}.{key}", key, node[key]) for key in plain]
            elif isinstance(node, list):
                waiting += [(f"{path}[*]", name, child) for child in node]
            else:
                found.setdefault((path, name), set()).add(node)
                having.setdefault((path, name), set()).add(shape)
    none = "SELECT NULL::INTEGER AS n, false AS is_open, '' AS name, '' AS kind, NULL::VARCHAR AS value WHERE false"
    leaves = (_leaf(*at, kinds, having[at]) for at, kinds in sorted(found.items()))
    return [none, *leaves], odd


def _leaf(path: str, name: str, kinds: set[str], shapes: set[str]) -> str:
    kind = "number" if kinds <= _NUMBERS else "flag" if kinds <= _FLAGS else "text"
    value = f"json_extract_string(details, '{path}')"
    value = f"unnest({value})" if "*" in path else value
    return (
        f"SELECT * FROM (SELECT n, is_open, '{name}', '{kind}', {value} AS value "
        f"FROM (FROM pub_case WHERE shape IN ({', '.join(quoted(s) for s in sorted(shapes))}))) WHERE value IS NOT NULL"
    )


def _dates_of(office: str) -> set[str]:
    """Names of the ledgers' own dates, none of them a birth date."""
    return {c.name for contract in office_contracts(office) for c in contract.columns if c.klass == "date"}


def _days_of(office: str, *, birth: bool) -> str:
    """SQL for (rid, day) of the records that exceptions rest on, all versions: birth dates, or all other days."""
    own = _dates_of(office)
    parts = ["SELECT NULL::BIGINT AS rid, NULL::DATE AS day WHERE false"]
    for contract in office_contracts(office):
        days = [
            n for n, kind in typed_columns(contract).items() if kind == "DATE" and (n in own) is not birth
        ]
        if days:
            table = f"typed_{contract.feed} SEMI JOIN pub_mention USING (rid)"
            parts.append(f"SELECT rid, unnest([{', '.join(days)}]) FROM {table}")
    return "\nUNION ALL ".join(parts)
