"""Months as text, YYYY-MM, and their days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def last_months(as_of: date, count: int) -> list[str]:
    """The ``count`` months that end with the month of ``as_of``, oldest first."""
    last = as_of.year * 12 + as_of.month - 1
    return [f"{m // 12:04d}-{m % 12 + 1:02d}" for m in range(last - count + 1, last + 1)]


def month_end(month: str, as_of: date) -> date:
    """The last day of ``month``, or ``as_of`` if that is earlier."""
    year, number = int(month[:4]), int(month[5:])
    return min(date(year, number, monthrange(year, number)[1]), as_of)
