"""Makes `tests/data/homes/v1`: the working database of a housing home as version 1 of the schema had it.

``python -m tests.data.make_old_home``. Kept in the repository, so that every later version is tested on it; a released
file is never made again. The key is of this fixture alone, the data are invented.
"""

from __future__ import annotations

from datetime import date
from importlib import resources
from pathlib import Path

import duckdb

from assets.store.database import instance
from assets.store.keys import KeyRing, Purpose
from quality.schema import raw_columns, typed_columns
from sources.contract import contracts
from sources.offices import feeds_of

KEY = "7e" * 32
FOLDER = Path(__file__).parent / "homes" / "v1"
DAY = date(2026, 10, 1)
LACKING = {"tenancies": "updated_at", "requests": "updated_at"}
"""Columns that the contracts of that version had not yet."""


def make(path: Path) -> None:
    """Two tenancies of one dwelling, a request, a case, as a run of version 1 left them."""
    con = instance(None)
    try:
        key = KeyRing(bytes.fromhex(KEY), "housing").database_key(Purpose.WORKING_DB)
        con.execute(f"ATTACH '{path}' AS old (ENCRYPTION_KEY '{key}', BLOCK_SIZE 16384)")
        con.execute("USE old")
        con.execute(
            (resources.files("assets.store") / "migrations" / "001_initial.sql").read_text(encoding="utf-8")
        )
        con.execute("INSERT INTO schema_version VALUES (1, TIMESTAMP '2026-10-01 08:00:00')")
        for feed in sorted(feeds_of("housing")):
            for table, columns in (
                ("raw", raw_columns(contracts()[feed])),
                ("typed", typed_columns(contracts()[feed])),
            ):
                kept = {
                    n: t
                    for n, t in {"rid": "BIGINT", "content": "UBIGINT", **columns}.items()
                    if n != LACKING.get(feed)
                }
                con.execute(f"CREATE TABLE {table}_{feed} ({', '.join(f'{n} {t}' for n, t in kept.items())})")
        _fill(con)
        con.execute("CHECKPOINT old")
    finally:
        con.close()


def _fill(con: duckdb.DuckDBPyConnection) -> None:
    run = con.execute
    run(
        "INSERT INTO run VALUES (1, $d, 'zhejiang', now()::TIMESTAMP, now()::TIMESTAMP, '0.1.0', '[]')",
        {"d": DAY},
    )
    for number, feed in enumerate(("tenancies", "requests"), start=1):
        run(
            """INSERT INTO delivery VALUES ($n, $f || '_full_20261001.csv', repeat('ab', 32), $f, 'full', $d, NULL, NULL, 'loaded', NULL,
                 2, 2, 0, 0, 0, 0, 0, NULL, 0, now()::TIMESTAMP, 1)""",
            {"n": number, "f": feed, "d": DAY},
        )
    rows = (
        (1, "tenancies", "ZZ-1", 1),
        (2, "tenancies", "ZZ-2", 1),
        (3, "requests", "QQ-1", 2),
        (4, "requests", "QQ-2", 2),
    )
    for rid, feed, record, delivery in rows:
        run(
            "INSERT INTO record VALUES ($r, $f, $i, $i, $d, $d, NULL)",
            {"r": rid, "f": feed, "i": record, "d": DAY},
        )
        run("INSERT INTO sighting VALUES ($r, $n, $r, $d, $d, 7, true)", {"r": rid, "n": delivery, "d": DAY})
        run(f"INSERT INTO raw_{feed} (rid, content, record_id) VALUES ($r, 7, $i)", {"r": rid, "i": record})
    run("INSERT INTO raw_areas (rid, content) SELECT 1, 1 WHERE false")
    for rid in (1, 2):
        run(
            """INSERT INTO typed_tenancies (rid, content, record_id, name, name_key, starts_on, address, addr_road, addr_number)
               VALUES ($r, 7, 'ZZ-' || $r, '欧阳旧家', '欧阳旧家', $d, '松涛路1号', '松涛路', '1')""",
            {"r": rid, "d": DAY},
        )
        run(
            """INSERT INTO typed_requests (rid, content, record_id, tenancy_id, kind, consent_no, consented_on)
               VALUES (2 + $r, 7, 'QQ-' || $r, 'ZZ-' || $r, '登记', 'PZ-' || $r, $d)""",
            {"r": rid, "d": DAY},
        )
    run("INSERT INTO person_member VALUES (1, 1), (2, 1)")
    run(
        """INSERT INTO exception_case VALUES ('QBCDFGHJKLMNPQRST', 'RH-04', 'tenancies', 2, NULL, NULL, 'open', $d, $d, $d, $d, NULL,
             NULL, '1', '{}', 'digest')""",
        {"d": DAY},
    )
    run(
        "INSERT INTO exception_event VALUES ('QBCDFGHJKLMNPQRST', now()::TIMESTAMP, 'opened', 'rule', 'duplicate', 1)"
    )
    run("INSERT INTO setting VALUES ('last_program', '0.1.0')")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "working.duckdb").unlink(missing_ok=True)
    make(FOLDER / "working.duckdb")
