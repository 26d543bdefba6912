"""Phones."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.values import phones


def one(text: str | None) -> tuple[str | None, str]:
    row = phones.parse(pl.Series("p", [text], dtype=pl.String)).row(0)
    return row[0], row[1]


@pytest.mark.parametrize(
    "text",
    [
        "15144297909",
        "+86 15144297909",
        "+8615144297909",
        "0086-15144297909",
        "8615144297909",
        "151-4429-7909",
        "151 4429 7909",
        "１５１４４２９７９０９",
        "15144297909.0",
        "'15144297909",
        "015144297909",
        "15144297909/13344638036",
        "11111111111、15144297909",
        "手机:15144297909",
    ],
)
def test_ways_of_writing_one_mobile_number(text: str) -> None:
    assert one(text) == ("15144297909", "read")


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("0871-65123456", "087165123456"),
        ("(0871)65123456", "087165123456"),
        ("0871-65123456-802", "087165123456"),
        ("0871-65123456转802", "087165123456"),
        ("65123456", "65123456"),
        ("+84 912345678", "84912345678"),
    ],
)
def test_landlines_and_foreign_numbers(text: str, digits: str) -> None:
    assert one(text) == (digits, "read")


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "无",
        "11111111111",
        "13800000000",
        "12345678901",
        "13800138000",
        "00000000000",
        "-",
        "123456",
    ],
)
def test_placeholders_are_blank(text: str | None) -> None:
    assert one(text) == (None, "blank")


@pytest.mark.parametrize("text", ["1.39E+10", "1514429790", "151442979099", "电话见备注"])
def test_what_is_no_number_is_invalid(text: str) -> None:
    assert one(text) == (None, "invalid")


@given(st.lists(st.text(max_size=25) | st.none(), max_size=20))
@settings(max_examples=60, deadline=None)
def test_any_text_gets_a_state_and_only_digits(texts: list[str | None]) -> None:
    frame = phones.parse(pl.Series("p", texts, dtype=pl.String))
    assert frame.height == len(texts)
    assert frame["phone"].drop_nulls().str.contains(r"^[0-9]+$").all()
    assert frame.filter((pl.col("state") == "read") != pl.col("phone").is_not_null()).is_empty()


def test_the_callers_series_is_left_alone() -> None:
    values = pl.Series(["+86 15144297909", "15144297909", "无"])
    phones.parse(values)
    assert values.to_list() == ["+86 15144297909", "15144297909", "无"]
