"""Dates in every form that offices write."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.values import dates

MAY_DAY = date(2024, 5, 1)


def one(text: str | None, *, partial: bool = False) -> tuple[date | None, str | None, str]:
    row = dates.parse(pl.Series("d", [text], dtype=pl.String), partial=partial).row(0)
    return row[0], row[1], row[2]


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01",
        "2024/5/1",
        "20240501",
        "2024.5.1",
        "2024年5月1日",
        "２０２４－０５－０１",
        "2024 年 5 月 1 日",
        "2024-05-01 08:30:00",
        "2024/5/1 0:00",
        "2024-05-01T00:00:00.000Z",
        "20240501083000",
        "2024年5月1日 8时30分",
        "45413",
        "45413.0",
        "45413.5",
        "二〇二四年五月一日",
        "2024-05-01(星期三)",
        "'2024-05-01",
    ],
)
def test_forms_of_one_day(text: str) -> None:
    assert one(text) == (MAY_DAY, "day", "read")


@given(st.dates(date(1927, 5, 18), date(2100, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_forms_agree_for_any_day(day: date) -> None:
    serial = str((day - date(1899, 12, 30)).days)
    forms = [f"{day:%Y-%m-%d}", f"{day:%Y%m%d}", f"{day.year}/{day.month}/{day.day}"]
    forms += [f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}", serial]
    assert {one(form)[0] for form in forms} == {day}


@pytest.mark.parametrize(
    "text",
    ["长期", "长期有效", "至今", "永久", "9999-12-31", "99991231", "2999-12-31", "3000/1/1", "2958465"],
)
def test_open(text: str) -> None:
    assert one(text) == (None, None, "open")


@pytest.mark.parametrize("text", [None, "", " ", "无", "没有", "-", "0000-00-00", "不详"])
def test_blank(text: str | None) -> None:
    assert one(text) == (None, None, "blank")


@pytest.mark.parametrize("text", ["1900-01-01", "1900/1/1", "1899-12-30", "0001-01-01"])
def test_sentinels(text: str) -> None:
    assert one(text) == (None, None, "sentinel")


@pytest.mark.parametrize(
    "text", ["2999-13-45", "2023-02-29", "20241301", "abc", "1/5/2024", "24-05-01", "5月1日", "123"]
)
def test_unreadable(text: str) -> None:
    assert one(text) == (None, None, "unreadable")


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("1985年3月", date(1985, 3, 1), "month"),
        ("1985-03", date(1985, 3, 1), "month"),
        ("198503", date(1985, 3, 1), "month"),
        ("1985", date(1985, 1, 1), "year"),
        ("1985年", date(1985, 1, 1), "year"),
    ],
)
def test_partial_dates_are_dates_for_births_only(text: str, day: date, precision: str) -> None:
    assert one(text, partial=True) == (day, precision, "read")
    assert one(text) == (None, None, "unreadable")


def test_rows_stay_in_their_order() -> None:
    days = [date(2024, 1, 1) + timedelta(days=7 * n % 50) for n in range(200)]
    values = pl.Series([str(day) if n % 9 else None for n, day in enumerate(days)])
    expected = [day if n % 9 else None for n, day in enumerate(days)]
    assert dates.parse(values)["day"].to_list() == expected


@given(st.lists(st.text(max_size=20) | st.none(), max_size=20))
@settings(max_examples=60, deadline=None)
def test_any_text_gets_a_state(texts: list[str | None]) -> None:
    frame = dates.parse(pl.Series("d", texts, dtype=pl.String), partial=True)
    assert frame.height == len(texts)
    assert set(frame["state"]) <= set(dates.STATES)
    assert frame.filter((pl.col("state") == "read") != pl.col("day").is_not_null()).is_empty()
