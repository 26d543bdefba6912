"""Working days: the holiday table and what counts on it.

Belongs here: which days are working days in mainland China, and the numbering of them that lets SQL count
working days with two joins. Does not belong here: any rule's day count (see ``quality.profiles``).

Semantics (contract, section 6): the start day is day 0, whether it is a working day or not; start + n
working days is the n-th working day after it. With n = 0 it is the start day itself.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import chinese_calendar
import polars as pl

if TYPE_CHECKING:
    import duckdb

FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2059, 12, 31)


def known_years() -> tuple[int, int]:
    """First and last year whose holidays and shifted working days the calendar library knows."""
    years = [day.year for day in chinese_calendar.constants.holidays]
    return min(years), max(years)


def holidays() -> pl.DataFrame:
    """Every day from 1990 to 2059: ``day`` Date, ``is_workday`` Boolean, ``known`` Boolean (25,567 × 3).

    Years the library does not know are Monday to Friday, with ``known`` false. Source: the State Council's
    yearly notices as kept by the package chinesecalendar.
    """
    first, last = known_years()
    days = pl.date_range(FIRST_DAY, LAST_DAY, eager=True)
    off, shifted = list(chinese_calendar.constants.holidays), list(chinese_calendar.constants.workdays)
    day = pl.col("day")
    return pl.DataFrame({"day": days}).select(
        "day",
        is_workday=((day.dt.weekday() <= 5) & ~day.is_in(off)) | day.is_in(shifted),
        known=day.dt.year().is_between(first, last),
    )


def fill_holidays(con: duckdb.DuckDBPyConnection) -> bool:
    """Bring table ``holiday`` up to date; returns whether anything had to be written.

    Writes nothing if the table is as the library has it already, so that a second run changes nothing.
    """
    frame = holidays()
    con.register("holiday_frame", frame)
    try:
        differing = con.execute(
            "SELECT count(*) FROM ((FROM holiday EXCEPT FROM holiday_frame) UNION ALL "
            "(FROM holiday_frame EXCEPT FROM holiday))"
        ).fetchone()
        if differing == (0,):
            return False
        con.execute("DELETE FROM holiday")
        con.execute("INSERT INTO holiday SELECT day, is_workday, known FROM holiday_frame ORDER BY day")
        return True
    finally:
        con.unregister("holiday_frame")


def create_workday_views(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``rv_workday(day, n)`` and ``rv_workday_no(n, day)`` from table ``holiday``.

    ``n`` is how many working days lie from the table's start up to and including ``day``. Start + k working
    days is the day of ``rv_workday_no`` whose ``n`` is the start's ``n`` + k; no loop, no function call.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE rv_workday AS "
        "SELECT day, (sum(is_workday::INTEGER) OVER (ORDER BY day))::INTEGER AS n FROM holiday"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE rv_workday_no AS SELECT w.n, w.day "
        "FROM rv_workday w JOIN holiday h USING (day) WHERE h.is_workday"
    )


def assumed_years(as_of: date) -> list[int]:
    """Years from ``as_of``'s to the next that are counted Monday to Friday because nothing is known yet.

    For the run's report: a deadline that falls in one of them may move when the notice is published.
    """
    first, last = known_years()
    return [year for year in (as_of.year, as_of.year + 1) if not first <= year <= last]
