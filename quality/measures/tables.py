"""The declared count tables: every column, its kind, its closed domain and its words in both languages.

Belongs here: declarations and the one predicate that says which rows may have no area below the county.
From them come the protection, the check on what arrives at a statistics home, the published domains and
the data dictionary.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from quality.disclosure import ALL, CountColumn, CountTable

COUNTY_ONLY_FEEDS: Final = ("tenancies", "requests", "request_receipts")
"""Feeds that are never counted below the county: residence counts of a township minus these would map
under-registration. Their flows and quality denominators would give the stock away, so they count too."""

COUNTY_ONLY_RULE: Final = r"^(RQ-.*|RH-04)$"

STATUSES: Final = {
    "floating_population": ("在住", "已注销"),
    "resident_population": ("正常", "注销", "死亡"),
}
RENTAL_STATUSES: Final = ("出租中", "停租", "空置", ALL)
TENANCY_STATUSES: Final = ("active", "lapsed", "left")
SEXES: Final = ("男", "女", "unknown", ALL)
AGE_BANDS: Final = ("0-15", "16-24", "25-34", "35-44", "45-54", "55-64", "65+", "unknown", ALL)
EVENTS: Final = {
    "residence": (("floating_population", "registered"), ("floating_population", "closed")),
    "housing": (("rental_housing", "filed"), ("tenancies", "started"), ("tenancies", "left")),
}
QUALITY_FEEDS: Final = {
    "residence": ("floating_population", "resident_population"),
    "housing": ("rental_housing", "tenancies"),
    "aftercare": ("assistance_enrolment",),
}
METHODS: Final = (
    ("complete", "proxy_core_items", "n", "n_core"),
    ("accurate", "proxy_no_dq_finding", "n", "n_accurate"),
    ("sound", "proxy_no_issue_no_double", "n", "n_sound"),
    ("fresh", "proxy_updated_365d", "n", "n_fresh"),
    ("fresh", "permit_in_date", "n_permit", "n_in_date"),
)
"""(quality, method, denominator, numerator) as columns of quality.sql. ``proxy``: read off the ledger
itself; only a sample against the office's paper files measures accuracy."""

AREA: Final = CountColumn(
    "area_code", "area", "区划代码 township or county; the county includes rows without a known community"
)
MONTH: Final = CountColumn("month", "month", "月份 month, YYYY-MM")
FEED: Final = CountColumn("feed", "class", "台账 the ledger that is counted")
N: Final = CountColumn("n", "count", "数 protected count: NULL under 10, else rounded to base 3")


def _count(name: str, comment: str) -> CountColumn:
    return CountColumn(name, "count", f"{comment}; protected: NULL under 10, else rounded to base 3")


def _quality(name: str, period: CountColumn, comment: str) -> CountTable:
    return CountTable(
        name,
        comment,
        (
            AREA,
            period,
            FEED,
            CountColumn(
                "quality", "class", "质量 which of the four", tuple(dict.fromkeys(m[0] for m in METHODS))
            ),
            CountColumn("method", "class", "方法 how it was measured", tuple(m[1] for m in METHODS)),
            _count("numerator", "分子 rows that have the quality"),
            _count("denominator", "分母 active rows"),
            CountColumn("value", "ratio", "值 protected numerator / protected denominator, 0 to 1"),
        ),
        stock=True,
    )


_TABLES: Final = (
    CountTable(
        "population",
        "登记人口 rows of the residence ledger on the last run of the month, by area, status, sex and age",
        (
            AREA,
            MONTH,
            FEED,
            CountColumn("status", "class", "状态", tuple(s for group in STATUSES.values() for s in group)),
            CountColumn("sex", "class", "性别 all = both and unknown", SEXES),
            CountColumn("age_band", "class", "年龄段 full years; all = every age and unknown", AGE_BANDS),
            N,
        ),
        stock=True,
    ),
    CountTable(
        "rental_stock",
        "出租房屋存量 rental rows on the last run of the month, by area and status",
        (AREA, MONTH, CountColumn("status", "class", "状态 all = every status", RENTAL_STATUSES), N),
        stock=True,
    ),
    CountTable(
        "tenancy_stock",
        "租住存量 tenancies on the last run of the month; the whole county only",
        (
            AREA,
            MONTH,
            CountColumn(
                "status", "class", "状态 active 在租, lapsed 期满未退, left 已退租", TENANCY_STATUSES
            ),
            N,
            CountColumn(
                "median_floor_area",
                "median",
                "人均面积中位数 m² for each active tenancy, median over let dwellings, of ten or more",
            ),
        ),
        stock=True,
        county_only=True,
    ),
    CountTable(
        "flow",
        "流量 what began and ended in the month; tenancies for the whole county only",
        (
            AREA,
            MONTH,
            FEED,
            CountColumn(
                "event",
                "class",
                "事件 registered 登记, closed 注销, filed 备案, started 起租, left 退租",
                tuple(dict.fromkeys(e for group in EVENTS.values() for _, e in group)),
            ),
            N,
        ),
        stock=False,
    ),
    CountTable(
        "request_count",
        "代办请求 requests by month; the whole county only",
        (
            AREA,
            MONTH,
            _count("n_made", "提出 consented to in the month"),
            _count("n_taken_up", "签收 taken up by the desk in the month"),
            _count("n_ended", "终止 withdrawn or run out in the month"),
            CountColumn(
                "median_days", "median", "签收天数中位数 days from consent to being taken up, of ten or more"
            ),
        ),
        stock=False,
        county_only=True,
    ),
    _quality(
        "quality_metric",
        MONTH,
        "质量 the four qualities (全 complete, 准 accurate, 健全 sound, 鲜 fresh) of each ledger",
    ),
    CountTable(
        "exception_count",
        "缺口数 findings by rule and month; RQ rules and RH-04 for the whole county only",
        (
            CountColumn("office", "class", "部门 the office whose ledger it is", ("residence", "housing")),
            CountColumn("rule_code", "class", "规则"),
            AREA,
            MONTH,
            _count("n_opened", "新增 opened in the month"),
            _count("n_open", "未结 open at the end of the month"),
            _count("n_cured", "已更正 ended by a record in the month"),
            _count("n_dismissed", "不属实 dismissed in the month"),
            _count("n_expired", "过期 ended by time or the end of a consent in the month"),
            CountColumn(
                "median_days",
                "median",
                "关闭天数中位数 days from open to closed, of ten or more closed in the month",
            ),
        ),
        stock=False,
    ),
)
TABLES: Final[dict[str, CountTable]] = {table.name: table for table in _TABLES}
"""What may go to a statistics home, and nothing else may."""

OWN_TABLES: Final[dict[str, CountTable]] = {
    "quality_metric": _quality(
        "quality_metric",
        CountColumn("measured_on", "month", "测量日 the as-of day of the measure"),
        "质量 measures of this office's own ledgers by day and area",
    )
}
"""What an office publishes in its own home, protected in the same way."""


def below_county_forbidden(table: CountTable) -> pl.Expr:
    """Which rows of ``table`` may have no area but the county's (a Boolean expression over its columns)."""
    if table.county_only:
        return pl.lit(True)
    names = [c.name for c in table.columns]
    if "rule_code" in names:
        return pl.col("rule_code").str.contains(COUNTY_ONLY_RULE)
    if "feed" in names:
        return pl.col("feed").is_in(COUNTY_ONLY_FEEDS)
    return pl.lit(False)
