"""The housing office's rules: for each a ledger that trips it and one that must not, both sides of each grace day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from quality.profiles import load_profile
from tests.quality.ledger import Ledger, Row, day


def rental(record_id: str, **more: Any) -> Row:
    return {"record_id": record_id, "status": "出租中", "address": "甲路1号", "filed_on": "2025-01-01"} | more


def tenancy(record_id: str, starts_on: str = "2026-06-01", **more: Any) -> Row:
    return {"record_id": record_id, "starts_on": starts_on, "address": "甲路1号", "name": "某乙"} | more


def request(record_id: str, **more: Any) -> Row:
    return {
        "record_id": record_id,
        "tenancy_id": "ZZ1",
        "kind": "登记",
        "consent_no": f"PZ{record_id}",
        "consented_on": "2026-06-01",
    } | more


@pytest.fixture
def ledger() -> Ledger:
    return Ledger("housing")


def mail(ledger: Ledger, on: str) -> None:
    ledger.insert(
        "mail_in", mail_name=f"M{on}", peer="residence", sequence=1, mail_day=day(on), outcome="taken"
    )


def with_request(ledger: Ledger, **more: Any) -> None:
    ledger.file("tenancies", "2026-05-30", [tenancy("ZZ1", "2026-05-01")])
    ledger.file("requests", "2026-06-01", [request("QQ1", **more)])
    mail(ledger, "2026-06-04")


def test_rq01_three_working_days_after_the_consent(ledger: Ledger) -> None:
    with_request(ledger)
    assert ledger.named("RQ-01", "2026-06-04") == []
    (found,) = ledger.of("RQ-01", "2026-06-05")
    assert (found["due_on"], found["opened_on"], found["held"]) == (
        day("2026-06-04"),
        day("2026-06-05"),
        False,
    )


def test_rq01_any_receipt_is_taking_up(ledger: Ledger) -> None:
    with_request(ledger)
    ledger.insert("request_taken_up", request_id="QQ1", taken_up_on=day("2026-06-03"), mail_name="M")
    assert ledger.of("RQ-01", "2026-06-08") == []


@pytest.mark.parametrize(("as_of", "held"), [("2026-06-11", False), ("2026-06-12", True)])
def test_rq01_is_held_once_the_last_mail_is_older_than_the_profiles_days(
    ledger: Ledger, as_of: str, held: bool
) -> None:
    with_request(ledger)
    assert [r["held"] for r in ledger.of("RQ-01", as_of)] == [held]


def test_rq01_is_held_while_residence_has_never_written(ledger: Ledger) -> None:
    ledger.file("tenancies", "2026-05-30", [tenancy("ZZ1")])
    ledger.file("requests", "2026-06-01", [request("QQ1")])
    ledger.insert(
        "mail_in",
        mail_name="X",
        peer="residence",
        sequence=1,
        mail_day=day("2026-06-05"),
        outcome="set_aside",
    )
    assert [(r["held"], r["reason_code"]) for r in ledger.of("RQ-01", "2026-06-08")] == [
        (True, "mail_overdue")
    ]


NOT_RUNNING = [
    {"consented_on": "2026-07-01"},
    {"withdrawn_consent_on": "2026-06-08"},
    {"consent_until": "2026-06-07"},
    {"tenancy_id": "ZZ9"},
    {"consented_on": "2025-06-07"},  # 365 days are over on 7 June 2026
]
RUNNING = [
    {"withdrawn_consent_on": "2026-06-09"},
    {"consent_until": "2026-06-08"},
    {"consented_on": "2025-06-08"},
]


@pytest.mark.parametrize("change", NOT_RUNNING)
def test_rq01_a_request_that_does_not_run_is_no_finding(ledger: Ledger, change: Row) -> None:
    with_request(ledger, **change)
    assert ledger.of("RQ-01", "2026-06-08") == []


@pytest.mark.parametrize("change", RUNNING)
def test_rq01_a_request_runs_to_its_last_day(ledger: Ledger, change: Row) -> None:
    with_request(ledger, **change)
    assert ledger.named("RQ-01", "2026-06-08") == ["QQ1"]


def test_one_consent_number_used_twice_voids_both(ledger: Ledger) -> None:
    ledger.file("tenancies", "2026-05-30", [tenancy("ZZ1")])
    rows = [request("QQ1", consent_no="PZ1"), request("QQ2", consent_no="PZ1"), request("QQ3")]
    ledger.file("requests", "2026-06-01", rows)
    mail(ledger, "2026-06-08")
    assert ledger.named("RQ-01", "2026-06-08") == ["QQ3"]
    found = ledger.con.execute(
        "SELECT shown_id, state, mail_state, void_code FROM rv_requests ORDER BY 1"
    ).fetchall()
    assert found == [
        ("QQ1", "void", "void", "consent_used_twice"),
        ("QQ2", "void", "void", "consent_used_twice"),
        ("QQ3", "open", "runs", None),
    ]


def test_a_request_of_a_withdrawn_tenancy_does_not_run_but_of_one_that_ended_does(ledger: Ledger) -> None:
    ledger.file(
        "tenancies",
        "2026-05-01",
        [tenancy("ZZ1"), tenancy("ZZ2", "2026-01-01", left_on="2026-02-01")],
        "full",
    )
    ledger.file("tenancies", "2026-06-02", [tenancy("ZZ2", "2026-01-01", left_on="2026-02-01")], "full")
    ledger.file("requests", "2026-06-02", [request("QQ1"), request("QQ2", tenancy_id="ZZ2")])
    mail(ledger, "2026-06-08")
    assert ledger.named("RQ-01", "2026-06-08") == ["QQ2"]


def test_rh01_three_working_days_from_the_earliest_start(ledger: Ledger) -> None:
    ledger.at("D1", "ZZ1", "ZZ2")
    ledger.file("tenancies", "2026-06-01", [tenancy("ZZ1"), tenancy("ZZ2", "2026-06-03")])
    assert ledger.named("RH-01", "2026-06-04") == []
    (found,) = ledger.of("RH-01", "2026-06-05")
    assert (found["dwelling_key"], found["record_id"], found["opened_on"]) == ("D1", None, day("2026-06-05"))
    assert [r["record_id"] for r in found["details"]["rows"]] == ["ZZ1", "ZZ2"]


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ({"left_on": "2026-06-10"}, []),
        ({"left_on": "2026-06-11"}, ["D1"]),
        ({"ends_on": "2026-06-09"}, []),
        ({"ends_on": "2026-06-10"}, ["D1"]),
    ],
)
def test_rh01_an_active_tenancy_ends_with_leaving_or_after_its_term(
    ledger: Ledger, end: Row, expected: list[str]
) -> None:
    ledger.at("D1", "ZZ1")
    ledger.file("tenancies", "2026-06-01", [tenancy("ZZ1", **end)])
    assert ledger.named("RH-01", "2026-06-10") == expected


@pytest.mark.parametrize(
    ("home", "status", "expected"),
    [
        ("D1", "出租中", []),
        ("D1", "停租", ["D1"]),
        ("H", "出租中", []),
        ("H", "空置", ["D1"]),
        ("D2", "出租中", ["D1"]),
    ],
)
def test_rh01_a_rental_row_of_the_dwelling_or_the_whole_house_covers_it(
    ledger: Ledger, home: str, status: str, expected: list[str]
) -> None:
    ledger.part("D1", "H")
    ledger.part("D2", "H")
    ledger.at("D1", "ZZ1")
    ledger.at(home, "FW1")
    ledger.file("tenancies", "2026-06-01", [tenancy("ZZ1")])
    ledger.file("rental_housing", "2026-06-01", [rental("FW1", status=status)])
    assert ledger.named("RH-01", "2026-06-10") == expected


def test_rh01_a_room_does_not_cover_the_whole_house(ledger: Ledger) -> None:
    ledger.part("D1", "H")
    ledger.at("H", "ZZ1")
    ledger.at("D1", "FW1")
    ledger.file("tenancies", "2026-06-01", [tenancy("ZZ1")])
    ledger.file("rental_housing", "2026-06-01", [rental("FW1")])
    assert ledger.named("RH-01", "2026-06-10") == ["H"]


def test_rh01_opens_with_the_file_that_ended_the_last_rental_row(ledger: Ledger) -> None:
    ledger.at("D1", "ZZ1", "FW1")
    ledger.file("tenancies", "2026-06-01", [tenancy("ZZ1")])
    ledger.file("rental_housing", "2026-06-01", [rental("FW1")])
    ledger.file("rental_housing", "2026-08-01", [rental("FW1", status="停租")])
    (found,) = ledger.of("RH-01", "2026-09-01")
    assert (found["due_on"], found["opened_on"]) == (day("2026-06-04"), day("2026-08-01"))


@pytest.mark.parametrize(("exempt", "expected"), [(False, ["D1", "D2"]), (True, ["D2"])])
def test_rh01_and_rh02_leave_village_houses_out_where_the_profile_says_so(
    ledger: Ledger, exempt: bool, expected: list[str]
) -> None:
    ledger.profile = replace(load_profile("zhejiang"), village_houses_exempt=exempt)
    ledger.at("D1", "ZZ1")
    ledger.at("D2", "ZZ2")
    ledger.areas["D1"] = "330000100201"  # a village committee
    ledger.file("tenancies", "2026-01-01", [tenancy("ZZ1", "2026-01-01"), tenancy("ZZ2", "2026-01-01")])
    assert ledger.named("RH-01", "2026-06-01") == expected
    ledger.at("D1", "FW1")
    ledger.at("D2", "FW2")
    rows = [rental("FW1", filed_on=None), rental("FW2", filed_on=None)]
    ledger.file("rental_housing", "2026-01-01", rows)
    assert ledger.named("RH-02", "2026-06-01") == expected


@pytest.mark.parametrize(("as_of", "expected"), [("2026-07-01", []), ("2026-07-02", ["D1"])])
def test_rh02_thirty_days_from_the_start(ledger: Ledger, as_of: str, expected: list[str]) -> None:
    ledger.at("D1", "ZZ1", "FW1")
    ledger.file("tenancies", "2026-06-01", [tenancy("ZZ1")])
    ledger.file("rental_housing", "2026-06-01", [rental("FW1", filed_on=None)])
    assert ledger.named("RH-02", as_of) == expected


@pytest.mark.parametrize("change", [{"filed_on": "2026-06-20"}, {"status": "空置"}])
def test_rh02_needs_an_active_row_without_filing(ledger: Ledger, change: Row) -> None:
    ledger.at("D1", "ZZ1", "FW1")
    ledger.file("tenancies", "2026-06-01", [tenancy("ZZ1")])
    ledger.file("rental_housing", "2026-06-01", [rental("FW1", **{"filed_on": None} | change)])
    assert ledger.named("RH-02", "2026-09-01") == []


def test_rh02_a_tenancy_in_a_room_counts_for_the_whole_house_row_and_not_the_other_way(
    ledger: Ledger,
) -> None:
    ledger.part("D1", "H")
    ledger.part("D2", "G")
    ledger.at("D1", "ZZ1")
    ledger.at("H", "FW1")
    ledger.at("G", "ZZ2")
    ledger.at("D2", "FW2")
    ledger.file("tenancies", "2026-06-01", [tenancy("ZZ1"), tenancy("ZZ2")])
    ledger.file("rental_housing", "2026-06-01", [rental("FW1", filed_on=None), rental("FW2", filed_on=None)])
    (found,) = ledger.of("RH-02", "2026-09-01")
    assert found["dwelling_key"] == "H"
    assert {r["record_id"] for r in found["details"]["rows"]} == {"FW1", "ZZ1"}


@pytest.mark.parametrize(("as_of", "expected"), [("2026-06-04", []), ("2026-06-05", ["D1"])])
def test_rh03_three_working_days_from_the_end_of_the_term(
    ledger: Ledger, as_of: str, expected: list[str]
) -> None:
    ledger.at("D1", "ZZ1")
    ledger.file("tenancies", "2026-05-01", [tenancy("ZZ1", "2025-06-02", ends_on="2026-06-01")])
    assert ledger.named("RH-03", as_of) == expected


@pytest.mark.parametrize(
    ("person", "home", "starts_on", "expected"),
    [
        ("ZZ1", "D1", "2026-06-02", []),
        ("ZZ2", "D1", "2026-06-02", ["D1"]),
        ("ZZ1", "D2", "2026-06-02", ["D1"]),
        ("ZZ1", "D1", "2025-01-01", ["D1"]),
    ],
)
def test_rh03_a_later_tenancy_of_that_person_there_is_the_renewal(
    ledger: Ledger, person: str, home: str, starts_on: str, expected: list[str]
) -> None:
    ledger.same_person(person, "ZZ2")
    ledger.at("D1", "ZZ1")
    ledger.at(home, "ZZ2")
    ledger.file(
        "tenancies",
        "2026-05-01",
        [tenancy("ZZ1", "2025-06-02", ends_on="2026-06-01"), tenancy("ZZ2", starts_on)],
    )
    assert ledger.named("RH-03", "2026-07-01") == expected


def test_rh03_a_leaving_date_ends_it(ledger: Ledger) -> None:
    ledger.at("D1", "ZZ1")
    row = tenancy("ZZ1", "2025-06-02", ends_on="2026-06-01", left_on="2026-06-01")
    ledger.file("tenancies", "2026-05-01", [row])
    assert ledger.of("RH-03", "2026-07-01") == []


@pytest.mark.parametrize(("state", "held"), [("undecided", True), ("unsure", False)])
def test_rh03_is_held_while_a_pair_waits_that_would_show_the_renewal(
    ledger: Ledger, state: str, held: bool
) -> None:
    ledger.at("D1", "ZZ1", "ZZ2")
    ledger.file(
        "tenancies",
        "2026-05-01",
        [tenancy("ZZ1", "2025-06-02", ends_on="2026-06-01"), tenancy("ZZ2", "2026-06-02")],
    )
    a, b = ledger.rid("tenancies", "ZZ1"), ledger.rid("tenancies", "ZZ2")
    ledger.insert("review_pair", pair_id="P", rid_a=b, rid_b=a, state=state)
    assert [r["held"] for r in ledger.of("RH-03", "2026-07-01")] == [held]


def test_rh04_each_active_tenancy_but_the_first(ledger: Ledger) -> None:
    ledger.same_person("ZZ1", "ZZ2", "ZZ3")
    ledger.at("D1", "ZZ1", "ZZ2", "ZZ3", "ZZ4")
    rows = [
        tenancy("ZZ1", "2026-03-01"),
        tenancy("ZZ2", "2026-02-01"),
        tenancy("ZZ3", left_on="2026-06-02"),
        tenancy("ZZ4"),
    ]
    ledger.file("tenancies", "2026-06-01", rows)
    assert ledger.named("RH-04", "2026-06-02") == ["ZZ1"]
    assert ledger.named("RH-04", "2026-06-01") == ["ZZ1", "ZZ3"]


def test_rh09_two_active_rental_rows_since_the_second(ledger: Ledger) -> None:
    ledger.at("D1", "FW1", "FW2", "FW3")
    ledger.at("D2", "FW4", "FW5")
    ledger.file("rental_housing", "2026-05-01", [rental("FW1"), rental("FW4"), rental("FW5", status="停租")])
    assert ledger.named("RH-09", "2026-05-02") == []
    ledger.file("rental_housing", "2026-06-01", [rental("FW2"), rental("FW3")])
    (found,) = ledger.of("RH-09", "2026-07-01")
    assert (found["dwelling_key"], found["opened_on"]) == ("D1", day("2026-06-01"))
    assert [r["record_id"] for r in found["details"]["rows"]] == ["FW1", "FW2", "FW3"]
