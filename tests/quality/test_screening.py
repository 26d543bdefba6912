"""Screening: only unusable rows are rejected, everything less is an issue, and nothing is lost."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.codes import ISSUES, REJECTIONS
from quality.schema import polars_types
from quality.screening import ISSUE_SCHEMA, REJECTED_SCHEMA, Screened, screen
from sources.contract import contracts
from tests.quality.screening_frames import DAY, GOOD, VALID, contract, frame, good


def run(feed: str, *rows: dict[str, str | None]) -> Screened:
    return screen(frame(contract(feed), *rows), contract(feed), file_day=DAY)


def issues(feed: str, **changes: str | None) -> set[tuple[str, str]]:
    result = run(feed, good(feed, **changes))
    assert result.rejected.is_empty()
    return set(result.issues.select("field", "issue_code").rows())


def reason(feed: str, **changes: str | None) -> tuple[str, str] | None:
    result = run(feed, good(feed), good(feed, **changes))
    assert result.typed["row_number"][0] == 1
    rows = result.rejected.select("row_number", "field", "reason_code").rows()
    assert [row[0] for row in rows] in ([], [2])
    return (rows[0][1], rows[0][2]) if rows else None


@pytest.mark.parametrize("feed", sorted(GOOD))
def test_good_rows_are_accepted_without_an_issue(feed: str) -> None:
    result = run(feed, good(feed))
    assert result.typed.height == result.raw.height == 1
    assert result.issues.is_empty()
    assert result.rejected.is_empty()
    assert dict(result.typed.schema) == polars_types(contract(feed))
    assert result.raw.drop("row_number").row(0, named=True) == frame(contract(feed), good(feed)).select(
        [c.name for c in contract(feed).columns]
    ).row(0, named=True)


@pytest.mark.parametrize(
    ("feed", "changes", "found"),
    [
        ("floating_population", {"record_id": None}, ("record_id", "record_id_missing")),
        ("floating_population", {"record_id": "无"}, ("record_id", "record_id_missing")),
        ("floating_population", {"name": None, "id_number": None}, ("name", "person_missing")),
        ("floating_population", {"name": "？？", "id_number": "无"}, ("name", "person_missing")),
        ("floating_population", {"name": "张", "id_number": "9.9E+17"}, ("name", "person_missing")),
        ("tenancies", {"name": "不详", "id_number": "110105194912310021"}, ("name", "person_missing")),
        ("resident_population", {"name": "-", "id_number": ""}, ("name", "person_missing")),
        ("floating_population", {"registered_on": None}, ("registered_on", "date_missing")),
        ("floating_population", {"registered_on": "没有"}, ("registered_on", "date_missing")),
        ("floating_population", {"registered_on": "1900-01-01"}, ("registered_on", "date_missing")),
        ("floating_population", {"registered_on": "2026-13-45"}, ("registered_on", "date_unreadable")),
        ("floating_population", {"registered_on": "2026年5月"}, ("registered_on", "date_unreadable")),
        ("floating_population", {"registered_on": "长期"}, ("registered_on", "date_unreadable")),
        ("floating_population", {"status": None}, ("status", "code_missing")),
        ("floating_population", {"status": "走了"}, ("status", "code_unknown")),
        ("floating_population", {"oversized": "address"}, ("address", "cell_oversized")),
        ("requests", {"consent_no": None}, ("consent_no", "number_missing")),
        ("requests", {"tenancy_id": "-"}, ("tenancy_id", "number_missing")),
        ("requests", {"kind": "投诉"}, ("kind", "code_unknown")),
        ("requests", {"record_id": VALID}, ("record_id", "number_personal")),
        ("requests", {"record_id": "13812345678"}, ("record_id", "number_personal")),
        ("request_receipts", {"record_id": "110105194912310021"}, ("record_id", "number_personal")),
        ("released_persons", {"record_id": "１１０１０５１９４９１２３１００２ｘ"}, ("record_id", "number_personal")),
        ("assistance_enrolment", {"notice_no": VALID}, ("notice_no", "number_personal")),
        ("rental_housing", {"status": ""}, ("status", "code_missing")),
        ("assistance_enrolment", {"received_on": "x"}, ("received_on", "date_unreadable")),
    ],
)  # fmt: skip
def test_rejections(feed: str, changes: dict[str, str | None], found: tuple[str, str]) -> None:
    assert reason(feed, **changes) == found


@pytest.mark.parametrize(
    ("feed", "changes"),
    [
        ("floating_population", {"name": None}),
        ("floating_population", {"id_number": "9.9E+17"}),
        ("floating_population", {"name": None, "doc_type": "护照", "id_number": "P27833198"}),
        ("floating_population", {"name": "张?", "id_number": None}),
        ("floating_population", {"name": "=cmd|'/c calc'!A1", "id_number": None}),
        ("floating_population", {"address": None}),
        ("floating_population", {"arrived_on": "2999-13-45", "birth_date": "x", "permit_until": "?"}),
        ("floating_population", {"nul_in": "name"}),
        ("floating_population", {"record_id": VALID}),
        ("rental_housing", {"name": None, "id_number": None}),
        ("assistance_enrolment", {"record_id": "13812345678", "name": None, "id_number": None}),
        ("request_receipts", {"outcome": None, "residence_record_id": VALID}),
        ("requests", {"consent_until": "x", "withdrawn_consent_on": "x"}),
        ("released_persons", {"community_code": None}),
        ("areas", {"level": "片区"}),
        ("verifications", {"answer": "随便写的"}),
    ],
)  # fmt: skip
def test_everything_less_is_accepted(feed: str, changes: dict[str, str | None]) -> None:
    assert reason(feed, **changes) is None


@pytest.mark.parametrize(
    ("feed", "changes", "found"),
    [
        ("floating_population", {"id_number": "110105194912310021"}, ("id_number", "id_invalid")),
        ("floating_population", {"id_number": "9.9E+17"}, ("id_number", "id_damaged")),
        ("floating_population", {"id_number": "无"}, ("id_number", "value_placeholder")),
        ("floating_population", {"doc_type": "护照"}, ("doc_type_mismatch",)),
        ("floating_population", {"doc_type": "学生证"}, ("doc_type", "code_unknown")),
        ("floating_population", {"name": "张"}, ("name", "name_missing")),
        ("floating_population", {"arrived_on": "x"}, ("arrived_on", "date_unreadable")),
        ("floating_population", {"arrived_on": "长期"}, ("arrived_on", "date_open")),
        ("floating_population", {"arrived_on": "1900-01-01"}, ("arrived_on", "date_sentinel")),
        ("floating_population", {"arrived_on": "1890-05-01"}, ("arrived_on", "date_out_of_range")),
        ("floating_population", {"birth_date": "2027-01-01"}, ("birth_date", "birth_out_of_range")),
        ("floating_population", {"birth_date": "1985年3月"}, ("birth_date", "birth_not_to_the_day")),
        ("floating_population", {"phone": "1.39E+10"}, ("phone", "phone_invalid")),
        ("floating_population", {"phone": "11111111111"}, ("phone", "value_placeholder")),
        ("floating_population", {"address": None}, ("address", "address_missing")),
        ("floating_population", {"address": "亲戚家"}, ("address", "address_unlocatable")),
        ("floating_population", {"community_code": "永安社区"}, ("community_code", "area_unreadable")),
        ("floating_population", {"sex": "x"}, ("sex", "code_unknown")),
        ("floating_population", {"record_id": VALID}, ("record_id", "record_id_personal")),
        ("tenancies", {"record_id": "13812345678"}, ("record_id", "record_id_personal")),
        ("floating_population", {"nul_in": "phone"}, ("phone", "nul_dropped")),
        ("rental_housing", {"floor_area": "很大"}, ("floor_area", "number_unreadable")),
        ("rental_housing", {"floor_area": "0"}, ("floor_area", "number_out_of_range")),
        ("areas", {"area_code": "A12"}, ("area_code", "area_unreadable")),
    ],
)  # fmt: skip
def test_issues(feed: str, changes: dict[str, str | None], found: tuple[str, ...]) -> None:
    got = issues(feed, **changes)
    assert (found in got) or (found[0] in {code for _, code in got})


@pytest.mark.parametrize("column", ["permit_until", "closed_on"])
def test_open_is_an_answer_where_something_ends(column: str) -> None:
    assert issues("floating_population", **{column: "长期"}) == set()


def test_impossible_birth_dates_and_areas_are_cleared() -> None:
    row = run("floating_population", good("floating_population", birth_date="2027-01-01")).typed.row(
        0, named=True
    )
    assert (row["birth_date"], row["birth_precision"]) == (None, None)
    assert run("rental_housing", good("rental_housing", floor_area="0")).typed["floor_area"].item() is None


def test_number_typed_cells_are_damaged() -> None:
    table = frame(contract("floating_population"), good("floating_population"))
    table = table.with_columns(id_number__numeric=pl.lit(True))
    result = screen(table, contract("floating_population"), file_day=DAY)
    assert result.typed["id_state"].item() == "damaged"
    assert result.typed["id_birth"].item() is None


IDENTITY = ("name", "id_number", "birth_date", "phone")


@pytest.mark.parametrize(
    "changes",
    [
        {"consented_on": None},
        {"consented_on": "长期"},
        {"status": "谢绝"},
        {"status": "解除"},
        {"status": "已签收"},
    ],
)
def test_identity_without_consent_is_kept_nowhere(changes: dict[str, str | None]) -> None:
    result = run(
        "assistance_enrolment", good("assistance_enrolment", **changes, name="张", id_number="9.9E+17")
    )
    found = result.issues.rows()
    assert (1, "consented_on", "identity_without_consent") in found
    assert not {field for _, field, _ in found} & set(IDENTITY)
    for kept in (result.typed, result.raw):
        assert kept.select(IDENTITY).row(0) == (None,) * 4
    assert result.typed.select("name_key", "id_kind", "id_birth", "id_sex").row(0) == (None,) * 4
    assert result.typed["id_state"].item() == "empty"
    assert result.typed["notice_no"].item() == "SF1"


def test_an_enrolment_that_holds_no_identity_has_nothing_to_drop() -> None:
    nobody = dict.fromkeys(IDENTITY)
    assert issues("assistance_enrolment", status="已签收", consented_on=None, **nobody) == set()
    assert issues("assistance_enrolment", **nobody) == {("name", "name_missing")}


def test_identity_without_consent_is_not_in_a_rejected_row_either() -> None:
    result = run("assistance_enrolment", good("assistance_enrolment", consented_on=None, received_on="x"))
    assert result.rejected.height == result.rejected_raw.height == 1
    assert result.rejected_raw.select(IDENTITY).row(0) == (None,) * 4


def test_identity_with_consent_is_kept() -> None:
    result = run("assistance_enrolment", good("assistance_enrolment", status="在帮"))
    assert result.issues.is_empty()
    assert result.typed["id_number"].item() == VALID


def test_a_row_has_one_reason_and_no_issue_when_rejected() -> None:
    result = run(
        "floating_population",
        good("floating_population", record_id=None, status=None, registered_on="x", phone="abc"),
    )
    assert result.rejected.rows() == [(1, None, "record_id", "record_id_missing")]
    assert result.issues.is_empty()


def test_rejected_rows_name_their_record_in_canonical_form() -> None:
    result = run("floating_population", good("floating_population", record_id=" ld００1 ", status=None))
    assert result.rejected["record_id"].item() == "LD001"


def test_an_empty_file_has_its_columns() -> None:
    for feed in contracts().values():
        result = screen(frame(feed), feed, file_day=DAY)
        assert dict(result.typed.schema) == polars_types(feed)
        assert (result.typed.height, result.issues.height, result.rejected.height) == (0, 0, 0)


CELLS = st.none() | st.sampled_from(
    ["无", "-", VALID, "2026-01-01", "2026-13-01", "长期", "在住", "登记", "张三", "解放路1号", "992626102007", "=1+1", "x" * 50, "\u3000"]
) | st.text(max_size=12)  # fmt: skip


@pytest.mark.parametrize("feed", sorted(GOOD))
@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_every_row_is_accepted_or_rejected_once_and_codes_are_closed(feed: str, data: st.DataObject) -> None:
    names = [c.name for c in contract(feed).columns]
    row = st.fixed_dictionaries(dict.fromkeys(names, CELLS))
    rows = data.draw(st.lists(row, min_size=1, max_size=6))
    result = run(feed, *rows)
    numbers = result.typed["row_number"].to_list() + result.rejected["row_number"].to_list()
    assert sorted(numbers) == list(range(1, len(rows) + 1))
    assert result.raw["row_number"].to_list() == result.typed["row_number"].to_list()
    assert set(result.issues["issue_code"]) <= set(ISSUES)
    assert set(result.rejected["reason_code"]) <= set(REJECTIONS)
    assert dict(result.issues.schema) == ISSUE_SCHEMA
    assert dict(result.rejected.schema) == REJECTED_SCHEMA
    assert set(result.issues["row_number"]) <= set(result.typed["row_number"])


def test_codes_have_both_languages_and_no_word_that_judges_a_person() -> None:
    for text in [*ISSUES.values(), *REJECTIONS.values()]:
        assert any("\u4e00" <= c <= "\u9fff" for c in text.zh)
        assert text.en.isascii() or "长期" in text.en
        assert not any(word in text.zh for word in ("嫌疑", "危险", "重点", "失控", "脱管"))
