"""How many rows repeat another in some columns, for tables of a million rows.

Here: exact counts, told by sorted integers where those settle it. Not here: what must not repeat (`assets.checks`).
"""

from __future__ import annotations

import duckdb
import numpy as np
from numpy.typing import NDArray


def integers(con: duckdb.DuckDBPyConnection, sql: str) -> NDArray[np.generic] | None:
    """The one column of a query over integers, sorted; None if a null is among them."""
    (column,) = con.execute(sql).fetchnumpy().values()
    return None if isinstance(column, np.ma.MaskedArray) else np.sort(column)


def repeated(con: duckdb.DuckDBPyConnection, table: str, *columns: str) -> int:
    """How many rows of ``table`` there are beyond one for each combination of ``columns``.

    Rows with different hashes differ; only where two hashes are the same, or a value is null, is everything compared.
    """
    names = ", ".join(columns)
    present = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    hashes = integers(con, f"SELECT CASE WHEN {present} THEN hash({names}) END FROM {table}")
    if hashes is not None and not (hashes[1:] == hashes[:-1]).any():
        return 0
    row = con.execute(f"SELECT count(*) - count(DISTINCT ({names})) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def same_once(held: NDArray[np.generic] | None, named: NDArray[np.generic] | None) -> bool:
    """Whether ``named`` has each of the different numbers of ``held`` exactly once, and no other; both sorted."""
    if held is None or named is None:
        return False
    first = np.ones(len(held), bool)
    np.not_equal(held[1:], held[:-1], out=first[1:])
    return bool(np.array_equal(held[first], named))
