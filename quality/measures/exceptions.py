"""Findings by rule, area and month: opened, open, cured, dismissed, expired, days to close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from quality.disclosure import SUPPORT_SUFFIX
from quality.measures.areas import Areas, fill, grid, place
from quality.measures.months import month_end
from quality.measures.tables import COUNTY_ONLY_RULE, TABLES, below_county_forbidden

_CLOSED = {"n_cured": "cured", "n_dismissed": "dismissed", "n_expired": "expired"}
_COUNTS = ("n_opened", "n_open", *_CLOSED)


def _cells(office: str, rules: Sequence[str], areas: Areas, months: Sequence[str]) -> pl.DataFrame:
    every = grid({"office": [office], "rule_code": rules, "area_code": areas.shown, "month": months})
    county = pl.col("area_code") == areas.county
    return every.filter(county | ~pl.col("rule_code").str.contains(COUNTY_ONLY_RULE))


def _of_month(cases: pl.DataFrame, month: str, as_of: date) -> pl.DataFrame:
    """One row for each case and area, with 1 in each count of ``month`` that it belongs to."""
    start, end = date.fromisoformat(f"{month}-01"), month_end(month, as_of)
    closed_now = pl.col("closed_on").is_between(start, end)
    return cases.select(
        "rule_code",
        "area_code",
        pl.lit(month).alias("month"),
        pl.col("opened_on").is_between(start, end).cast(pl.Int64).alias("n_opened"),
        ((pl.col("opened_on") <= end) & (pl.col("closed_on").is_null() | (pl.col("closed_on") > end)))
        .cast(pl.Int64)
        .alias("n_open"),
        *(
            (closed_now & (pl.col("status") == s)).fill_null(False).cast(pl.Int64).alias(n)
            for n, s in _CLOSED.items()
        ),
        pl.when(closed_now).then((pl.col("closed_on") - pl.col("opened_on")).dt.total_days()).alias("days"),
    )


def exception_count(
    cases: pl.DataFrame,
    office: str,
    rule_codes: Sequence[str],
    areas: Areas,
    months: Sequence[str],
    as_of: date,
) -> pl.DataFrame:
    """Exact rows of ``exception_count``. ``cases``: rule_code, community_code, status, opened_on, closed_on."""
    placed = place(cases, areas, below_county_forbidden(TABLES["exception_count"]))
    rules = sorted(set(rule_codes) | set(cases["rule_code"].to_list()))
    rows = pl.concat([_of_month(placed, month, as_of) for month in months]).with_columns(
        pl.lit(office).alias("office")
    )
    cells = _cells(office, rules, areas, months)
    days = (
        rows.drop_nulls("days")
        .group_by(cells.columns)
        .agg(
            pl.col("days").median().alias("median_days"),
            pl.len().cast(pl.Int64).alias(f"median_days{SUPPORT_SUFFIX}"),
        )
    )
    counted = fill(cells, rows, _COUNTS).join(days, on=cells.columns, how="left")
    return counted.with_columns(pl.col(f"median_days{SUPPORT_SUFFIX}").fill_null(0))
