"""Hashes of the names, numbers and phones that a home holds, kept, so that a run need not read every value again.

Table ``personal_hash`` (rid, h) grows by what a file brings and loses what versions and records lose; too many
hashes are harmless, for a hit is confirmed by the value, too few would not be. Rejected rows are few and are
read each time. Table ``id_hash`` (rid, h) has the hash of each shown record's own id. Here: keeping them. Not here:
which values count and how texts are looked up (`assets.store.personal`).
"""

from __future__ import annotations

import hashlib
import platform

import duckdb

from assets.store.forms import IDENTITY_OR_PHONE
from assets.store.personal import bare, feed_values, values_of
from sources.contract import FeedContract

_SETTING = "personal_hash"
ID_HASHES = (
    f"SELECT rid, hash({bare('record_id')}) AS h FROM record WHERE feed NOT IN ('areas', 'verifications')"
)
"""SQL for (rid, h) of all records that are shown."""


def _mark(office: str) -> str:
    """What the hashes were made by: DuckDB's hash function, and the SQL that says which values count."""
    said = f"{feed_values(office)}\n{IDENTITY_OR_PHONE}\n{ID_HASHES}"
    return f"{duckdb.__version__} {platform.machine()} {hashlib.sha256(said.encode()).hexdigest()}"


def is_kept(con: duckdb.DuckDBPyConnection, office: str) -> bool:
    """Whether both tables hold every value of the records, by today's hash function and lists."""
    row = con.execute("SELECT value FROM setting WHERE name = $name", {"name": _SETTING}).fetchone()
    return row is not None and row[0] == _mark(office)


def ensure(con: duckdb.DuckDBPyConnection, office: str) -> bool:
    """Make both tables complete if they are not; whether they had to be made anew."""
    if is_kept(con, office):
        return False
    con.execute("DELETE FROM personal_hash")
    con.execute(f"INSERT INTO personal_hash {_hashes(feed_values(office))}")
    con.execute("DELETE FROM id_hash")
    con.execute(f"INSERT INTO id_hash {ID_HASHES}")
    con.execute("DELETE FROM setting WHERE name = $name", {"name": _SETTING})
    con.execute("INSERT INTO setting VALUES ($name, $mark)", {"name": _SETTING, "mark": _mark(office)})
    return True


def begin(con: duckdb.DuckDBPyConnection) -> None:
    """Temporary tables ``new_record`` (rid) and ``brought_hash`` (rid, h), empty: what `keep_new` adds in this run."""
    con.execute("CREATE OR REPLACE TEMP TABLE new_record (rid BIGINT)")
    con.execute("CREATE OR REPLACE TEMP TABLE brought_hash (rid BIGINT, h UBIGINT)")


def keep_new(con: duckdb.DuckDBPyConnection, contract: FeedContract) -> None:
    """Add the records that are new with the file that is being loaded, and the values of its new contents.

    They are read from ``staged``, ``prior`` and ``again`` (load_records.sql) and the frames wide_raw and wide_typed.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE file_record AS SELECT DISTINCT rid FROM staged WHERE rid NOT IN (SELECT rid FROM prior)"
    )
    con.execute("INSERT INTO new_record FROM file_record")
    con.execute(f"INSERT INTO id_hash {ID_HASHES} AND rid IN (FROM file_record)")
    values = values_of(contract, raw="new_raw", typed="new_typed")
    if values:
        new = "AS MATERIALIZED (SELECT s.rid, w.* FROM {} w JOIN staged s USING (row_number) ANTI JOIN again USING (row_number))"
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE file_hash AS
                WITH new_raw {new.format("wide_raw")}, new_typed {new.format("wide_typed")}
                {_hashes(" UNION ALL ".join(values))}"""
        )
        con.execute("INSERT INTO personal_hash FROM file_hash")
        con.execute("INSERT INTO brought_hash FROM file_hash")


def renew(con: duckdb.DuckDBPyConnection, office: str, rids: str) -> None:
    """After values of records were deleted or emptied: keep the hashes only of what is left of those in table ``rids``.

    Does nothing in a database that has no such table yet (an old backup).
    """
    if not _has_table(con):
        return
    con.execute(f"DELETE FROM personal_hash WHERE rid IN (SELECT rid FROM {rids})")
    con.execute(f"INSERT INTO personal_hash {_hashes(feed_values(office, among=rids))}")


def _hashes(values: str) -> str:
    return f"SELECT DISTINCT rid, hash(value) AS h FROM ({values})"


def _has_table(con: duckdb.DuckDBPyConnection) -> bool:
    row = con.execute(
        """SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'main'
             AND table_name = 'personal_hash'"""
    ).fetchone()
    return row is not None
