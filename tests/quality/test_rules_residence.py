"""The residence desk's rules: for each a ledger that trips it and one that must not, both sides of each grace day."""

from __future__ import annotations

from typing import Any

import pytest

from tests.quality.ledger import Ledger, Row, day


def row(record_id: str, registered_on: str = "2026-01-05", **more: Any) -> Row:
    return {
        "record_id": record_id,
        "status": "在住",
        "registered_on": registered_on,
        "locatable": True,
        "address": "甲路1号",
        "id_state": "valid",
        "name": "某甲",
    } | more


def receipt(record_id: str, **more: Any) -> Row:
    return {"record_id": record_id, "received_on": "2026-05-04"} | more


@pytest.fixture
def ledger() -> Ledger:
    return Ledger("residence")


def two_homes(ledger: Ledger, **more: Any) -> None:
    ledger.same_person("LD1", "LD2")
    ledger.at("D1", "LD1")
    ledger.at("D2", "LD2")
    ledger.file(
        "floating_population",
        "2026-05-01",
        [row("LD1"), row("LD2", **{"registered_on": "2026-04-30"} | more)],
    )


def test_fp07_opens_the_day_after_ten_days_from_the_later_row(ledger: Ledger) -> None:
    two_homes(ledger)
    assert ledger.named("FP-07", "2026-05-10") == []  # 30 April + 10 d is due, not over
    (found,) = ledger.of("FP-07", "2026-05-11")
    assert (found["record_id"], found["since"], found["due_on"], found["opened_on"]) == (
        "LD1",
        day("2026-04-30"),
        day("2026-05-10"),
        day("2026-05-11"),
    )
    assert [r["record_id"] for r in found["details"]["rows"]] == ["LD1", "LD2"]


def test_fp07_opens_with_the_file_that_made_it_true(ledger: Ledger) -> None:
    ledger.same_person("LD1", "LD2")
    ledger.at("D1", "LD1")
    ledger.at("D2", "LD2")
    ledger.file("floating_population", "2026-05-01", [row("LD1")])
    ledger.file("floating_population", "2026-08-01", [row("LD2", "2026-02-01")])
    (found,) = ledger.of("FP-07", "2026-09-01")
    assert (found["due_on"], found["opened_on"]) == (day("2026-02-11"), day("2026-08-01"))


@pytest.mark.parametrize(
    "change",
    [
        {"status": "已注销"},
        {"closed_on": "2026-05-02"},
        {"registered_on": "2026-12-01"},
    ],
)
def test_fp07_needs_a_later_row_that_is_active(ledger: Ledger, change: Row) -> None:
    two_homes(ledger, **change)
    assert ledger.named("FP-07", "2026-06-30") == []


def test_fp07_is_silent_for_one_dwelling_or_two_people(ledger: Ledger) -> None:
    ledger.same_person("LD1", "LD2")
    ledger.at("D1", "LD1", "LD2")
    ledger.at("D2", "LD3")
    ledger.file("floating_population", "2026-05-01", [row("LD1"), row("LD2", "2026-02-01"), row("LD3")])
    assert ledger.named("FP-07", "2026-06-30") == []


def test_fp07_names_each_older_row_from_the_earliest_later_one(ledger: Ledger) -> None:
    ledger.same_person("LD1", "LD2", "LD3")
    for home, name in (("D1", "LD1"), ("D2", "LD2"), ("D1", "LD3")):
        ledger.at(home, name)
    ledger.file(
        "floating_population", "2026-05-01", [row("LD1"), row("LD2", "2026-02-01"), row("LD3", "2026-03-01")]
    )
    found = {r["record_id"]: r["since"] for r in ledger.of("FP-07", "2026-06-30")}
    assert found == {"LD1": day("2026-02-01"), "LD2": day("2026-03-01")}
    assert ledger.named("FP-10", "2026-06-30") == ["LD3"]


def test_a_date_of_tomorrow_makes_no_row_active(ledger: Ledger) -> None:
    ledger.file("floating_population", "2026-05-01", [row("LD1", "2026-06-02", locatable=False)])
    assert ledger.named("FP-09", "2026-06-01") == []
    (found,) = ledger.of("FP-09", "2026-06-02")
    assert found["opened_on"] == day("2026-06-02")


@pytest.mark.parametrize(
    ("status", "expected"),
    [("正常", ["household_row_normal"]), ("死亡", ["household_row_deceased"]), ("注销", [])],
)
def test_fp08_by_the_household_rows_status(ledger: Ledger, status: str, expected: list[str]) -> None:
    ledger.same_person("LD1", "HK1")
    ledger.file("floating_population", "2026-05-01", [row("LD1")])
    ledger.file("resident_population", "2026-05-03", [{"record_id": "HK1", "status": status, "name": "某甲"}])
    found = ledger.of("FP-08", "2026-05-03")
    assert [r["reason_code"] for r in found] == expected
    assert all(r["opened_on"] == day("2026-05-03") for r in found)
    assert all("rows" not in r["details"] for r in found)


def test_fp08_needs_an_active_row_of_the_same_person(ledger: Ledger) -> None:
    ledger.same_person("LD1", "HK1")
    ledger.file("floating_population", "2026-05-01", [row("LD1", closed_on="2026-05-02"), row("LD2")])
    ledger.file("resident_population", "2026-05-01", [{"record_id": "HK1", "status": "正常"}])
    assert ledger.named("FP-08", "2026-05-01") == ["LD1"]  # closed only from tomorrow
    assert ledger.named("FP-08", "2026-05-02") == []


def test_fp09_only_active_rows_that_name_no_place(ledger: Ledger) -> None:
    rows = [row("LD1", locatable=False), row("LD2"), row("LD3", locatable=False, status="已注销")]
    ledger.file("floating_population", "2026-05-01", rows)
    assert ledger.named("FP-09", "2026-05-01") == ["LD1"]


def test_fp10_each_row_but_the_first_by_date_and_number(ledger: Ledger) -> None:
    ledger.same_person("LD1", "LD2", "LD3")
    ledger.at("D1", "LD1", "LD2", "LD3")
    rows = [row("LD3", "2026-01-05"), row("LD1", "2026-01-05"), row("LD2", "2026-01-04")]
    ledger.file("floating_population", "2026-05-01", rows)
    assert ledger.named("FP-10", "2026-05-01") == ["LD1", "LD3"]
    found = ledger.of("FP-10", "2026-05-01")
    assert [r["record_id"] for r in found[1]["details"]["rows"]] == ["LD2", "LD1", "LD3"]


def test_fp10_not_for_different_people_or_unknown_dwellings(ledger: Ledger) -> None:
    ledger.same_person("LD3", "LD4")
    ledger.at("D1", "LD1", "LD2")
    ledger.file("floating_population", "2026-05-01", [row("LD1"), row("LD2"), row("LD3"), row("LD4")])
    assert ledger.named("FP-10", "2026-05-01") == []


def test_fp10_is_true_since_the_last_of_the_rows_came(ledger: Ledger) -> None:
    ledger.same_person("LD1", "LD2")
    ledger.at("D1", "LD1", "LD2")
    ledger.file("floating_population", "2026-05-01", [row("LD2", "2026-03-01")])
    ledger.file("floating_population", "2026-06-01", [row("LD1", "2026-01-01")])
    (found,) = ledger.of("FP-10", "2026-07-01")
    assert (found["record_id"], found["since"], found["opened_on"]) == (
        "LD2",
        day("2026-06-01"),
        day("2026-06-01"),
    )


def test_a_withdrawn_row_is_in_no_finding_and_comes_back_on_its_day(ledger: Ledger) -> None:
    bad = row("LD1", locatable=False, id_state="damaged", id_number="1")
    ledger.file("floating_population", "2026-05-01", [bad, row("LD2")], "full")
    ledger.file("floating_population", "2026-06-01", [row("LD2")], "full")
    assert ledger.named("FP-09", "2026-06-15") == [] == ledger.named("DQ-01", "2026-06-15")
    ledger.file("floating_population", "2026-07-01", [bad, row("LD2")], "full")
    found = ledger.findings("2026-07-15")
    assert {r["rule"]: r["since"] for r in found} == {
        "FP-09": day("2026-07-01"),
        "DQ-01": day("2026-07-01"),
    }


def test_a_condition_that_held_before_counts_from_its_unbroken_run(ledger: Ledger) -> None:
    for on, locatable in (("2026-01-10", False), ("2026-02-10", True), ("2026-03-10", False)):
        ledger.file("floating_population", on, [row("LD1", locatable=locatable)])
    ledger.file("floating_population", "2026-04-10", [row("LD1", locatable=False, phone="1")])
    (found,) = ledger.of("FP-09", "2026-05-01")
    assert found["since"] == day("2026-03-10")


def test_rq02_ten_working_days_from_receipt(ledger: Ledger) -> None:
    ledger.file("request_receipts", "2026-05-08", [receipt("QQ1", received_on="2026-06-01")])
    assert ledger.named("RQ-02", "2026-06-15") == []  # ten working days after Monday 1 June
    (found,) = ledger.of("RQ-02", "2026-06-16")
    assert (found["due_on"], found["opened_on"]) == (day("2026-06-15"), day("2026-06-16"))
    assert found["answer_by"] == day("2026-07-01")  # 19 June is a holiday


@pytest.mark.parametrize("outcome", ["已办", "退回", "待补"])
def test_rq02_any_result_or_the_call_for_more_stops_it(ledger: Ledger, outcome: str) -> None:
    ledger.file("request_receipts", "2026-05-08", [receipt("QQ1", outcome=outcome)])
    assert ledger.named("RQ-02", "2026-09-01") == []


def test_rq02_blank_again_starts_on_the_day_of_the_file(ledger: Ledger) -> None:
    ledger.file("request_receipts", "2026-05-08", [receipt("QQ1")])
    ledger.file("request_receipts", "2026-05-20", [receipt("QQ1", outcome="待补")])
    ledger.file("request_receipts", "2026-06-01", [receipt("QQ1")])
    assert ledger.named("RQ-02", "2026-06-15") == []
    (found,) = ledger.of("RQ-02", "2026-06-16")
    assert (found["since"], found["reason_code"]) == (day("2026-06-01"), "not_finished_again")


@pytest.mark.parametrize(
    ("state", "expected"), [("runs", ["QQ1"]), (None, ["QQ1"]), ("ended", []), ("void", [])]
)
def test_rq02_without_mail_is_a_finding_and_ended_or_void_closes_it(
    ledger: Ledger, state: str | None, expected: list[str]
) -> None:
    ledger.file("request_receipts", "2026-05-08", [receipt("QQ1")])
    if state:
        ledger.insert("request_state", request_id="QQ1", kind="登记", state=state, mail_name="M")
    assert ledger.named("RQ-02", "2026-09-01") == expected


RQ03 = [
    ("登记", {}, None, "row_not_named"),
    ("登记", {"residence_record_id": "LD9"}, None, "row_unknown"),
    ("登记", {"residence_record_id": "LD1"}, {}, None),
    ("变更", {"residence_record_id": "LD1"}, {"status": "已注销", "closed_on": "2026-05-04"}, "row_closed"),
    ("变更", {"residence_record_id": "LD1"}, {"status": "已注销", "closed_on": "2026-05-05"}, None),
    ("登记", {"residence_record_id": "LD1"}, {"status": "已注销"}, "row_closed"),
    ("注销", {"residence_record_id": "LD1"}, {}, "row_still_active"),
    ("注销", {"residence_record_id": "LD1"}, {"status": "已注销", "closed_on": "2026-05-04"}, None),
    ("注销", {"residence_record_id": "LD1"}, {"status": "已注销"}, None),
    ("注销", {}, None, "row_not_named"),
]


@pytest.mark.parametrize(("kind", "named", "target", "expected"), RQ03)
def test_rq03_what_is_done_must_be_in_the_ledger(
    ledger: Ledger, kind: str, named: Row, target: Row | None, expected: str | None
) -> None:
    if target is not None:
        ledger.file("floating_population", "2026-05-01", [row("LD1", **target)])
    ledger.file("request_receipts", "2026-05-08", [receipt("QQ1", outcome="已办", **named)])
    ledger.insert("request_state", request_id="QQ1", kind=kind, state="runs", mail_name="M")
    found = ledger.of("RQ-03", "2026-05-08")
    assert [r["reason_code"] for r in found] == ([expected] if expected else [])


@pytest.mark.parametrize("state", [None, "ended", "void"])
def test_rq03_needs_a_request_that_runs_by_mail(ledger: Ledger, state: str | None) -> None:
    ledger.file("request_receipts", "2026-05-08", [receipt("QQ1", outcome="已办")])
    if state:
        ledger.insert("request_state", request_id="QQ1", kind="登记", state=state, mail_name="M")
    assert ledger.named("RQ-03", "2026-06-08") == []


def test_rq03_a_row_that_left_the_ledger_later_was_there(ledger: Ledger) -> None:
    ledger.file("floating_population", "2026-05-01", [row("LD1"), row("LD2")], "full")
    ledger.file("floating_population", "2026-05-10", [row("LD2")], "full")
    rows = [
        receipt("QQ1", outcome="已办", residence_record_id="LD1"),
        receipt("QQ2", outcome="已办", residence_record_id="LD1", received_on="2026-05-12"),
    ]
    ledger.file("request_receipts", "2026-05-12", rows)
    for number in ("QQ1", "QQ2"):
        ledger.insert("request_state", request_id=number, kind="登记", state="runs", mail_name="M")
    assert ledger.named("RQ-03", "2026-05-12") == ["QQ2"]


def test_a_receipts_area_is_that_of_the_row_it_names_else_the_county(ledger: Ledger) -> None:
    ledger.file("floating_population", "2026-05-01", [row("LD1")])
    rows = [receipt("QQ1", residence_record_id="LD1"), receipt("QQ2")]
    ledger.file("request_receipts", "2026-05-08", rows)
    found = {r["record_id"]: r["area_code"] for r in ledger.of("RQ-02", "2026-09-01")}
    assert found == {"QQ1": "330000100001", "QQ2": "330000000000"}
