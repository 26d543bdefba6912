"""A small working database filled by hand, and the published tables that follow from it, for the store's tests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from assets.store.database import open_working
from assets.store.home import Home, forget_opened_home
from assets.store.keys import KeyRing, Purpose, load_keys
from assets.store.publish import Publication
from assets.store.published import published_tables

AS_OF = date(2026, 10, 31)
BEFORE = date(2026, 10, 20)
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
        """INSERT INTO exception_case VALUES ($id, 'FP-10', 'floating_population', 2, NULL, '990101001001', 'open', $day, $day,
             $day, $day, NULL, NULL, '1', $details, 'digest', NULL, NULL, $day)""",
        {"id": exception, "day": AS_OF, "details": json.dumps(details())},
    )
    con.execute(
        """INSERT INTO exception_event VALUES ($id, now()::TIMESTAMP, 'opened', 'rule', 'same_person_same_dwelling', 1, NULL,
             'digest')""",
        {"id": exception},
    )
    con.execute(
        """INSERT INTO case_state BY NAME SELECT $id AS exception_id, $before AS from_on, $day AS until_on, 'held' AS status,
             'waiting' AS hold_reason, '990101001001' AS area_code, $before AS opened_on, '1' AS rule_version,
             $details AS details, 1 AS run_id""",
        {"id": exception, "before": BEFORE, "day": AS_OF, "details": json.dumps(details())},
    )
    con.execute(
        """INSERT INTO dispute BY NAME SELECT 1 AS rid, 'phone' AS field, 'objection' AS reason_code, $before AS opened_on,
             $day AS answer_by, 1 AS run_id""",
        {"before": BEFORE, "day": AS_OF},
    )
    con.execute(
        """INSERT INTO answer BY NAME SELECT 'QNOBODYKNOWSTHAT1' AS verified_id, '属实' AS answer, 1 AS delivery_id,
             'unknown_id' AS handled, 1 AS run_id"""
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
             "last_seen_on": AS_OF, "stands_since": AS_OF, "may_do": "merge_rows, correct_row", "rule_version": "1", "details": json.dumps(details())}
        ],
        "exception_event": [
            {"exception_id": exception, "happened_at": now, "event": "opened", "actor_kind": "rule", "reason_code": "same_person_same_dwelling",
             "run_id": 1}
        ],
        "exception_history": [
            {"exception_id": exception, "from_on": BEFORE, "until_on": AS_OF, "status": "held", "hold_reason": "waiting",
             "area_code": "990101001001", "opened_on": BEFORE, "rule_version": "1", "details": json.dumps(details())}
        ],
        "dispute": [
            {"feed": "floating_population", "record_id": "LD-1", "field": "phone", "reason_code": "objection",
             "opened_on": BEFORE, "answer_by": AS_OF, "state": "open"}
        ],
        "answer": [{"file_name": FILE, "row_number": 1, "answer": "found_true", "outcome": "unknown_id", "run_id": 1}],
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


def build_version(
    home: Home, keys: KeyRing, tables: Mapping[str, pa.Table] | Iterable[tuple[str, pa.Table]], version: str
) -> Path:
    """A publication of these tables by name, begun and completed; discarded if one of them fails."""
    publication = Publication(home, keys, version)
    try:
        for name, table in tables.items() if isinstance(tables, Mapping) else tables:
            publication.write(name, table)
        return publication.complete()
    except BaseException:
        publication.discard()
        raise
