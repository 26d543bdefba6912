"""Working days: the numbering in SQL against a plain loop, and what is written when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.calendar import (
    FIRST_DAY,
    assumed_years,
    create_workday_views,
    fill_holidays,
    holidays,
    known_years,
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE holiday (day DATE, is_workday BOOLEAN, known BOOLEAN)")
        fill_holidays(connection)
        create_workday_views(connection)
        yield connection


def naive(start: date, count: int) -> date:
    """Day by day, asking the library, Monday to Friday where it does not know."""
    first, last = known_years()
    day = start
    while count:
        day += timedelta(days=1)
        known = first <= day.year <= last
        if chinese_calendar.is_workday(day) if known else day.isoweekday() <= 5:
            count -= 1
    return day


def in_sql(con: duckdb.DuckDBPyConnection, start: date, count: int) -> date:
    row = con.execute(
        "SELECT e.day FROM rv_workday s JOIN rv_workday_no e ON e.n = s.n + $k WHERE s.day = $start",
        {"k": count, "start": start},
    ).fetchone()
    assert row is not None
    day = row[0]
    assert isinstance(day, date)
    return day


@settings(max_examples=150, deadline=None)
@given(st.dates(date(2003, 6, 1), date(2029, 12, 31)), st.integers(1, 40))
def test_due_day_is_as_counted_by_hand(con: duckdb.DuckDBPyConnection, start: date, count: int) -> None:
    assert in_sql(con, start, count) == naive(start, count)


def test_start_on_a_weekend_is_day_zero(con: duckdb.DuckDBPyConnection) -> None:
    assert in_sql(con, date(2026, 6, 6), 3) == date(2026, 6, 10)  # Saturday, then Mon, Tue, Wed
    assert in_sql(con, date(2026, 6, 5), 3) == date(2026, 6, 10)  # Friday gives the same


def test_national_day_is_skipped_and_a_shifted_saturday_counts(con: duckdb.DuckDBPyConnection) -> None:
    assert in_sql(con, date(2024, 9, 30), 1) == date(2024, 10, 8)
    assert in_sql(con, date(2024, 10, 11), 1) == date(2024, 10, 12)


def test_unknown_years_are_monday_to_friday_and_say_so() -> None:
    _, last = known_years()
    frame = holidays().filter(holidays()["day"].dt.year() == last + 1)
    assert not frame["known"].any()
    assert frame["is_workday"].sum() == sum(
        (date(last + 1, 1, 1) + timedelta(days=i)).isoweekday() <= 5 for i in range(len(frame))
    )
    assert assumed_years(date(last, 12, 1)) == [last + 1]
    assert assumed_years(date(last - 1, 12, 1)) == []


def test_second_fill_writes_nothing_and_a_changed_day_is_put_right(con: duckdb.DuckDBPyConnection) -> None:
    assert not fill_holidays(con)
    con.execute("UPDATE holiday SET is_workday = NOT is_workday WHERE day = $d", {"d": FIRST_DAY})
    assert fill_holidays(con)
    assert not fill_holidays(con)
