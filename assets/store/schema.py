"""The working database's tables and views: numbered migrations, and what follows from the feed contracts.

Here: the migrations runner, `raw_FEED` / `typed_FEED`, the views `cur_FEED`. Not here: what fills them (the
stations), how a cell becomes a value (`quality`).
"""

from __future__ import annotations

from importlib import resources

import duckdb

from quality.schema import raw_columns, typed_columns
from sources.contract import FeedContract, contracts
from sources.offices import feeds_of

_KEY_COLUMNS = {"rid": "BIGINT", "content": "UBIGINT"}
DECISION_TABLE_SQL = """
CREATE TABLE IF NOT EXISTS decision (seq BIGINT, kind VARCHAR, a_feed VARCHAR, a_record VARCHAR, b_feed VARCHAR,
  b_record VARCHAR, field VARCHAR, reason_code VARCHAR, actor VARCHAR, decided_at TIMESTAMP)
"""
_VIEW_SQL = """
CREATE OR REPLACE VIEW cur_{feed} AS
SELECT r.rid, r.feed, r.record_id, r.shown_id, r.first_day, r.last_day, r.withdrawn_on, s.file_day, s.content,
       p.person, d.dwelling_key{typed}
FROM record r
JOIN sighting s ON s.rid = r.rid AND s.is_current
JOIN typed_{feed} t ON t.rid = s.rid AND t.content = s.content
LEFT JOIN person_member p ON p.rid = r.rid
LEFT JOIN dwelling_member d ON d.rid = r.rid
WHERE r.feed = '{feed}'
"""


def migrate(con: duckdb.DuckDBPyConnection, office: str) -> int:
    """Bring the default database up to the newest schema; gives its version. Changes nothing if it is there.

    Each migration and the feed tables of ``office`` are one transaction: a kill leaves the version before.
    """
    version = _version(con)
    for number, sql in _migrations():
        if number > version:
            con.execute("BEGIN")
            con.execute(sql)
            con.execute("INSERT INTO schema_version VALUES ($version, now()::TIMESTAMP)", {"version": number})
            con.execute("COMMIT")
            version = number
    con.execute("BEGIN")
    for contract in office_contracts(office):
        _feed_table(con, f"raw_{contract.feed}", raw_columns(contract))
        _feed_table(con, f"typed_{contract.feed}", typed_columns(contract))
    con.execute("COMMIT")
    return version


def create_current_views(con: duckdb.DuckDBPyConnection, office: str) -> None:
    """Create `cur_FEED` for each feed of ``office`` where it is missing or its contract has new columns.

    One row for each record with a current version: keys and days, person, dwelling, then the typed columns
    except record_id (docs/architecture.md).
    """
    for contract in office_contracts(office):
        typed = [name for name in typed_columns(contract) if name != "record_id"]
        if _columns(con, f"cur_{contract.feed}")[11:] != typed:
            con.execute(_VIEW_SQL.format(feed=contract.feed, typed="".join(f", t.{name}" for name in typed)))


def office_contracts(office: str) -> list[FeedContract]:
    """The contracts of the feeds that a home of ``office`` accepts, by feed name."""
    accepted = feeds_of(office)
    return [contract for feed, contract in sorted(contracts().items()) if feed in accepted]


def _migrations() -> list[tuple[int, str]]:
    folder = resources.files("assets.store") / "migrations"
    files = sorted(
        (path for path in folder.iterdir() if path.name.endswith(".sql")), key=lambda path: path.name
    )
    return [(int(path.name.split("_", 1)[0]), path.read_text(encoding="utf-8")) for path in files]


def _version(con: duckdb.DuckDBPyConnection) -> int:
    if not _columns(con, "schema_version"):
        return 0
    row = con.execute("SELECT max(version) FROM schema_version").fetchone()
    return 0 if row is None or row[0] is None else int(row[0])


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    rows = con.execute(
        """SELECT column_name FROM duckdb_columns() WHERE database_name = current_database()
             AND schema_name = 'main' AND table_name = $name ORDER BY column_index""",
        {"name": table},
    ).fetchall()
    return [str(name) for (name,) in rows]


def _feed_table(con: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str]) -> None:
    """Make the table, or add the columns that the contract has gained since it was made."""
    wanted = {**_KEY_COLUMNS, **columns}
    held = _columns(con, table)
    if not held:
        con.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in wanted.items())})")
        return
    for name in (name for name in wanted if name not in held):
        con.execute(f"ALTER TABLE {table} ADD COLUMN {name} {wanted[name]}")
