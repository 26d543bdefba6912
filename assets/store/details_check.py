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
    """Every name and value inside the details, and every day among them; leaves pub_leaf and pub_mention behind."""
    con.execute(_sql("leaves"))
    codes = sorted({code for c in contracts().values() for column in c.columns for _, code in column.codes})
    kinds = con.execute(
        _sql("leaf_kinds"),
        {
            "token": forms.TOKEN,
            "iso_day": forms.ISO_DAY,
            "codes": codes,
            "refused_names": sorted({*personal_names(), *_REFUSED_NAMES}),
        },
    ).fetchall()
    failures = [Failure("exception", "details", what, int(n)) for what, n in kinds if n]
    con.execute(_sql("mentions"))
    con.execute(f"CREATE OR REPLACE TEMP TABLE own_date AS {_own_days(office, birth=False)}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE own_birth AS {_own_days(office, birth=True)}")
    for what, query in (
        ("a birth date under another name", "births"),
        ("a day that no own row has", "own_dates"),
    ):
        failures += [
            Failure("exception", f"details.{name}", what, int(n))
            for name, n in con.execute(_sql(query)).fetchall()
        ]
    return failures


def _own_days(office: str, *, birth: bool) -> str:
    """SQL for (rid, name, day) of the records that exceptions rest on, all versions: birth dates, or all other days."""
    parts = ["SELECT NULL::BIGINT AS rid, NULL::VARCHAR AS name, NULL::DATE AS day WHERE false"]
    for contract in office_contracts(office):
        dates = {c.name for c in contract.columns if c.klass == "date"}
        for name, kind in typed_columns(contract).items():
            if kind == "DATE" and (name in dates) is not birth:
                parts.append(
                    f"""SELECT DISTINCT rid, '{name}', {name} FROM typed_{contract.feed}
                        WHERE {name} IS NOT NULL AND rid IN (SELECT rid FROM pub_mention)"""
                )
    return "\nUNION ALL ".join(parts)
