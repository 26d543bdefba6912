"""The assistance desk's rules: for each a ledger that trips it and one that must not, both sides of each grace day."""

from __future__ import annotations

from typing import Any

import pytest

from tests.quality.ledger import Ledger, Row, day


def notice(record_id: str, released_on: str = "2026-03-02") -> Row:
    return {"record_id": record_id, "released_on": released_on, "sealed": "否"}


def enrolment(record_id: str, **more: Any) -> Row:
    return {
        "record_id": record_id,
        "received_on": "2026-03-02",
        "status": "在册",
        "consented_on": "2026-03-02",
    } | more


@pytest.fixture
def ledger() -> Ledger:
    return Ledger("aftercare")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2026-03-12", []), ("2026-03-13", ["SF1"]), ("2026-08-29", ["SF1"]), ("2026-08-30", [])],
)
def test_rp01_from_ten_days_to_a_hundred_and_eighty(ledger: Ledger, as_of: str, expected: list[str]) -> None:
    ledger.file("released_persons", "2026-03-01", [notice("SF1")])
    assert ledger.named("RP-01", as_of) == expected


@pytest.mark.parametrize("status", ["在册", "谢绝", "转出", "解除", "已签收"])
def test_rp01_any_enrolment_row_acknowledges(ledger: Ledger, status: str) -> None:
    ledger.file("released_persons", "2026-03-01", [notice("SF1"), notice("SF2")])
    ledger.file("assistance_enrolment", "2026-03-05", [enrolment("BJ1", notice_no="SF1", status=status)])
    assert ledger.named("RP-01", "2026-04-01") == ["SF2"]


def test_rp01_an_enrolment_that_left_the_ledger_acknowledges_no_longer(ledger: Ledger) -> None:
    ledger.file("released_persons", "2026-03-01", [notice("SF1")])
    ledger.file(
        "assistance_enrolment", "2026-03-05", [enrolment("BJ1", notice_no="SF1"), enrolment("BJ2")], "full"
    )
    ledger.file("assistance_enrolment", "2026-05-05", [enrolment("BJ2")], "full")
    (found,) = ledger.of("RP-01", "2026-06-01")
    assert (found["due_on"], found["opened_on"]) == (day("2026-03-12"), day("2026-05-05"))


@pytest.mark.parametrize(("as_of", "expected"), [("2026-04-01", []), ("2026-04-02", ["BJ1"])])
def test_rp05_older_than_the_interval(ledger: Ledger, as_of: str, expected: list[str]) -> None:
    ledger.file("assistance_enrolment", "2026-03-05", [enrolment("BJ1", contact_interval=30)])
    found = ledger.of("RP-05", as_of)
    assert [r["record_id"] for r in found] == expected
    assert all(r["opened_on"] == day("2026-04-02") for r in found)


RP05 = [
    ({"contact_interval": None}, []),
    ({"contact_interval": 0}, []),
    ({"contact_interval": 30, "last_contact_on": "2026-05-15"}, []),
    ({"contact_interval": 30, "last_contact_on": "2026-04-15"}, ["BJ1"]),
    ({"contact_interval": 30, "status": "解除"}, []),
    ({"contact_interval": 30, "consented_on": None}, []),
    ({"contact_interval": 30, "consent_until": "2026-05-31"}, []),
    ({"contact_interval": 30, "consent_until": "2026-06-01"}, ["BJ1"]),
]


@pytest.mark.parametrize(("change", "expected"), RP05)
def test_rp05_only_an_agreed_interval_and_a_running_consent(
    ledger: Ledger, change: Row, expected: list[str]
) -> None:
    ledger.file("assistance_enrolment", "2026-03-05", [enrolment("BJ1", **change)])
    assert ledger.named("RP-05", "2026-06-01") == expected


def test_rp05_a_contact_that_was_made_starts_the_interval_anew(ledger: Ledger) -> None:
    ledger.file("assistance_enrolment", "2026-03-05", [enrolment("BJ1", contact_interval=30)])
    row = enrolment("BJ1", contact_interval=30, last_contact_on="2026-04-20")
    ledger.file("assistance_enrolment", "2026-04-25", [row])
    assert ledger.of("RP-05", "2026-05-20") == []
    (found,) = ledger.of("RP-05", "2026-05-21")
    assert found["opened_on"] == day("2026-05-21")


@pytest.mark.parametrize(
    ("as_of", "status", "expected"),
    [("2026-05-31", "在册", []), ("2026-06-01", "在册", ["BJ1"]), ("2026-06-01", "解除", [])],
)
def test_rp07_the_day_after_the_consent_ends(
    ledger: Ledger, as_of: str, status: str, expected: list[str]
) -> None:
    row = enrolment("BJ1", consent_until="2026-05-31", status=status)
    ledger.file("assistance_enrolment", "2026-03-05", [row])
    found = ledger.of("RP-07", as_of)
    assert [r["record_id"] for r in found] == expected
    assert all(r["opened_on"] == day("2026-06-01") for r in found)


def test_rp08_each_running_row_but_the_first_by_received_date(ledger: Ledger) -> None:
    ledger.same_person("BJ1", "BJ2", "BJ3")
    rows = [
        enrolment("BJ1", received_on="2026-03-03"),
        enrolment("BJ2"),
        enrolment("BJ3", status="转出"),
        enrolment("BJ4"),
    ]
    ledger.file("assistance_enrolment", "2026-03-05", rows)
    (found,) = ledger.of("RP-08", "2026-03-05")
    assert found["record_id"] == "BJ1"
    assert [r["record_id"] for r in found["details"]["rows"]] == ["BJ2", "BJ1"]
