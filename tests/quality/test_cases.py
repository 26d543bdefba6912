"""The life of a case: opened, answered, cured, expired, listed again; and that nothing is written for nothing."""

from __future__ import annotations

from typing import Any

import pytest

from quality.cases import exception_id
from quality.rules.texts import ANSWERS, CLOSE_REASONS, EVENTS, HANDLED, REASONS, STATUS
from tests.quality.ledger import KEY, Ledger, Row, day


def row(record_id: str, **more: Any) -> Row:
    return {
        "record_id": record_id,
        "status": "在住",
        "registered_on": "2026-01-05",
        "locatable": False,
        "address": "某处",
    } | more


def answer(ledger: Ledger, case: str, said: str | None, on: str = "2026-05-02", delivery: int = 90) -> None:
    found = ledger.cases()[case]["exception_id"] if case in ledger.cases() else case
    ledger.insert("answer", verified_id=found, answer=said, verified_on=day(on), delivery_id=delivery)


def handled(ledger: Ledger) -> list[str]:
    return [row[0] for row in ledger.con.execute("SELECT handled FROM answer ORDER BY rowid").fetchall()]


@pytest.fixture
def ledger() -> Ledger:
    one = Ledger("residence")
    one.file("floating_population", "2026-05-01", [row("LD1")])
    one.run("2026-05-01")
    return one


def status(ledger: Ledger, case: str = "FP-09 LD1") -> str:
    found = ledger.cases()[case]["status"]
    assert isinstance(found, str)
    return found


def test_a_new_finding_opens_a_case_under_an_id_of_rule_and_subject(ledger: Ledger) -> None:
    case = ledger.cases()["FP-09 LD1"]
    assert case["exception_id"] == exception_id(KEY, "FP-09", "floating_population", "LD1")
    assert (case["status"], case["opened_on"], case["last_seen_on"]) == (
        "open",
        day("2026-05-01"),
        day("2026-05-01"),
    )
    assert ledger.events() == [("opened", "not_locatable")]


def test_ids_are_letters_and_differ_by_rule_feed_subject_and_key() -> None:
    ids = {
        exception_id(KEY, "FP-09", "floating_population", "LD1"),
        exception_id(KEY, "FP-10", "floating_population", "LD1"),
        exception_id(KEY, "FP-09", "resident_population", "LD1"),
        exception_id(KEY, "FP-09", "floating_population", "LD2"),
        exception_id(b"x" * 32, "FP-09", "floating_population", "LD1"),
        exception_id(KEY, "FP-0", None, "9LD1"),
    }
    assert len(ids) == 6
    assert all(len(i) == 17 and i.isalpha() and i.isupper() for i in ids)


def snapshot(ledger: Ledger) -> list[object]:
    tables = ("finding", "exception_case", "exception_event", "answer", "letter", "holiday")
    return [ledger.con.execute(f"SELECT rowid, * FROM {table} ORDER BY rowid").fetchall() for table in tables]


def test_a_second_run_writes_nothing(ledger: Ledger) -> None:
    before = snapshot(ledger)
    ledger.run("2026-05-01")
    assert snapshot(ledger) == before


def test_another_day_only_says_that_it_was_seen(ledger: Ledger) -> None:
    ledger.run("2026-05-09")
    assert ledger.cases()["FP-09 LD1"]["last_seen_on"] == day("2026-05-09")
    assert ledger.events() == [("opened", "not_locatable")]


def test_a_record_cures_and_the_same_fault_later_is_listed_again(ledger: Ledger) -> None:
    ledger.file("floating_population", "2026-06-01", [row("LD1", locatable=True)])
    ledger.run("2026-06-01")
    case = ledger.cases()["FP-09 LD1"]
    assert (case["status"], case["close_reason"], case["closed_on"]) == (
        "cured",
        "record_changed",
        day("2026-06-01"),
    )
    ledger.file("floating_population", "2026-07-01", [row("LD1")])
    ledger.run("2026-07-01")
    case = ledger.cases()["FP-09 LD1"]
    assert (case["status"], case["closed_on"], case["opened_on"]) == ("open", None, day("2026-07-01"))
    assert [event for event, _ in ledger.events()] == ["opened", "cured", "reopened"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"status": "已注销", "closed_on": "2026-06-01"}, "row_closed"), (None, "row_withdrawn")],
)
def test_how_a_record_cured_is_said(ledger: Ledger, change: Row | None, reason: str) -> None:
    rows = [row("LD1", **change)] if change else [row("LD2", locatable=True)]
    ledger.file("floating_population", "2026-06-01", rows, "full")
    ledger.run("2026-06-01")
    case = ledger.cases()["FP-09 LD1"]
    assert (case["status"], case["close_reason"]) == ("cured", reason)


@pytest.mark.parametrize("said", ["已更正", "已办理", "已书面询问", "属实"])
def test_an_answer_confirms_and_only_a_record_cures(ledger: Ledger, said: str) -> None:
    answer(ledger, "FP-09 LD1", said)
    ledger.run("2026-05-03")
    assert (status(ledger), handled(ledger)) == ("confirmed", ["applied"])
    assert ledger.events()[-1] == ("confirmed", ANSWERS[said])
    ledger.run("2026-05-04")
    assert status(ledger) == "confirmed"
    ledger.file("floating_population", "2026-06-01", [row("LD1", locatable=True)])
    ledger.run("2026-06-01")
    assert status(ledger) == "cured"


def test_an_untrue_one_comes_back_only_with_other_evidence(ledger: Ledger) -> None:
    answer(ledger, "FP-09 LD1", "不属实")
    ledger.run("2026-05-03")
    assert status(ledger) == "dismissed"
    ledger.file("floating_population", "2026-06-01", [row("LD1", phone="13")])
    ledger.run("2026-06-01")
    assert status(ledger) == "dismissed"  # the address is what it rests on
    ledger.file("floating_population", "2026-06-15", [row("LD1", locatable=True)])
    ledger.run("2026-06-15")
    ledger.file("floating_population", "2026-06-20", [row("LD1")])
    ledger.run("2026-06-20")
    assert status(ledger) == "dismissed"  # away and back as it was
    ledger.file("floating_population", "2026-07-01", [row("LD1", address="另一处")])
    ledger.run("2026-07-01")
    assert status(ledger) == "open"
    assert ledger.events()[-1][0] == "reopened"


def test_no_reminder_ends_it_for_good(ledger: Ledger) -> None:
    answer(ledger, "FP-09 LD1", "不再提醒")
    ledger.run("2026-05-03")
    ledger.file("floating_population", "2026-07-01", [row("LD1", address="另一处")])
    ledger.run("2026-07-01")
    case = ledger.cases()["FP-09 LD1"]
    assert (case["status"], case["close_reason"]) == ("dismissed", "no_reminder")


def test_no_reminder_for_a_cured_one_keeps_it_away_too(ledger: Ledger) -> None:
    ledger.file("floating_population", "2026-06-01", [row("LD1", locatable=True)])
    ledger.run("2026-06-01")
    answer(ledger, "FP-09 LD1", "不再提醒")
    ledger.run("2026-06-02")
    ledger.file("floating_population", "2026-07-01", [row("LD1", address="另一处")])
    ledger.run("2026-07-01")
    assert status(ledger) == "dismissed"


def test_every_answer_is_handled_once(ledger: Ledger) -> None:
    answer(ledger, "FP-09 LD1", "不属实", "2026-05-02")
    answer(ledger, "FP-09 LD1", "属实", "2026-05-03")
    answer(ledger, "QNOSUCHCASE", "属实")
    answer(ledger, "FP-09 LD1", None, "2026-05-01")
    ledger.run("2026-05-04")
    assert handled(ledger) == ["superseded", "applied", "unknown_id", "no_answer"]
    assert status(ledger) == "confirmed"
    ledger.file("floating_population", "2026-06-01", [row("LD1", locatable=True)])
    ledger.run("2026-06-01")
    answer(ledger, "FP-09 LD1", "属实", "2026-06-02")
    ledger.run("2026-06-02")
    assert handled(ledger)[-1] == "already_closed"
    assert status(ledger) == "cured"
    assert set(handled(ledger)) <= HANDLED.keys()


def test_an_answer_that_comes_with_the_first_delivery_finds_its_case() -> None:
    ledger = Ledger("residence")
    ledger.file("floating_population", "2026-05-01", [row("LD1")])
    known = exception_id(KEY, "FP-09", "floating_population", "LD1")
    ledger.insert("answer", verified_id=known, answer="不属实", verified_on=day("2026-05-02"), delivery_id=1)
    ledger.run("2026-05-03")
    assert (status(ledger), handled(ledger)) == ("dismissed", ["applied"])


def test_letters_take_no_further_reminder(ledger: Ledger) -> None:
    for name in ("LA", "LB"):
        ledger.insert("letter", letter_id=name, rid=1, kind="renewal", ended=False)
    answer(ledger, "LA", "不再提醒")
    answer(ledger, "LB", "属实")
    ledger.run("2026-05-03")
    assert handled(ledger) == ["letter_ended", "letter_noted"]
    assert ledger.con.execute("SELECT letter_id, ended FROM letter ORDER BY 1").fetchall() == [
        ("LA", True),
        ("LB", False),
    ]


def housing_request(**more: Any) -> Ledger:
    one = Ledger("housing")
    one.file("tenancies", "2026-05-01", [{"record_id": "ZZ1", "starts_on": "2026-05-01"}])
    base = {"tenancy_id": "ZZ1", "kind": "登记", "consent_no": "PZ1", "consented_on": "2026-05-06"}
    one.file("requests", "2026-05-06", [{"record_id": "QQ1"} | base | more])
    return one


def mail(ledger: Ledger, on: str) -> None:
    ledger.insert(
        "mail_in", mail_name=f"M{on}", peer="residence", sequence=1, mail_day=day(on), outcome="taken"
    )


def test_held_until_the_mail_comes_then_open_then_taken_up() -> None:
    ledger = housing_request()
    ledger.run("2026-05-20")
    assert status(ledger, "RQ-01 QQ1") == "held"
    mail(ledger, "2026-05-21")
    ledger.run("2026-05-21")
    assert status(ledger, "RQ-01 QQ1") == "open"
    ledger.run("2026-06-20")
    assert status(ledger, "RQ-01 QQ1") == "held"  # the last mail is old
    ledger.insert("request_taken_up", request_id="QQ1", taken_up_on=day("2026-06-21"), mail_name="M")
    ledger.run("2026-06-22")
    case = ledger.cases()["RQ-01 QQ1"]
    assert (case["status"], case["close_reason"]) == ("cured", "taken_up")
    assert [event for event, _ in ledger.events()] == ["held", "opened", "held", "cured"]


@pytest.mark.parametrize(
    ("more", "as_of"),
    [({"consent_until": "2026-05-25"}, "2026-05-26"), ({"withdrawn_consent_on": "2026-05-26"}, "2026-05-26")],
)
def test_the_end_of_a_consent_expires(more: Row, as_of: str) -> None:
    ledger = housing_request(**more)
    mail(ledger, "2026-05-20")
    ledger.run("2026-05-20")
    ledger.run(as_of)
    case = ledger.cases()["RQ-01 QQ1"]
    assert (case["status"], case["close_reason"]) == ("expired", "consent_ended")


def test_a_tenancy_that_runs_out_expires_and_a_filing_cures() -> None:
    ledger = Ledger("housing")
    ledger.at("D1", "ZZ1")
    ledger.at("D2", "ZZ2")
    rows = [
        {"record_id": "ZZ1", "starts_on": "2026-05-01", "ends_on": "2026-06-30"},
        {"record_id": "ZZ2", "starts_on": "2026-05-01"},
    ]
    ledger.file("tenancies", "2026-05-01", rows)
    ledger.run("2026-06-01")
    assert (status(ledger, "RH-01 D1"), status(ledger, "RH-01 D2")) == ("open", "open")
    ledger.at("D2", "FW1")
    ledger.file("rental_housing", "2026-07-01", [{"record_id": "FW1", "status": "出租中"}])
    ledger.run("2026-07-01")
    cases = ledger.cases()
    assert (cases["RH-01 D1"]["status"], cases["RH-01 D1"]["close_reason"]) == ("expired", "tenancy_ended")
    assert (cases["RH-01 D2"]["status"], cases["RH-01 D2"]["close_reason"]) == ("cured", "filed")


def test_a_notice_is_acknowledged_or_no_longer_due() -> None:
    ledger = Ledger("aftercare")
    rows = [{"record_id": name, "released_on": "2026-01-05", "sealed": "否"} for name in ("SF1", "SF2")]
    ledger.file("released_persons", "2026-01-05", rows)
    ledger.run("2026-02-01")
    ledger.file(
        "assistance_enrolment",
        "2026-03-01",
        [{"record_id": "BJ1", "notice_no": "SF1", "received_on": "2026-03-01", "status": "谢绝"}],
    )
    ledger.run("2026-03-01")
    ledger.run("2026-09-01")
    cases = ledger.cases()
    assert (cases["RP-01 SF1"]["status"], cases["RP-01 SF1"]["close_reason"]) == ("cured", "acknowledged")
    assert (cases["RP-01 SF2"]["status"], cases["RP-01 SF2"]["close_reason"]) == ("expired", "no_longer_due")


def test_a_receipt_whose_request_ended_expires_and_an_answered_one_is_cured() -> None:
    ledger = Ledger("residence")
    rows = [{"record_id": name, "received_on": "2026-05-06"} for name in ("QQ1", "QQ2")]
    ledger.file("request_receipts", "2026-05-06", rows)
    ledger.run("2026-07-01")
    ledger.insert("request_state", request_id="QQ1", kind="登记", state="ended", mail_name="M")
    ledger.file(
        "request_receipts",
        "2026-07-02",
        [{"record_id": "QQ2", "received_on": "2026-05-06", "outcome": "退回"}],
    )
    ledger.run("2026-07-02")
    cases = ledger.cases()
    assert (cases["RQ-02 QQ1"]["status"], cases["RQ-02 QQ1"]["close_reason"]) == ("expired", "request_ended")
    assert (cases["RQ-02 QQ2"]["status"], cases["RQ-02 QQ2"]["close_reason"]) == ("cured", "answered")


def test_a_consent_that_ends_takes_its_findings_with_it() -> None:
    ledger = Ledger("aftercare")
    base = {"received_on": "2026-01-05", "status": "在册", "consented_on": "2026-01-05"}
    more = {"contact_interval": 30, "consent_until": "2026-06-30"}
    ledger.file("assistance_enrolment", "2026-01-05", [{"record_id": "BJ1"} | base | more])
    ledger.run("2026-06-30")
    assert status(ledger, "RP-05 BJ1") == "open"
    ledger.run("2026-07-01")
    cases = ledger.cases()
    assert (cases["RP-05 BJ1"]["status"], cases["RP-05 BJ1"]["close_reason"]) == ("expired", "consent_ended")
    assert cases["RP-07 BJ1"]["status"] == "open"


def test_what_the_log_says_is_of_the_closed_lists(ledger: Ledger) -> None:
    answer(ledger, "FP-09 LD1", "不属实")
    ledger.run("2026-05-03")
    reasons = REASONS.keys() | CLOSE_REASONS.keys() | set(ANSWERS.values())
    assert {e for e, _ in ledger.events()} <= EVENTS.keys()
    assert {r for _, r in ledger.events()} <= reasons
    assert {c["status"] for c in ledger.cases().values()} <= STATUS.keys()
