"""The details of published exceptions, checked leaf by leaf: names, kinds, own rows, own days, no birth date.

Here: what may stand in a details object. Not here: the other columns (`assets.store.published_check`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import duckdb

from assets.store import forms
from assets.store.schema import office_contracts
from quality.rules.catalog import personal_names
from quality.schema import typed_columns
from sources.contract import contracts

_REFUSED_NAMES = ("person", "person_key", "rid", "other_rid")
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
    con.execute(_sql("leaves"))
    codes = sorted({code for c in contracts().values() for column in c.columns for _, code in column.codes})
    refused = sorted({*personal_names(), *_REFUSED_NAMES})
    kinds = con.execute(
        _sql("leaf_kinds"),
        {"token": forms.TOKEN, "iso_day": forms.ISO_DAY, "codes": codes, "refused_names": refused},
    ).fetchall()
    failures = [Failure("exception", "details", what, int(n)) for what, n in kinds if n]
    mentions = _sql("mentions").replace("/* own days */", _days_of(office, birth=False))
    con.execute(mentions.replace("/* birth dates */", _days_of(office, birth=True)))
    births = con.execute(_sql("births")).fetchall()
    others = con.execute(
        _sql("own_dates"), {"date_names": sorted({*_dates_of(office), *_ROW_DAYS})}
    ).fetchall()
    for what, found in (("a birth date under another name", births), ("a day that no own row has", others)):
        failures += [Failure("exception", f"details.{name}", what, int(n)) for name, n in found]
    return failures


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
