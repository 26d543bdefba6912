"""Rules of every office: numbers, shared numbers, facts that contradict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from quality.profiles import Grace, load_profile
from tests.quality.ledger import Ledger, Row, day


def row(record_id: str, **more: Any) -> Row:
    return {
        "record_id": record_id,
        "status": "在住",
        "registered_on": "2026-01-05",
        "locatable": True,
        "address": "甲路1号",
        "id_number": "110105194912310021",
        "id_kind": "resident",
        "id_state": "valid",
    } | more


@pytest.fixture
def ledger() -> Ledger:
    return Ledger("residence")


@pytest.mark.parametrize(
    ("state", "reasons"),
    [
        ("damaged", ["number_damaged"]),
        ("invalid", ["number_invalid"]),
        ("valid", []),
        ("other", []),
        ("empty", []),
    ],
)
def test_dq01_damaged_or_invalid_in_closed_rows_too(ledger: Ledger, state: str, reasons: list[str]) -> None:
    ledger.file("floating_population", "2026-05-01", [row("LD1", id_state=state, status="已注销")])
    assert [r["reason_code"] for r in ledger.of("DQ-01", "2026-05-01")] == reasons


def test_dq01_counts_landlords_and_tenants_and_enrolments() -> None:
    housing = Ledger("housing")
    housing.file(
        "rental_housing", "2026-05-01", [{"record_id": "FW1", "status": "停租", "id_state": "invalid"}]
    )
    housing.file(
        "tenancies", "2026-05-01", [{"record_id": "ZZ1", "starts_on": "2026-05-01", "id_state": "damaged"}]
    )
    assert housing.named("DQ-01", "2026-05-01") == ["FW1", "ZZ1"]
    desk = Ledger("aftercare")
    rows = [{"record_id": "BJ1", "received_on": "2026-05-01", "status": "在册", "id_state": "invalid"}]
    desk.file("assistance_enrolment", "2026-05-01", rows)
    assert desk.named("DQ-01", "2026-05-01") == ["BJ1"]


def test_dq01_another_bad_number_is_other_evidence_and_equal_numbers_leave_unlike_marks(
    ledger: Ledger,
) -> None:
    bad = {"id_state": "invalid", "id_number": "110105194912310020"}
    ledger.file("floating_population", "2026-05-01", [row("LD1", **bad), row("LD2", **bad)])
    first = {r["record_id"]: r["evidence"] for r in ledger.of("DQ-01", "2026-05-01")}
    ledger.file("floating_population", "2026-05-02", [row("LD1", **bad, phone="13")])
    same = {r["record_id"]: r["evidence"] for r in ledger.of("DQ-01", "2026-05-02")}
    ledger.file("floating_population", "2026-05-03", [row("LD1", **bad | {"id_number": "1"})])
    other = {r["record_id"]: r["evidence"] for r in ledger.of("DQ-01", "2026-05-03")}
    assert first["LD1"] != first["LD2"]
    assert first == same
    assert other["LD1"] != first["LD1"]
    assert other["LD2"] == first["LD2"]


def conflict(ledger: Ledger, reason: str = "shared_number") -> None:
    a, b = ledger.rid("floating_population", "LD1"), ledger.rid("floating_population", "LD2")
    ledger.insert("number_conflict", rid=a, other_rid=b, reason_code=reason, since=day("2026-05-01"))


def test_dq02_one_finding_for_each_person(ledger: Ledger) -> None:
    ledger.same_person("LD1", "LD3")
    ledger.file("floating_population", "2026-05-01", [row("LD1"), row("LD2"), row("LD3")])
    conflict(ledger)
    a, b = ledger.rid("floating_population", "LD3"), ledger.rid("floating_population", "LD2")
    ledger.insert("number_conflict", rid=a, other_rid=b, reason_code="shared_number")
    found = ledger.of("DQ-02", "2026-05-02")
    assert [(r["record_id"], r["reason_code"]) for r in found] == [
        ("LD1", "number_shared"),
        ("LD2", "number_shared"),
    ]
    assert [r["record_id"] for r in found[0]["details"]["rows"]] == ["LD1", "LD2", "LD3"]


def test_dq02_a_clerks_merge_of_differing_numbers_is_one_finding(ledger: Ledger) -> None:
    ledger.same_person("LD1", "LD2")
    ledger.file("floating_population", "2026-05-01", [row("LD1"), row("LD2", id_number="2")])
    conflict(ledger, "clerk_merge")
    assert [(r["record_id"], r["reason_code"]) for r in ledger.of("DQ-02", "2026-05-02")] == [
        ("LD1", "numbers_differ")
    ]


def test_dq02_is_held_while_the_pair_waits_and_gone_with_a_withdrawn_row(ledger: Ledger) -> None:
    ledger.file("floating_population", "2026-05-01", [row("LD1"), row("LD2")], "full")
    conflict(ledger)
    ledger.insert(
        "review_pair",
        pair_id="P",
        rid_a=ledger.rid("floating_population", "LD1"),
        rid_b=ledger.rid("floating_population", "LD2"),
        state="undecided",
    )
    assert [r["held"] for r in ledger.of("DQ-02", "2026-05-02")] == [True, True]
    ledger.file("floating_population", "2026-06-01", [row("LD1")], "full")
    assert ledger.of("DQ-02", "2026-06-01") == []


FACTS = [
    ({"birth_date": "1990-01-02", "birth_precision": "day", "id_birth": "1990-01-01"}, ["birth_date"]),
    ({"birth_date": "1990-01-01", "birth_precision": "day", "id_birth": "1990-01-01"}, []),
    ({"birth_date": "1990-05-01", "birth_precision": "month", "id_birth": "1990-05-20"}, []),
    ({"birth_date": "1990-06-01", "birth_precision": "month", "id_birth": "1990-05-20"}, ["birth_date"]),
    ({"birth_date": "1990-01-01", "birth_precision": "year", "id_birth": "1990-05-20"}, []),
    ({"birth_date": "1991-01-01", "birth_precision": "year", "id_birth": "1990-05-20"}, ["birth_date"]),
    ({"birth_date": "1990-01-02", "birth_precision": "day"}, []),
    ({"sex": "男", "id_sex": "女"}, ["sex"]),
    ({"sex": "男", "id_sex": "男"}, []),
    ({"sex": None, "id_sex": "女"}, []),
    ({"closed_on": "2026-01-04", "status": "已注销"}, ["date_order"]),
    ({"closed_on": "2026-01-05", "status": "已注销"}, []),
    ({"arrived_on": "1989-12-31", "id_birth": "1990-01-01"}, ["arrival"]),
    ({"arrived_on": "1990-01-01", "id_birth": "1990-01-01"}, []),
    ({"arrived_on": "1989-12-31", "birth_date": "1990-01-01", "birth_precision": "day"}, ["arrival"]),
]


@pytest.mark.parametrize(("facts", "expected"), FACTS)
def test_dq03_what_contradicts_in_a_residence_row(ledger: Ledger, facts: Row, expected: list[str]) -> None:
    ledger.file("floating_population", "2026-05-01", [row("LD1", **facts)])
    found = [r["details"]["contradictions"] for r in ledger.of("DQ-03", "2026-05-01")]
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"left_on": "2026-04-30"}, ["ZZ1"]),
        ({"ends_on": "2026-04-30"}, ["ZZ1"]),
        ({"ends_on": "2026-05-01"}, []),
    ],
)
def test_dq03_a_tenancys_end_before_its_start(dates: Row, expected: list[str]) -> None:
    housing = Ledger("housing")
    housing.file("tenancies", "2026-05-01", [{"record_id": "ZZ1", "starts_on": "2026-05-01"} | dates])
    assert housing.named("DQ-03", "2026-05-01") == expected


def test_dq03_an_enrolments_end_before_its_start_without_identity_too() -> None:
    desk = Ledger("aftercare")
    rows = [
        {"record_id": "BJ1", "received_on": "2026-05-01", "status": "解除", "ended_on": "2026-04-30"},
        {"record_id": "BJ2", "received_on": "2026-05-01", "status": "解除", "ended_on": "2026-05-01"},
    ]
    desk.file("assistance_enrolment", "2026-05-01", rows)
    assert desk.named("DQ-03", "2026-05-01") == ["BJ1"]


def test_several_contradictions_are_one_finding_since_the_earliest(ledger: Ledger) -> None:
    ledger.file("floating_population", "2026-05-01", [row("LD1", sex="男", id_sex="女")])
    more = {"sex": "男", "id_sex": "女", "closed_on": "2026-01-01"}
    ledger.file("floating_population", "2026-06-01", [row("LD1", **more)])
    (found,) = ledger.of("DQ-03", "2026-06-02")
    assert found["details"]["contradictions"] == ["sex", "date_order"]
    assert found["since"] == day("2026-05-01")


def test_a_profile_moves_the_grace_and_the_deadline(ledger: Ledger) -> None:
    profile = load_profile("zhejiang")
    ledger.profile = replace(
        profile, grace=dict(profile.grace) | {"DQ-01": Grace(5, "d")}, answer_by=Grace(3, "d")
    )
    ledger.file("floating_population", "2026-05-01", [row("LD1", id_state="invalid")])
    assert ledger.of("DQ-01", "2026-05-06") == []
    (found,) = ledger.of("DQ-01", "2026-05-07")
    assert (found["opened_on"], found["answer_by"]) == (day("2026-05-07"), day("2026-05-10"))
