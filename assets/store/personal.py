"""Which values of a working database are personal, said once: what is shown and what is checked use the same list.

Here: the SQL that lists names, numbers and phones as delivered and as understood, in bare form, and looking
texts up in it. Not here: what is done about a match (`assets.stations.records` shows FILE#ROW,
`assets.store.published_check` stops the run), keeping the hashes (`assets.store.held`).
"""

from __future__ import annotations

import duckdb

from assets.store.forms import SEPARATORS
from assets.store.schema import office_contracts
from quality.schema import typed_columns
from sources.contract import Column, FeedContract

_SHORTEST_NAME = 2
_SHORTEST_NUMBER = 7
_TYPES = ("name", "id_number", "phone")
_NONE = "SELECT NULL::BIGINT AS rid, NULL::VARCHAR AS value WHERE false"


def bare(expression: str) -> str:
    """SQL for a value without separators, in upper case: the form in which values are compared."""
    return f"upper(translate({expression}, '{SEPARATORS}', ''))"


def values_of(contract: FeedContract, *, raw: str, typed: str) -> list[str]:
    """Queries for (rid, value): the names, identity numbers and phones of one feed's rows in bare form.

    ``raw``, ``typed``: tables with the feed's columns and rid. Names of one character, and numbers that are
    shorter than seven characters or one digit repeated (placeholders), are left out.
    """
    parts = []
    for column in contract.of_type(*_TYPES):
        parts.append(_select(column, column.name, raw))
        names = [n for n in (column.name, f"{column.name}_key") if n in typed_columns(contract)]
        parts += [_select(column, name, typed) for name in names]
    return parts


def feed_values(office: str, *, among: str = "") -> str:
    """SQL for (rid, value) of every version of every record; rows may repeat. ``among``: a table of rids, else all."""
    narrow = f" SEMI JOIN {among} USING (rid)" if among else ""
    parts = [_NONE]
    for c in office_contracts(office):
        parts += values_of(c, raw=f"(FROM raw_{c.feed}{narrow})", typed=f"(FROM typed_{c.feed}{narrow})")
    return "\nUNION ALL ".join(parts)


def rejected_values(office: str) -> str:
    """SQL for (rid, value) of the rejected rows, rid null; rows may repeat."""
    parts = [_NONE]
    for contract in office_contracts(office):
        for column in contract.of_type(*_TYPES):
            delivered = f"json_extract_string(raw, '$.{column.name}')"
            rows = (
                f"(SELECT NULL::BIGINT AS rid, {delivered} AS v FROM rejected WHERE feed = '{contract.feed}')"
            )
            parts.append(_select(column, "v", rows))
    return "\nUNION ALL ".join(parts)


def held_hashes(con: duckdb.DuckDBPyConnection, office: str, *, afresh: bool) -> None:
    """Temporary view ``held_hash`` (rid, h) over all that is held; ``afresh``: without trusting what is kept."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE rejected_hash AS SELECT DISTINCT rid, hash(value) AS h FROM ({rejected_values(office)})"
    )
    kept = "personal_hash"
    if afresh:
        kept = "fresh_hash"
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE fresh_hash AS SELECT rid, hash(value) AS h FROM ({feed_values(office)})"
        )
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW held_hash AS SELECT rid, h FROM {kept} UNION ALL SELECT rid, h FROM rejected_hash"
    )


def hashed_among(con: duckdb.DuckDBPyConnection, texts: str, hashes: str = "") -> bool:
    """Leave in temporary table ``personal_text`` those bare values of ``texts`` whose hash is in ``held_hash``; whether
    there are any.

    ``texts``: SQL of something with a column value; ``hashes``: SQL for the h of all of them, where that is less work. Every personal value is among them; another one is with a
    chance of one in a million homes, and only where that does no harm need it not be told apart (`personal_among`).
    """
    made = hashes or f"SELECT hash(value) AS h FROM {texts}"
    con.execute(f"CREATE OR REPLACE TEMP TABLE text_hash AS {made}")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE holder AS SELECT DISTINCT rid, h FROM held_hash WHERE h IN (FROM text_hash)"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE personal_text (value VARCHAR)")
    if con.execute("SELECT 1 FROM holder LIMIT 1").fetchone() is None:
        return False
    con.execute(
        f"INSERT INTO personal_text SELECT DISTINCT value FROM {texts} WHERE hash(value) IN (SELECT h FROM holder)"
    )
    return True


def personal_among(con: duckdb.DuckDBPyConnection, office: str, texts: str, hashes: str = "") -> bool:
    """As `hashed_among`, but only those that are personal indeed: each is confirmed by the value itself, among the
    records that have the hash."""
    if not hashed_among(con, texts, hashes):
        return False
    held = f"{feed_values(office, among='(SELECT DISTINCT rid FROM holder)')} UNION ALL {rejected_values(office)}"
    con.execute(f"DELETE FROM personal_text WHERE value NOT IN (SELECT value FROM ({held}))")
    return con.execute("SELECT 1 FROM personal_text LIMIT 1").fetchone() is not None


def _select(column: Column, expression: str, table: str) -> str:
    value = bare(expression)
    if column.type == "name":
        kept = f"length(value) >= {_SHORTEST_NAME}"
    else:
        kept = f"length(value) >= {_SHORTEST_NUMBER} AND value <> repeat(left(value, 1), length(value))"
    return f"SELECT rid, value FROM (SELECT rid, {value} AS value FROM {table}) WHERE {kept}"
