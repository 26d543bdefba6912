"""Identity numbers against python-stdnum's ISO 7064 checksum, and every state and kind by example."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from quality.values import identity_numbers

DAY = date(2026, 10, 31)


def parse(*texts: str | None, doc: str | None = None, numeric: bool = False) -> list[dict[str, object]]:
    values = pl.Series("id", texts, dtype=pl.String)
    frame = identity_numbers.parse(
        values,
        doc_type=pl.Series([doc] * len(texts), dtype=pl.String),
        numeric=pl.Series([numeric] * len(texts)),
        file_day=DAY,
    )
    assert frame.schema == pl.Schema(identity_numbers.SCHEMA)
    return frame.to_dicts()


def number(division: str, born: date, order: int) -> str:
    head = f"{division}{born:%Y%m%d}{order:03d}"
    return head + mod_11_2.calc_check_digit(head)


numbers = st.builds(
    number,
    st.integers(110000, 999999).map(str),
    st.dates(date(1850, 1, 1), DAY),
    st.integers(1, 999),
)


@given(st.lists(numbers, min_size=1, max_size=30))
@settings(max_examples=40, deadline=None)
def test_numbers_with_the_check_character_of_iso_7064_are_valid(texts: list[str]) -> None:
    for text, row in zip(texts, parse(*texts), strict=True):
        if text.endswith("000"):
            assert row["id_state"] == "damaged"
            continue
        assert row["id_state"] == "valid"
        assert row["id_number"] == text
        assert row["id_birth"] == date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
        assert row["id_sex"] == ("男" if int(text[16]) % 2 else "女")


@given(numbers, st.integers(0, 16), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_one_changed_digit_is_never_valid(text: str, place: int, step: int) -> None:
    changed = text[:place] + str((int(text[place]) + step) % 10) + text[place + 1 :]
    assert parse(changed)[0]["id_state"] in ("invalid", "damaged")
    assert parse(changed)[0]["id_birth"] is None


@given(st.lists(st.text(max_size=25) | st.none(), max_size=20))
@settings(max_examples=60, deadline=None)
def test_any_text_gets_a_state_and_only_valid_ones_a_birth_date(texts: list[str | None]) -> None:
    for row in parse(*texts):
        assert row["id_state"] in identity_numbers.STATES
        assert (row["id_state"] == "valid") == (row["id_birth"] is not None) == (row["id_sex"] is not None)
        assert (row["id_state"] == "empty") == (row["id_number"] is None)


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'11010519491231002X",
        " 110105 19491231 002X ",
        "110105-19491231-002X",
        "11010519491231002х",
        "11010519491231002Χ",
        "11010519491231002×",
        "11010519491231002ⅹ",
        "110105\u200b19491231002X",
        "110105491231002",
    ],
)
def test_ways_of_writing_one_number(text: str) -> None:
    row = parse(text)[0]
    assert (row["id_number"], row["id_state"]) == ("11010519491231002X", "valid")


@pytest.mark.parametrize(
    ("text", "kind", "state"),
    [
        ("810000199408230021", "hmt", "valid"),
        ("830000199201300022", "hmt", "valid"),
        ("932682198501010017", "permanent", "valid"),
        (number("990302", date(1961, 7, 17), 556), "resident", "valid"),
        ("USA110105850101", "permanent", "other"),
        ("E98047489", "passport", "other"),
        ("AB1234567", "passport", "other"),
        ("H1234567890", "other", "other"),
        ("110105194912310021", "resident", "invalid"),
        ("110105194902310029", "resident", "invalid"),
        ("11010519491231002", "resident", "invalid"),
        ("1101051949123100200X", "resident", "invalid"),
        ("110105491331002", "resident", "invalid"),
        ("5.10322E+17", "resident", "damaged"),
        ("9.9e+17", "resident", "damaged"),
        ("991324195509192000", "resident", "damaged"),
        ("991324195509192000.0", "resident", "damaged"),
    ],
)
def test_kind_and_state(text: str, kind: str, state: str) -> None:
    row = parse(text)[0]
    assert (row["id_kind"], row["id_state"]) == (kind, state)


@pytest.mark.parametrize(
    "text", [None, "", "  ", "无", "不详", "-", "——", "123456", "11111111111", "无证件", "n/a", "未 知", "0"]
)
def test_placeholders_are_empty(text: str | None) -> None:
    row = parse(text)[0]
    assert (row["id_number"], row["id_kind"], row["id_state"]) == (None, None, "empty")


def test_zero_ended_number_that_passes_its_check_is_damaged_all_the_same() -> None:
    passing = next(
        text
        for day in range(1, 29)
        for month in range(1, 13)
        if mod_11_2.is_valid(text := f"9913241955{month:02d}{day:02d}0000")
    )
    assert parse(passing)[0]["id_state"] == "damaged"


def test_number_typed_cell_is_damaged_unless_the_document_is_not_judged() -> None:
    assert parse("440524188001010014", numeric=True)[0]["id_state"] == "damaged"
    assert parse("23456781", doc="passport", numeric=True)[0]["id_state"] == "other"
    assert parse("", numeric=True)[0]["id_state"] == "empty"


def test_other_documents_are_not_judged_but_a_valid_number_is_what_it_is() -> None:
    assert parse("P27833198", doc="passport")[0]["id_state"] == "other"
    assert parse("110105194912310021", doc="passport")[0]["id_state"] == "other"
    row = parse("11010519491231002X", doc="passport")[0]
    assert (row["id_state"], row["id_kind"]) == ("valid", "resident")
    assert parse("P27833198", doc="resident")[0]["id_state"] == "invalid"


def test_birth_date_after_the_files_day_makes_a_number_invalid() -> None:
    assert parse(number("990302", date(2026, 10, 31), 11))[0]["id_state"] == "valid"
    assert parse(number("990302", date(2026, 11, 1), 11))[0]["id_state"] == "invalid"


def test_order_996_to_999_of_old_numbers_is_the_nineteenth_century() -> None:
    assert parse("110105991231997")[0]["id_birth"] == date(1899, 12, 31)
    assert parse("110105991231995")[0]["id_birth"] == date(1999, 12, 31)


def test_no_row_and_one_row() -> None:
    assert parse() == []
    assert len(parse(None)) == 1
