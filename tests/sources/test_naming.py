"""Inbox names: what they say, what is ignored, what is set aside or refused unread, and how they are shown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.naming import is_published_file_name, name_problem, parse_entry, published_file_name
from sources.offices import KEEPING, SHARED_FEEDS, feeds_of


def test_full_delta_suffix_and_parts() -> None:
    entry = parse_entry("rental_housing_full_20261031_part2of3.xlsx")
    assert entry is not None
    assert (entry.kind, entry.feed, entry.mode, entry.day) == (
        "delivery",
        "rental_housing",
        "full",
        date(2026, 10, 31),
    )
    assert (entry.part, entry.parts, entry.suffix, entry.ext) == (2, 3, None, "xlsx")
    other = parse_entry("tenancies_delta_20261031_b2.CSV")
    assert other is not None and (other.mode, other.suffix, other.part, other.ext) == (
        "delta",
        "b2",
        None,
        "csv",
    )


@pytest.mark.parametrize(
    "name",
    [
        "tenancies_full_20260230.csv",
        "tenancies_full_2026101.csv",
        "tenancies_full_20261031_part0of3.csv",
        "tenancies_full_20261031_part4of3.csv",
        "tenancies_full_20261031_ninechars.csv",
        "tenancies_full_20261031_a_b.csv",
        "tenancies_weekly_20261031.csv",
        "Tenancies_full_20261031.csv",
        "台账.xlsx",
        "..\\tenancies_full_20261031.csv",
        "../../tenancies_full_20261031.csv",
        "/etc/tenancies_full_20261031.csv",
        "a\x00b\n.csv",
        "tenancies_full_20261031.csv.csv",
        "tenancies_full_２０２６1031.csv",
    ],
)
def test_data_files_with_unfit_names_are_set_aside(name: str) -> None:
    entry = parse_entry(name)
    assert entry is not None and entry.kind == "unfit" and entry.feed is None
    found = name_problem(entry, "housing")
    assert found is not None and (found.outcome, found.code) == ("set_aside", "bad_name")
    assert name not in found.message


@pytest.mark.parametrize(
    "name",
    ["readme.txt", "tenancies_full_20261031.csv\n", "~$tenancies_full_20261031.xlsx", ".tenancies_full_20261031.csv",
     "tenancies_full_20261031.csv.part", "", "csv", "MAIL_housing_residence_20261031_1.txt", "MAIL_a_housing_20261031_1.sealed"],
)  # fmt: skip
def test_other_entries_are_ignored(name: str) -> None:
    assert parse_entry(name) is None


def test_unknown_feed_is_set_aside_and_foreign_feed_refused() -> None:
    unknown, foreign = parse_entry("pets_full_20261031.csv"), parse_entry("tenancies_full_20261031.csv")
    assert unknown is not None and foreign is not None
    first, second = name_problem(unknown, "residence"), name_problem(foreign, "residence")
    assert first is not None and (first.outcome, first.code) == ("set_aside", "unknown_feed")
    assert second is not None and (second.outcome, second.code) == ("refused", "foreign_feed")
    assert name_problem(foreign, "housing") is None


@pytest.mark.parametrize("office", [*KEEPING, "statistics"])
def test_each_home_takes_its_own_feeds_and_no_other(office: str) -> None:
    every = set().union(*(feeds_of(o) for o in KEEPING))
    for feed in every:
        entry = parse_entry(f"{feed}_full_20261031.csv")
        assert entry is not None
        found = name_problem(entry, office)
        assert (found is None) == (feed in feeds_of(office))
        if found is not None and feed not in SHARED_FEEDS:
            assert found.outcome == "refused"


def test_mail_and_count_files() -> None:
    mail, counts = (
        parse_entry("MAIL_housing_residence_20261031_12.sealed"),
        parse_entry("MAIL_housing_statistics_20261031_1.sealed"),
    )
    assert mail is not None and (mail.kind, mail.sender, mail.receiver, mail.number) == (
        "mail",
        "housing",
        "residence",
        12,
    )
    assert counts is not None and counts.kind == "counts"
    assert name_problem(mail, "residence") is None
    elsewhere = name_problem(mail, "aftercare")
    assert elsewhere is not None and elsewhere.code == "mail_foreign"


def test_a_name_is_shown_as_it_is_only_in_the_closed_form() -> None:
    for name in ("tenancies_full_20261031.csv", "MAIL_housing_residence_20261031_1.sealed"):
        assert published_file_name(name) == name
    hidden = published_file_name("张三_990101199001010019.csv")
    assert len(hidden) == 64 and "990101" not in hidden
    assert published_file_name("zhangsan_full_20261031.csv") != "zhangsan_full_20261031.csv"


@given(st.text(max_size=80))
def test_any_name_is_safe(name: str) -> None:
    entry = parse_entry(name)
    shown = published_file_name(name)
    assert is_published_file_name(shown)
    assert entry is None or entry.problem is not None or shown == name
    assert shown == name or len(shown) == 64
