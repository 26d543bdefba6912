"""A small working database filled by hand, and the published tables that follow from it, for the store's tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from assets.store.database import open_working
from assets.store.home import Home, forget_opened_home
from assets.store.keys import KeyRing, Purpose, load_keys
from assets.store.published import published_tables

AS_OF = date(2026, 10, 31)
NAME, NUMBER, PHONE, BIRTH = "欧阳试验", "990101198507150016", "13800990001", date(1985, 7, 15)
PAIR = "P" + "B" * 16
LATIN = "TESTER SAMPLE"
FILE = "floating_population_full_20261031.csv"
REGISTERED = date(2025, 3, 1)


def make_home(path: Path, office: str = "residence") -> tuple[Home, KeyRing]:
    forget_opened_home()
    home = Home.open(path, office)
    return home, load_keys(home)


def fill(con: duckdb.DuckDBPyConnection, keys: KeyRing) -> str:
    """Two residence rows of one person, a rejected row, one open exception; gives its id."""
    con.execute(
        "INSERT INTO run VALUES (1, $day, 'national', now()::TIMESTAMP, now()::TIMESTAMP, '0.1.0', NULL)",
        {"day": AS_OF},
    )
    con.execute(
        """INSERT INTO delivery (delivery_id, file_name, sha256, feed, mode, file_day, outcome, rows, refused_columns, loaded_at, run_id)
           VALUES (1, $file, repeat('ab', 32), 'floating_population', 'full', $day, 'loaded', 3, '民族, 健康状况', now()::TIMESTAMP, 1)""",
        {"file": FILE, "day": AS_OF},
    )
    for rid, record in ((1, "LD-1"), (2, "LD-2")):
        con.execute(
            "INSERT INTO record VALUES ($rid, 'floating_population', $id, $id, $day, $day, NULL)",
            {"rid": rid, "id": record, "day": AS_OF},
        )
        con.execute(
            "INSERT INTO sighting VALUES ($rid, 1, $rid, $day, $day, 7, true)", {"rid": rid, "day": AS_OF}
        )
        row = {
            "rid": rid,
            "content": 7,
            "record_id": record,
            "name": NAME,
            "id_number": NUMBER,
            "phone": PHONE,
        }
        insert(con, "raw_floating_population", {**row, "phone": "+86 138-0099-0001"})
        typed = {**row, "name_key": NAME, "birth_date": BIRTH, "registered_on": REGISTERED, "status": "在住"}
        insert(con, "typed_floating_population", typed)
    raw = json.dumps({"name": LATIN, "id_number": None, "phone": "13800990002"})
    con.execute(
        "INSERT INTO rejected VALUES (1, 'floating_population', 3, 'LD-3', 'LD-3', 'registered_on', 'unreadable_date', $raw)",
        {"raw": raw},
    )
    con.execute(
        "INSERT INTO review_pair VALUES ($pair, 1, 2, 'name=exact birth=equal', 12.5, 'undecided')",
        {"pair": PAIR},
    )
    con.execute("INSERT INTO area VALUES ('990101001001', '甲社区', '社区', '990101001000')")
    exception = keys.keyed_id("E", Purpose.EXCEPTION_ID, "FP-10", "floating_population", "LD-2")
    con.execute(
        """INSERT INTO exception_case BY NAME
           SELECT $id AS exception_id, 'FP-10' AS rule_code, 'floating_population' AS feed, 2 AS rid, '990101001001' AS area_code,
             'open' AS status, $day AS opened_on, $day AS due_on, $day AS answer_by, $day AS last_seen_on, '1' AS rule_version,
             $details AS details, 'digest' AS evidence""",
        {"id": exception, "day": AS_OF, "details": json.dumps(details())},
    )
    con.execute(
        """INSERT INTO exception_event BY NAME SELECT $id AS exception_id, now()::TIMESTAMP AS happened_at, 'opened' AS event,
             'rule' AS actor_kind, 'same_person_same_dwelling' AS reason_code, 1 AS run_id""",
        {"id": exception},
    )
    return exception


def details(**changes: Any) -> dict[str, Any]:
    rows = [
        {"feed": "floating_population", "record_id": f"LD-{n}", "on": REGISTERED.isoformat()} for n in (1, 2)
    ]
    return {"registered_on": REGISTERED.isoformat(), "earlier_rows": 1, "rows": rows, **changes}


def insert(con: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    con.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f'${c}' for c in row)})", row)


def published_rows(exception: str) -> dict[str, list[dict[str, Any]]]:
    """Rows of a sound published file that follow from `fill`; columns that are not named are null."""
    now = datetime(2026, 10, 31, 12)
    return {
        "record": [
            {"feed": "floating_population", "record_id": f"LD-{n}", "area_code": "990101001001", "active": True} for n in (1, 2)
        ],
        "exception": [
            {"exception_id": exception, "rule_code": "FP-10", "feed": "floating_population", "record_id": "LD-2",
             "area_code": "990101001001", "status": "open", "opened_on": AS_OF, "due_on": AS_OF, "answer_by": AS_OF,
             "last_seen_on": AS_OF, "may_do": "merge_rows, correct_row", "rule_version": "1", "details": json.dumps(details())}
        ],
        "exception_event": [
            {"exception_id": exception, "happened_at": now, "event": "opened", "actor_kind": "rule", "reason_code": "same_person_same_dwelling"}
        ],
        "rejected_record": [
            {"feed": "floating_population", "record_id": "LD-3", "file_name": FILE, "row_number": 3, "field": "registered_on",
             "reason_code": "unreadable_date", "delivered_on": AS_OF}
        ],
        "record_issue": [{"feed": "floating_population", "record_id": "LD-1", "field": "phone", "issue_code": "odd_phone"}],
        "delivery": [
            {"file_name": FILE, "sha256": "ab" * 32, "feed": "floating_population", "mode": "full", "outcome": "loaded",
             "rows": 3, "accepted": 2, "rejected": 1, "refused_columns": "民族, 健康状况", "loaded_at": now, "run_id": 1}
        ],
        "match_review": [
            {"pair_id": PAIR, "feed_a": "floating_population", "record_a": "LD-1", "feed_b": "floating_population",
             "record_b": "LD-2", "agreement": "name=exact birth=equal", "weight": 12.5}
        ],
        "area": [{"area_code": "990101001001", "area_name": "甲社区", "level": "社区", "parent_code": "990101001000"}],
        "run": [{"run_id": 1, "as_of": AS_OF, "profile": "national", "started_at": now, "finished_at": now, "code_version": "0.1.0"}],
    }  # fmt: skip


def to_tables(rows: dict[str, list[dict[str, Any]]], office: str = "residence") -> dict[str, pa.Table]:
    """Arrow tables with every declared column."""
    declared = published_tables(office)
    return {
        name: pa.table({c.name: pa.array([row.get(c.name) for row in held]) for c in declared[name].columns})
        for name, held in rows.items()
    }


@contextmanager
def filled(home: Home, keys: KeyRing) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """The working database, filled, inside an open transaction as in a run."""
    with open_working(home, keys, memory_limit="500MB") as con:
        con.execute("BEGIN")
        yield con, fill(con, keys)
        con.execute("ROLLBACK")
