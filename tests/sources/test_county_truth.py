"""The truth beside a sample is consistent with its files."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sources.county import write_county
from sources.offices import office_of
from tests.sources.county_files import Row, canonical, read_feed, read_feeds, read_truth

AS_OF = date(2026, 10, 31)


@pytest.fixture(scope="module")
def dirty(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, list[Row]], dict[str, pl.DataFrame], Path]:
    out = tmp_path_factory.mktemp("dirty")
    write_county(out, 1500, 11, AS_OF, dirt=1.5)
    return read_feeds(out), read_truth(out), out


def _keys(rows: list[Row]) -> set[str]:
    return {canonical(row["record_id"] or "") for row in rows}


def test_every_record_of_truth_is_in_the_files(
    dirty: tuple[dict[str, list[Row]], dict[str, pl.DataFrame], Path],
) -> None:
    feeds, truth, _ = dirty
    keys = {feed: _keys(rows) for feed, rows in feeds.items()}
    for name in ("record", "bad", "sealed", "residence", "housing", "aftercare"):
        for feed, record_id in truth[name].select("feed", "record_id").rows():
            assert canonical(record_id) in keys[feed], (name, feed)
    for key in truth["exception"].filter(pl.col("kind") == "record")["key"]:
        feed, record_id = key.split("/")
        assert record_id in keys[feed]


def test_every_row_is_a_record_or_bad_or_sealed(
    dirty: tuple[dict[str, list[Row]], dict[str, pl.DataFrame], Path],
) -> None:
    feeds, truth, _ = dirty
    named: dict[str, set[str]] = defaultdict(set)
    for name in ("record", "bad", "sealed"):
        for feed, record_id in truth[name].select("feed", "record_id").rows():
            assert canonical(record_id) not in named[feed] or not record_id, (name, feed)
            named[feed].add(canonical(record_id))
    for feed, rows in feeds.items():
        assert _keys(rows) == named[feed], feed


def test_dwellings_and_people_of_truth_exist(
    dirty: tuple[dict[str, list[Row]], dict[str, pl.DataFrame], Path],
) -> None:
    _, truth, _ = dirty
    people = set(truth["person"]["person"])
    for office in ("residence", "housing", "aftercare"):
        assert set(truth[office]["person"]) <= people
        assert truth[office].select(pl.struct("feed", "record_id").is_unique().all()).item()
    found = truth["exception"].filter(pl.col("kind") == "dwelling")
    assert set(found["key"].cast(pl.Int64)) <= set(truth["housing"]["dwelling"])
    assert truth["exception"].is_unique().all()


def test_layout_is_that_of_the_acceptance_county(
    dirty: tuple[dict[str, list[Row]], dict[str, pl.DataFrame], Path],
) -> None:
    _, truth, _ = dirty
    member = {
        "feed": pl.String,
        "record_id": pl.String,
        "role": pl.String,
        "person": pl.Int64,
        "form": pl.String,
        "dwelling": pl.Int64,
    }
    expected = {
        "record": {"feed": pl.String, "record_id": pl.String, "office": pl.String},
        "bad": {"feed": pl.String, "record_id": pl.String, "kind": pl.Int64},
        "sealed": {"feed": pl.String, "record_id": pl.String},
        "residence": member,
        "housing": member,
        "aftercare": member,
        "person": {
            "person": pl.Int64,
            "form": pl.String,
            "name": pl.String,
            "id": pl.String,
            "phone": pl.String,
            "dob": pl.Date,
        },
        "exception": {"rule": pl.String, "kind": pl.String, "key": pl.String},
        "shared_number": {"person": pl.Int64, "id": pl.String},
        "valid_request": {"record_id": pl.String},
        "month2_record": {"feed": pl.String, "record_id": pl.String, "role": pl.String, "person": pl.Int64},
        "month2_cured": {"rule": pl.String, "key": pl.String},
        "shown": {"feed": pl.String, "record_id": pl.String, "shown_id": pl.String},
    }
    assert {name: dict(frame.schema) for name, frame in truth.items()} == expected


def test_every_rule_is_exercised(dirty: tuple[dict[str, list[Row]], dict[str, pl.DataFrame], Path]) -> None:
    rules = {
        "FP-07",
        "FP-08",
        "FP-09",
        "FP-10",
        "RH-01",
        "RH-02",
        "RH-03",
        "RH-04",
        "RH-09",
        "RQ-01",
        "RQ-02",
        "RQ-03",
    }
    rules |= {"RP-01", "RP-05", "RP-07", "RP-08", "DQ-01", "DQ-03"}
    assert set(dirty[1]["exception"]["rule"]) == rules


def test_sealed_notices_take_their_enrolments_with_them(
    dirty: tuple[dict[str, list[Row]], dict[str, pl.DataFrame], Path],
) -> None:
    feeds, truth, _ = dirty
    shut = {
        canonical(r["record_id"] or "")
        for r in feeds["released_persons"]
        if (r["sealed"] or "").strip() not in ("否", "0", "N", "无")
    }
    sealed = truth["sealed"].with_columns(
        key=pl.col("record_id").map_elements(canonical, return_dtype=pl.String)
    )
    assert set(sealed.filter(pl.col("feed") == "released_persons")["key"]) == shut
    assert any(not r["sealed"] for r in feeds["released_persons"])
    naming = {
        canonical(r["record_id"] or "")
        for r in feeds["assistance_enrolment"]
        if canonical(r["notice_no"] or "") in shut
        and canonical(r["record_id"] or "") not in set(truth["bad"]["record_id"])
    }
    assert set(sealed.filter(pl.col("feed") == "assistance_enrolment")["key"]) == naming


def test_cured_findings_were_found_and_later_rows_are_delivered(
    dirty: tuple[dict[str, list[Row]], dict[str, pl.DataFrame], Path],
) -> None:
    _, truth, out = dirty
    found = set(truth["exception"].select("rule", "key").rows())
    cured = set(truth["month2_cured"].rows())
    assert cured <= found
    assert {rule for rule, _ in cured} >= {
        "DQ-01",
        "FP-10",
        "RH-01",
        "RH-02",
        "RH-03",
        "RP-01",
        "RP-07",
        "RQ-01",
        "RQ-02",
    }
    known = set(
        truth["record"]
        .select("feed", pl.col("record_id").map_elements(canonical, return_dtype=pl.String))
        .rows()
    )
    for feed in truth["month2_record"]["feed"].unique():
        rows = read_feed(out / "inbox2" / (office_of(feed) or ""), feed, "delta").to_dicts()
        new = set(truth["month2_record"].filter(pl.col("feed") == feed)["record_id"])
        old = {record_id for of, record_id in known if of == feed}
        assert new <= _keys(rows) and not new & old
        if feed != "released_persons":
            assert _keys(rows) <= new | old
