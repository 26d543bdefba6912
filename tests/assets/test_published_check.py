"""The last check is green on a sound file and red on each planted fault."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.store import held as kept
from assets.store.database import attach, instance
from assets.store.details_check import Failure
from assets.store.home import Home
from assets.store.keys import KeyRing, Purpose
from assets.store.published import published_tables
from assets.store.published_check import check_published
from tests.assets.store_fixtures import (
    AS_OF,
    BIRTH,
    LATIN,
    NAME,
    NUMBER,
    PHONE,
    build_version,
    details,
    filled,
    make_home,
    published_rows,
    to_tables,
)

Rows = dict[str, list[dict[str, Any]]]
Found = set[tuple[str, str, str]]
Held = tuple[Home, KeyRing, duckdb.DuckDBPyConnection, str]
COUNTER = iter(range(1, 1000))


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    home, keys = make_home(tmp_path_factory.mktemp("home") / "home")
    with filled(home, keys) as (con, exception):
        yield home, keys, con, exception


def failures(held: Held, rows: Rows) -> list[Failure]:
    home, keys, con, _ = held
    path = build_version(home, keys, to_tables(rows), f"{next(COUNTER):08d}")
    return check_published(path, keys, home.office, con)


def sound(held: Held) -> Rows:
    return published_rows(held[3])


def test_a_sound_file_passes(held: Held) -> None:
    assert failures(held, sound(held)) == []


def put(table: str, column: str, value: Any) -> Callable[[Rows], None]:
    def plant(rows: Rows) -> None:
        rows[table][0][column] = value

    return plant


def test_each_fault_in_the_details_is_red(held: Held) -> None:
    rows = sound(held)
    faults = {
        "note": NAME,
        "list": [{"record_id": ["x", NAME]}],
        "code": NUMBER,
        "reason": "tester_sample",
        "name": "a",
        "deep": [{"person": 1}],
        "count": int(PHONE),
        "since": BIRTH.isoformat(),
        "registered_on": BIRTH.isoformat(),
        "more": [{"on": "2024-02-02"}],
    }
    rows["exception"][0]["details"] = json.dumps({**details(), **faults}, ensure_ascii=False)
    found = sorted((f.column, f.what, f.count) for f in failures(held, rows) if f.table == "exception")
    assert found == [
        ("details", "a key that is not allowed", 2),
        ("details", "a name, identity number or phone that this home holds", 3),
        ("details", "a number too large for a count or a measure", 1),
        ("details", "a text that is no own row, day or code", 3),
        ("details.on", "a day that no own row has", 1),
        ("details.registered_on", "a birth date under another name", 1),
        ("details.registered_on", "a day that no own row has", 1),
        ("details.since", "a birth date under another name", 1),
    ]


FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a name": ({"note": NAME}, "details", "no own row, day or code"),
    "a name hidden in a list": ({"rows": [{"record_id": ["x", NAME]}]}, "details", "no own row, day or code"),
    "a name as a code word": ({"reason": "tester_sample"}, "details", "a name, identity number or phone"),
    "a key for a name": ({"name": "a"}, "details", "a key that is not allowed"),
    "a key in a nested object": ({"rows": [{"person": 1}]}, "details", "a key that is not allowed"),
    "a number's digits": ({"count": int(PHONE)}, "details", "too large"),
    "an identity number": ({"code": NUMBER}, "details", "no own row, day or code"),
    "a birth date as since": ({"since": BIRTH.isoformat()}, "details.since", "a birth date"),
    "a birth date as a source date": (
        {"registered_on": BIRTH.isoformat()},
        "details.registered_on",
        "a birth date",
    ),
    "a day of no own row": ({"rows": [{"on": "2024-02-02"}]}, "details.on", "a day that no own row has"),
}


FAULTS: dict[str, tuple[Callable[[Rows], None], tuple[str, str]]] = {
    "a record that was not delivered": (put("record", "record_id", "LD-9"), ("record", "record_id")),
    "an issue about another's record": (
        put("record_issue", "record_id", "ZZ-1"),
        ("record_issue", "record_id"),
    ),
    "a pair with a foreign row": (put("match_review", "record_b", "ZZ-2"), ("match_review", "record_b")),
    "a rejected id that is a phone": (
        put("rejected_record", "record_id", "138-0099-0001"),
        ("rejected_record", "record_id"),
    ),
    "a name in a reason": (
        put("rejected_record", "reason_code", "欧阳试验"),
        ("rejected_record", "reason_code"),
    ),
    "an event that no case has": (put("exception_event", "event", "Opened It"), ("exception_event", "event")),
    "a status of no list": (put("exception", "status", "suspect"), ("exception", "status")),
    "a name among what may be done": (put("exception", "may_do", LATIN.lower()), ("exception", "may_do")),
    "a birth date under another name": (put("exception", "opened_on", BIRTH), ("exception", "opened_on")),
    "a withdrawal that was none": (put("record", "withdrawn_on", AS_OF), ("record", "withdrawn_on")),
    "a dwelling outside housing": (put("record", "dwelling_key", "D" + "B" * 16), ("record", "dwelling_key")),
    "a heading of no list": (
        put("delivery", "refused_columns", "民族, " + NAME),
        ("delivery", "refused_columns"),
    ),
    "a file name with a name in it": (put("delivery", "file_name", f"{NAME}.csv"), ("delivery", "file_name")),
    "a run that was none": (put("delivery", "run_id", 13800990), ("delivery", "run_id")),
    "a pair id that is a number": (put("match_review", "pair_id", NUMBER), ("match_review", "pair_id")),
    "an agreement with a value": (
        put("match_review", "agreement", f"name={NAME}"),
        ("match_review", "agreement"),
    ),
    "an area code that is none": (put("area", "parent_code", "x"), ("area", "parent_code")),
    "a field of no contract": (put("record_issue", "field", "prison"), ("record_issue", "field")),
    "a day that no dispute has": (put("dispute", "answer_by", BIRTH), ("dispute", "answer_by")),
    "a dispute about another's record": (put("dispute", "record_id", "ZZ-3"), ("dispute", "record_id")),
    "a birth date in the history": (
        put("exception_history", "due_on", BIRTH),
        ("exception_history", "due_on"),
    ),
    "a history of no case": (
        put("exception_history", "exception_id", "Q" + "B" * 16),
        ("exception_history", "exception_id"),
    ),
    "a hold reason of no list": (
        put("exception_history", "hold_reason", "wanted"),
        ("exception_history", "hold_reason"),
    ),
    "an answer to no case": (put("answer", "exception_id", "Q" + "C" * 16), ("answer", "exception_id")),
    "an answer that is none": (put("answer", "answer", "visit"), ("answer", "answer")),
    "an event of no run": (put("exception_event", "run_id", 99), ("exception_event", "run_id")),
    "a record of another that ended it": (
        put("exception_event", "record_id", "ZZ-4"),
        ("exception_event", "record_id"),
    ),
    "a day from nowhere": (put("run", "as_of", date(1985, 7, 15)), ("run", "as_of")),
}


@pytest.fixture(scope="module")
def all_faults(held: Held) -> Found:
    rows = sound(held)
    for plant, _ in FAULTS.values():
        plant(rows)
    return {(f.table, f.column, f.what) for f in failures(held, rows)}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_red(all_faults: Found, fault: str) -> None:
    assert FAULTS[fault][1] in {(table, column) for table, column, _ in all_faults}


def test_the_details_of_the_history_are_read_too(held: Held) -> None:
    rows = sound(held)
    put("exception_history", "details", json.dumps({"note": NAME}))(rows)
    assert {(f.table, f.column) for f in failures(held, rows)} >= {("exception", "details")}


def test_no_text_of_a_failure_holds_a_value(all_faults: Found) -> None:
    text = json.dumps(sorted(all_faults), ensure_ascii=False)
    assert not any(value in text for value in (NAME, NUMBER, PHONE, LATIN, BIRTH.isoformat(), "ZZ-1"))


def test_a_record_too_few_is_red(held: Held) -> None:
    rows = sound(held)
    rows["record"].pop()
    for table in (
        "record_issue", "match_review", "exception", "exception_event", "exception_history", "answer", "dispute",
    ):  # fmt: skip
        rows[table] = []
    assert [(f.table, f.column) for f in failures(held, rows)] == [("record", "*")]


UNDECLARED = {
    "ALTER TABLE record ADD COLUMN person BIGINT; CREATE TABLE people (name VARCHAR); DROP TABLE match_review": {
        ("record", "table"),
        ("people", "table"),
        ("match_review", "table"),
    },
    "CREATE VIEW hidden AS SELECT area_code AS people FROM area": {("*", "something")},
    "CREATE SCHEMA other; CREATE TABLE other.people (n INTEGER)": {("people", "table"), ("*", "something")},
    "COMMENT ON TABLE record IS NULL; COMMENT ON COLUMN area.level IS NULL": {
        ("area", "table"),
        ("*", "something"),
    },
    "CREATE MACRO hidden() AS 'x'": {("*", "something")},
}


@pytest.mark.parametrize("sql", UNDECLARED)
def test_anything_that_is_not_declared_is_red(held: Held, sql: str) -> None:
    home, keys, con, _ = held
    path = build_version(home, keys, {}, f"{next(COUNTER):08d}")
    with instance(None) as file:
        attach(file, path, "altered", keys.database_key(Purpose.PUBLISHED_DB))
        file.execute(sql)
    found = {(f.table, f.what.split(" ")[0]) for f in check_published(path, keys, home.office, con)}
    assert found >= UNDECLARED[sql]


def test_a_count_of_seven_in_statistics_is_red(tmp_path: Path) -> None:
    home, keys = make_home(tmp_path / "statistics", "statistics")
    cell = {"area_code": "990101001000", "month": "2026-10", "status": "all"}
    with duckdb.connect() as con:
        found = []
        for counts in ((7, 12, 11), (12, None, 9)):
            tables = to_tables({"rental_stock": [{**cell, "n": n} for n in counts]}, "statistics")
            path = build_version(home, keys, tables, f"{next(COUNTER):08d}")
            found.append(
                [(f.table, f.column, f.count) for f in check_published(path, keys, "statistics", con)]
            )
    assert found == [[("rental_stock", "n", 2)], []]


@pytest.mark.parametrize("place", [NAME, "138-0099-0001"])
def test_an_id_that_is_shown_though_it_is_a_name_or_number_is_found_by_its_kept_hash(
    tmp_path: Path, place: str
) -> None:
    """The program's fault: the station that names records let it through, and the file says what the database says."""
    home, keys = make_home(tmp_path / "home")
    with filled(home, keys) as (con, exception):
        con.execute("UPDATE record SET record_id = $id, shown_id = $id WHERE rid = 1", {"id": place})
        assert kept.ensure(con, home.office) and kept.is_kept(con, home.office)
        rows = published_rows(exception)
        for row in (row for table in rows.values() for row in table):
            row.update({column: place for column, value in row.items() if value == "LD-1"})
        plain = details()
        plain["rows"] = plain["rows"][1:]
        for table in ("exception", "exception_history"):
            rows[table][0]["details"] = json.dumps(plain)
        path = build_version(home, keys, to_tables(rows), "00000001")
        found = check_published(path, keys, home.office, con)
    assert [(f.table, f.column, f.what.split(",")[0]) for f in found] == [("record", "record_id", "a name")]


def test_a_sound_file_passes_by_kept_hashes_too(tmp_path: Path) -> None:
    home, keys = make_home(tmp_path / "home")
    with filled(home, keys) as (con, exception):
        kept.ensure(con, home.office)
        path = build_version(home, keys, to_tables(published_rows(exception)), "00000001")
        assert check_published(path, keys, home.office, con) == []
        assert check_published(path, keys, home.office, con, afresh=True) == []


def test_no_declared_column_is_named_like_a_personal_one() -> None:
    from quality.rules.catalog import personal_names

    for office in ("residence", "housing", "aftercare", "statistics"):
        names = {c.name for table in published_tables(office).values() for c in table.columns}
        allowed = {"sex"} if office == "statistics" else set()
        assert not (names & personal_names()) - allowed
        assert not names & {"person", "person_key", "rid"}
        for table in published_tables(office).values():
            assert table.comment and all(c.comment for c in table.columns)
            assert any("一" <= char <= "鿿" for char in table.comment)
