"""Letters: every new tenancy gets the same one, once; what was written about a permit is forgotten with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import pytest

from quality import letters
from quality.profiles import Profile, load_profile
from tests.quality.workdb import A1, put, workdb

T = date(2026, 10, 31)
KEY = b"k" * 32
DAY = timedelta(days=1)
HARD_WORDS = (
    "嫌疑",
    "危险",
    "重点",
    "失控",
    "脱管",
    "必须",
    "处罚",
    "罚款",
    "否则",
    "must",
    "penalty",
    "fine ",
    "suspect",
)


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile("zhejiang")


@pytest.fixture
def housing() -> Iterator[duckdb.DuckDBPyConnection]:
    with workdb("housing") as con:
        yield con


@pytest.fixture
def residence() -> Iterator[duckdb.DuckDBPyConnection]:
    with workdb("residence") as con:
        yield con


def tenancy(rid: int, starts_on: date, **more: object) -> dict[str, object]:
    row: dict[str, object] = {"rid": rid, "record_id": f"TN{rid}", "shown_id": None, "starts_on": starts_on,
        "community_code": A1, "withdrawn_on": None, "left_on": None, "ends_on": None, "name": None, "sex": None,
        "id_number": None, "id_kind": None, "person": rid}  # fmt: skip
    return row | more


def permit(rid: int, permit_until: date | None, **more: object) -> dict[str, object]:
    row: dict[str, object] = {"rid": rid, "record_id": f"LR{rid}", "shown_id": None, "status": "在住",
        "registered_on": date(2024, 1, 1), "closed_on": None, "permit_until": permit_until,
        "community_code": A1, "withdrawn_on": None}  # fmt: skip
    return row | more


def listed(con: duckdb.DuckDBPyConnection, office: str, profile: Profile, as_of: date = T) -> list[str]:
    letters.due_letters(con, office, as_of, profile, KEY)
    return sorted(letters.letters_listed(con, office, as_of)["record_id"].to_list())


def test_a_tenancy_is_listed_from_its_first_day_for_thirty_days(
    housing: duckdb.DuckDBPyConnection, profile: Profile
) -> None:
    put(
        housing,
        "cur_tenancies",
        [tenancy(1, T), tenancy(2, T - 30 * DAY), tenancy(3, T - 31 * DAY), tenancy(4, T + DAY)],
    )
    assert listed(housing, "housing", profile) == ["TN1", "TN2"]
    assert listed(housing, "housing", profile, T + DAY) == ["TN1", "TN4"]
    assert listed(housing, "housing", profile, T + 32 * DAY) == []
    assert housing.execute("SELECT count(*) FROM letter").fetchone() == (0,)


def test_nobody_is_picked(housing: duckdb.DuckDBPyConnection, profile: Profile) -> None:
    """Whatever a row says of a person, its state or its place, the same tenancies are on the list."""
    unlike: list[dict[str, object]] = [
        {}, {"name": "阿卜杜拉·吐尔逊", "sex": "男"}, {"name": "李四", "sex": "女"}, {"id_number": "x", "id_kind": "passport"},
        {"left_on": T - DAY}, {"ends_on": T - DAY}, {"community_code": None}, {"person": 1},
    ]  # fmt: skip
    put(housing, "cur_tenancies", [tenancy(i, T - DAY, **more) for i, more in enumerate(unlike, start=1)])
    assert len(listed(housing, "housing", profile)) == len(unlike)
    texts = {
        letters.letter_text(kind)["zh"] for kind in letters.letters_listed(housing, "housing", T)["kind"]
    }
    assert len(texts) == 1


def test_the_rule_reads_no_column_of_a_person() -> None:
    from importlib import resources

    from sources.contract import contracts

    for kind, feed in letters.FEEDS.items():
        personal = {c.name for c in contracts()[feed].columns if c.klass == "personal"}
        for name in (f"due_{kind}.sql", f"forget_{kind}.sql", "listed.sql", "end.sql"):
            text = (resources.files("quality.letters") / name).read_text(encoding="utf-8")
            code = " ".join(line for line in text.splitlines() if not line.startswith("--"))
            assert not {
                w for w in code.replace(".", " ").replace(",", " ").split() if w in personal | {"person"}
            }


def test_each_once_and_a_second_run_changes_nothing(
    housing: duckdb.DuckDBPyConnection, profile: Profile
) -> None:
    put(housing, "cur_tenancies", [tenancy(i, T - i * DAY) for i in range(10)])
    assert letters.due_letters(housing, "housing", T, profile, KEY) == 10
    before = housing.execute("SELECT * FROM letter ORDER BY rid").fetchall()
    assert letters.due_letters(housing, "housing", T, profile, KEY) == 10
    assert housing.execute("SELECT * FROM letter ORDER BY rid").fetchall() == before
    housing.execute("UPDATE typed_tenancies SET starts_on = starts_on - 1 WHERE rid = 3")
    assert letters.due_letters(housing, "housing", T, profile, KEY) == 10
    ids = housing.execute("SELECT letter_id FROM letter").fetchall()
    assert len(set(ids)) == 10


def test_no_more_reminders_ends_a_letter(housing: duckdb.DuckDBPyConnection, profile: Profile) -> None:
    put(housing, "cur_tenancies", [tenancy(1, T - DAY), tenancy(2, T - DAY)])
    letters.due_letters(housing, "housing", T, profile, KEY)
    first = letters.letter_id("tenancy", "TN1", T - DAY, KEY)
    put(housing, "answer", [{"verified_id": first, "answer": "不再提醒", "verified_on": T},
                            {"verified_id": letters.letter_id("tenancy", "TN2", T - DAY, KEY), "answer": "属实", "verified_on": T}])  # fmt: skip
    assert listed(housing, "housing", profile) == ["TN2"]
    assert listed(housing, "housing", profile, T + DAY) == ["TN2"]


def test_a_withdrawn_tenancy_leaves_the_list(housing: duckdb.DuckDBPyConnection, profile: Profile) -> None:
    put(housing, "cur_tenancies", [tenancy(1, T - DAY), tenancy(2, T - DAY, withdrawn_on=T)])
    assert listed(housing, "housing", profile) == ["TN1"]
    housing.execute("UPDATE record SET withdrawn_on = ?", [T])
    assert listed(housing, "housing", profile) == []
    assert housing.execute("SELECT count(*) FROM letter").fetchone() == (0,)


def test_permits_that_end_in_thirty_days(residence: duckdb.DuckDBPyConnection, profile: Profile) -> None:
    rows = [permit(1, T), permit(2, T + 30 * DAY), permit(3, T + 31 * DAY), permit(4, T - DAY), permit(5, None),
            permit(6, T, status="已注销"), permit(7, T, closed_on=T), permit(8, T, closed_on=T + DAY),
            permit(9, T, registered_on=T + DAY), permit(10, T, withdrawn_on=T)]  # fmt: skip
    put(residence, "cur_floating_population", rows)
    assert listed(residence, "residence", profile) == ["LR1", "LR2", "LR8"]


def test_what_was_written_is_forgotten_when_the_permit_ends(
    residence: duckdb.DuckDBPyConnection, profile: Profile
) -> None:
    put(residence, "cur_floating_population", [permit(1, T + 5 * DAY)])
    letter = letters.letter_id("renewal", "LR1", T + 5 * DAY, KEY)
    assert listed(residence, "residence", profile) == ["LR1"]
    put(residence, "answer", [{"verified_id": letter, "answer": "不再提醒", "verified_on": T}])
    assert listed(residence, "residence", profile) == []
    assert residence.execute("SELECT count(*) FROM letter").fetchone() == (1,)
    assert listed(residence, "residence", profile, T + 5 * DAY) == []
    assert listed(residence, "residence", profile, T + 6 * DAY) == []
    assert residence.execute("SELECT count(*) FROM letter").fetchone() == (0,)


def test_a_renewed_permit_needs_no_offer(residence: duckdb.DuckDBPyConnection, profile: Profile) -> None:
    put(residence, "cur_floating_population", [permit(1, T + 5 * DAY)])
    assert listed(residence, "residence", profile) == ["LR1"]
    residence.execute("UPDATE typed_floating_population SET permit_until = ?", [T + 370 * DAY])
    assert listed(residence, "residence", profile) == []
    assert listed(residence, "residence", profile, T + 345 * DAY) == ["LR1"]
    ids = residence.execute("SELECT letter_id FROM letter").fetchall()
    assert ids == [(letters.letter_id("renewal", "LR1", T + 370 * DAY, KEY),)]


def test_other_offices_write_no_letters(profile: Profile) -> None:
    with workdb("aftercare") as con:
        assert letters.due_letters(con, "aftercare", T, profile, KEY) == 0
        assert letters.letters_listed(con, "aftercare", T).is_empty()


def test_the_shown_id_stands_for_a_record_number_that_is_personal(
    housing: duckdb.DuckDBPyConnection, profile: Profile
) -> None:
    put(housing, "cur_tenancies", [tenancy(1, T, shown_id="tenancies_full_20261031.csv#4")])
    assert listed(housing, "housing", profile) == ["tenancies_full_20261031.csv#4"]


@pytest.mark.parametrize("kind", ["tenancy", "renewal"])
def test_the_text_says_what_how_and_how_to_object_without_pressure(kind: str) -> None:
    text = letters.letter_text(kind)
    assert all(part in text["zh"] for part in ("一、", "二、", "三、", "异议", "不收费用", "更正"))
    assert all(part in text["en"] for part in ("1. What", "2. How to do it", "3. How to object", "free"))
    for language in ("zh", "en"):
        assert not [w for w in HARD_WORDS if w in text[language]]
        assert "{" not in text[language]
