"""Rule files and rule views: what is refused, what no rule may see, what no text may say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from importlib import resources
from itertools import chain

import pytest

from quality.rules import VIEW_COLUMNS, Rule, RuleError, check_rule, load_rules, parse_rule, personal_columns
from quality.rules import texts as t
from quality.rules.catalog import OFFICE_VIEWS, SHARED_VIEWS, personal_names
from quality.rules.loader import RESULT_SHAPE
from sources.offices import KEEPING
from tests.quality.ledger import Ledger

CONTRACT_RULES = {
    "residence": {"RQ-02", "RQ-03", "FP-07", "FP-08", "FP-09", "FP-10", "DQ-01", "DQ-02", "DQ-03"},
    "housing": {"RQ-01", "RH-01", "RH-02", "RH-03", "RH-04", "RH-09", "DQ-01", "DQ-02", "DQ-03"},
    "aftercare": {"RP-01", "RP-05", "RP-07", "RP-08", "DQ-01", "DQ-02", "DQ-03"},
}
GOOD = """-- code: FP-99
-- title_zh: 试
-- title_en: trial
-- subject: record
-- legal_basis: PIPL 8
-- purpose: a test
-- grace: 0 d
-- may_do: correct_row
-- exemptions: none
-- reasons: not_locatable
-- version: 1
-- valid_from: 2026-01-01
SELECT feed, rid, NULL::VARCHAR AS dwelling_key, area_code, registered_on AS since, registered_on AS made_on,
       'not_locatable' AS reason_code, false AS held, '' AS evidence, '{}' AS details
FROM rv_floating_population
"""


def trial(text: str) -> Rule:
    return parse_rule(text, "residence", "trial.sql")


def test_every_rule_of_the_contract_is_there_and_no_other() -> None:
    assert {office: {r.code for r in load_rules(office)} for office in KEEPING} == CONTRACT_RULES
    assert load_rules("statistics") == ()


def test_a_good_rule_is_taken() -> None:
    check_rule(trial(GOOD))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("-- purpose: a test\n", ""),
        ("-- subject: record", "-- subject: person"),
        ("-- may_do: correct_row", "-- may_do: visit"),
        ("-- reasons: not_locatable", "-- reasons: whatever"),
        ("-- grace: 0 d", "-- grace: soon"),
        ("-- version: 1", "-- score: 1"),
    ],
)
def test_a_header_that_does_not_fit_is_refused(old: str, new: str) -> None:
    with pytest.raises(RuleError):
        trial(GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("'{}' AS details", "'{}' AS details, person"),
        ("'{}' AS details", "1 AS details"),
        ("registered_on AS since, ", ""),
        ("FROM rv_floating_population", "FROM cur_floating_population"),
        ("FROM rv_floating_population", "FROM typed_floating_population"),
        ("FROM rv_floating_population", "FROM rv_tenancies"),
        ("FROM rv_floating_population", "FROM rv_floating_population WHERE name = 'x'"),
        ("'' AS evidence", "(SELECT id_number FROM rv_floating_population LIMIT 1) AS evidence"),
        ("SELECT feed", "DELETE FROM rv_floating_population; SELECT feed"),
    ],
)
def test_a_query_that_sees_or_says_something_else_is_refused(old: str, new: str) -> None:
    with pytest.raises(RuleError):
        check_rule(trial(GOOD.replace(old, new)))


def test_no_rule_view_has_a_personal_column() -> None:
    assert personal_columns() == []


@pytest.mark.parametrize(
    "planted", ["name", "name_key", "id_number", "id_birth", "birth_date", "phone", "address", "addr_room"]
)
def test_a_planted_personal_column_is_found(planted: str) -> None:
    assert planted in personal_names()
    faulty = {view: dict(columns) for view, columns in VIEW_COLUMNS.items()}
    faulty["rv_tenancies"][planted] = ("VARCHAR", "code")
    assert personal_columns(faulty) == [("rv_tenancies", planted)]


@pytest.mark.parametrize("office", KEEPING)
def test_the_views_that_are_made_have_the_catalogues_columns(office: str) -> None:
    ledger = Ledger(office)
    ledger.findings("2026-05-01")
    for view in (*OFFICE_VIEWS[office], *SHARED_VIEWS):
        described = ledger.con.execute(f"DESCRIBE {view}").fetchall()
        assert {row[0]: row[1] for row in described} == {
            n: kind for n, (kind, _) in VIEW_COLUMNS[view].items()
        }


def test_a_rule_is_silent_before_it_is_valid() -> None:
    ledger = Ledger("residence")
    row = {"record_id": "LD1", "status": "在住", "registered_on": "2015-01-05"}
    ledger.file("floating_population", "2015-05-01", [row])
    assert ledger.named("FP-09", "2015-12-31") == []
    assert ledger.named("FP-09", "2016-01-01") == ["LD1"]
    assert {r.valid_from for r in load_rules("residence")} == {date(2016, 1, 1)}


def test_texts_speak_of_records_and_offices() -> None:
    words = chain(
        t.MAY_DO.values(),
        t.REASONS.values(),
        t.CLOSE_REASONS.values(),
        t.STATUS.values(),
        t.EVENTS.values(),
        t.HANDLED.values(),
        t.CONTRADICTIONS.values(),
    )
    said = " ".join(f"{text.zh} {text.en}" for text in words)
    said += " ".join(f"{r.title_zh} {r.title_en} {r.purpose}" for o in KEEPING for r in load_rules(o))
    assert [word for word in t.FORBIDDEN_WORDS if word in said] == []
    assert [w for w in ("suspect", "danger", "risk", "visit", "penal", "fine ") if w in said.lower()] == []


def test_every_reason_and_way_of_closing_that_sql_writes_has_a_text() -> None:
    for office in KEEPING:
        for rule in load_rules(office):
            written = set(re.findall(r"'([a-z_]+)'", rule.sql)) & t.REASONS.keys()
            assert set(rule.reasons) == written, rule.code
    folder = resources.files("quality.cases")
    closing = {"cured", "expired", "gone"} | t.CLOSE_REASONS.keys() | t.REASONS.keys()
    for office in ("common", *KEEPING):
        sql = (folder / f"end_{office}.sql").read_text(encoding="utf-8")
        words = set(re.findall(r"'([a-z_]{4,})'", sql)) - {"runs", "ended", "void"}
        assert words <= closing, words - closing


def test_the_shape_has_no_person_and_no_name() -> None:
    assert not {"person", "name", "id_number"} & RESULT_SHAPE.keys()
    with pytest.raises(RuleError):
        check_rule(replace(trial(GOOD), sql="SELECT person FROM rv_floating_population"))
