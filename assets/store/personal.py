"""Which values of a working database are personal, said once: what is shown and what is checked use the same list.

Here: the SQL that lists names, numbers and phones as delivered and as understood, in bare form. Not here: what
is done about a match (`assets.stations.records` shows FILE#ROW, `assets.store.published_check` stops the run).
"""

from __future__ import annotations

import duckdb

from assets.store.forms import SEPARATORS
from assets.store.schema import office_contracts
from quality.schema import typed_columns
from sources.contract import Column

_SHORTEST_NAME = 2
_SHORTEST_NUMBER = 7
_TYPES = ("name", "id_number", "phone")


def bare(expression: str) -> str:
    """SQL for a value without separators, in upper case: the form in which values are compared."""
    return f"upper(regexp_replace({expression}, '[{SEPARATORS}]+', '', 'g'))"


def personal_values(office: str) -> str:
    """SQL that gives every name, identity number and phone of the working database in bare form, `value`.

    Rows may repeat. All versions count, and rejected rows too. Names of one character, and raw numbers that are
    shorter than seven characters or one digit repeated (placeholders), are left out.
    """
    parts = ["SELECT NULL::VARCHAR AS value WHERE false"]
    for contract in office_contracts(office):
        for column in contract.of_type(*_TYPES):
            parts.append(_select(column, column.name, f"raw_{contract.feed}"))
            typed = [n for n in (column.name, f"{column.name}_key") if n in typed_columns(contract)]
            parts += [_select(column, name, f"typed_{contract.feed}") for name in typed]
            rejected = f"(SELECT json_extract_string(raw, '$.{column.name}') AS v FROM rejected WHERE feed = '{contract.feed}')"
            parts.append(_select(column, "v", rejected))
    return "\nUNION ALL ".join(parts)


def personal_among(con: duckdb.DuckDBPyConnection, office: str, texts: str, *, anew: bool = False) -> None:
    """Leave in temporary table ``personal_text`` those bare values of table ``texts`` (column value) that are personal.

    Millions of values are reduced once to their hashes (``held_hash``, as long as the connection lives), which a
    few texts are then looked up in; a hit is confirmed by the value itself. ``anew``: records have changed since.
    """
    create = "CREATE OR REPLACE TEMP TABLE" if anew else "CREATE TEMP TABLE IF NOT EXISTS"
    con.execute(f"{create} held_hash AS SELECT hash(value) AS h FROM ({personal_values(office)})")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE personal_text AS
            SELECT DISTINCT value FROM (SELECT value, hash(value) AS h FROM {texts}) WHERE h IN (
              SELECT h FROM held_hash WHERE h IN (SELECT hash(value) FROM {texts}))"""
    )
    if con.execute("SELECT 1 FROM personal_text LIMIT 1").fetchone() is not None:
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE personal_text AS SELECT DISTINCT value FROM ({personal_values(office)})
                WHERE value IN (FROM personal_text)"""
        )


def _select(column: Column, expression: str, table: str) -> str:
    value = bare(expression)
    if column.type == "name":
        kept = f"length(value) >= {_SHORTEST_NAME}"
    else:
        kept = f"length(value) >= {_SHORTEST_NUMBER} AND value <> repeat(left(value, 1), length(value))"
    return f"SELECT value FROM (SELECT {value} AS value FROM {table}) WHERE {kept}"
