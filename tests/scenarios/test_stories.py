"""Every story of the county, by rule: what must be found, and what must not."""

from __future__ import annotations

import pytest

from tests.scenarios.county import OFFICES, STORIES, County, of
from tests.scenarios.story import OFFICE_OF, Story

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("county")]


@pytest.mark.parametrize("story", STORIES, ids=[s.name for s in STORIES])
def test_a_story_has_its_findings_and_no_other(county: County, story: Story) -> None:
    found = of(story, county.findings)
    missing = {
        (rule, record)
        for rule, record in story.expect
        if not any(f.rule == rule and f.is_about(record) for f in found)
    }
    surplus = [
        f for f in found if not any(f.rule == rule and f.is_about(record) for rule, record in story.expect)
    ]
    assert not missing
    assert not surplus
    assert len(found) == len(story.expect)


def test_stories_meet_in_no_finding(county: County) -> None:
    """Nothing is open that belongs to no story, and no finding rests on rows of two stories."""
    home_of = {row.record_id: s.name for s in STORIES for row in s.rows}
    for finding in county.findings:
        rows = {finding.about, *finding.rests_on} & home_of.keys()
        assert rows
        assert len({home_of[r] for r in rows if r}) == 1 or finding.rule.startswith("RQ")


def test_every_row_is_held_and_none_is_lost(county: County) -> None:
    gone = {i for s in STORIES for i in s.gone}
    for office in OFFICES:
        held = {
            (r["feed"], r["record_id"])
            for r in county.rows(office, "sql", "SELECT feed, record_id FROM record")
        }
        told = {(row.feed, row.record_id) for s in STORIES for row in s.rows if OFFICE_OF[row.feed] == office}
        assert held == {(feed, record) for feed, record in told if record not in gone}
        assert county.rows(office, "quarantine") == []


@pytest.mark.parametrize("story", [s for s in STORIES if s.gone], ids=[s.name for s in STORIES if s.gone])
def test_a_sealed_notice_leaves_no_trace(county: County, story: Story) -> None:
    assert '"feed":"released_persons"' in county.aftercare_text
    assert not [i for i in story.gone if i in county.aftercare_text]
    listed = str(county.exceptions) + county.round.stdout + county.round.stderr
    assert not [i for i in story.gone if i in listed]


def test_sealed_rows_are_counted_in_their_delivery_alone(county: County) -> None:
    sealed = sum(r["sealed"] or 0 for r in county.rows("aftercare", "deliveries"))
    assert sealed >= sum(1 for s in STORIES for i in s.gone)


def test_a_void_or_ended_request_says_so(county: County) -> None:
    states = {
        r["request_id"]: r["state"]
        for r in county.rows("housing", "sql", "SELECT request_id, state FROM request")
    }
    by_name = {s.name: [states[r.record_id] for r in s.rows if r.feed == "requests"] for s in STORIES}
    assert by_name["one consent used twice"] == ["void", "void"]
    assert by_name["a request of a tenancy that nobody knows"] == ["void"]
    assert by_name["consent taken back"] == ["ended"]
    assert by_name["sent back is taken up"] == ["taken_up"]
    assert by_name["no desk took it up, fourth working day"] == ["open"]


def test_residence_knows_no_request_that_did_not_arrive(county: County) -> None:
    receipts = {r.record_id for s in STORIES for r in s.rows if r.feed == "request_receipts"}
    known = {r["request_id"] for r in county.rows("residence", "sql", "SELECT request_id FROM request")}
    assert known <= receipts
    asked = {r.record_id for s in STORIES for r in s.rows if r.feed == "requests"}
    assert asked - receipts
    everything = str(county.exceptions["residence"])
    assert not [i for i in asked - receipts if i in everything]


def test_every_finding_says_why_by_when_and_what_may_be_done(county: County) -> None:
    for rows in county.exceptions.values():
        for row in rows:
            assert row["due_on"] <= row["opened_on"] <= "2026-11-20"
            assert row["opened_on"] < row["answer_by"]
            assert row["may_do"] and row["rule_version"]
            assert (row["record_id"] is None) != (row["dwelling_key"] is None) or row["feed"] in (
                "tenancies",
                "rental_housing",
            )


def test_a_second_round_changes_nothing(county: County) -> None:
    from tests.scenarios.county import registry

    before = county.exceptions
    again = registry("round", "--county", str(county.folder), "--as-of", "2026-11-20", cwd=county.folder)
    assert again.returncode == 0, again.stderr
    assert {office: county.rows(office, "exceptions") for office in OFFICES} == before
