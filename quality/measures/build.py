"""Exact counts out of the working database, and the step that protects them.

Belongs here: running the counting SQL and laying it out as the declared tables. What ``build_counts`` and
``build_quality`` return is exact and must go nowhere but into ``protect_counts``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from importlib import resources

import duckdb
import polars as pl

from quality.disclosure import SET_SUFFIX, SUPPORT_SUFFIX, ProtectedCounts, protect
from quality.measures import tables as t
from quality.measures.areas import LEVELS, Areas, fill, grid, load_areas, place, with_totals
from quality.measures.exceptions import exception_count
from quality.measures.months import last_months
from sources.contract import contracts
from sources.offices import OFFICES

FLOW_MONTHS = 12
CASE_MONTHS = 3
"""Flows go back a year, so that a first load fills it; cases and requests three months, because ended ones
are deleted after the profile's days and a longer look back would shrink. A statistics home keeps what it got."""

_EVERYWHERE = pl.lit(False)


def query(con: duckdb.DuckDBPyConnection, name: str, **parameters: object) -> pl.DataFrame:
    """The rows of ``NAME.sql`` of this package, with bound parameters."""
    return _run(con, _text(name), parameters)


def _text(name: str) -> str:
    return (resources.files("quality.measures") / f"{name}.sql").read_text(encoding="utf-8")


def _run(con: duckdb.DuckDBPyConnection, text: str, parameters: Mapping[str, object]) -> pl.DataFrame:
    used = {k: v for k, v in parameters.items() if f"${k}" in text}
    return con.sql(text, params=used).pl()


def _month(as_of: date) -> str:
    return f"{as_of:%Y-%m}"


def _set(*parts: pl.Expr | str) -> pl.Expr:
    """The name of a counted set, for ``disclosure``: the same in every table that counts it."""
    return pl.concat_str([pl.lit(p) if isinstance(p, str) else p for p in parts], separator="|")


def _population(con: duckdb.DuckDBPyConnection, areas: Areas, as_of: date) -> pl.DataFrame:
    base = place(query(con, "population", as_of=as_of), areas, _EVERYWHERE)
    frames = [
        fill(
            grid(
                {
                    "area_code": areas.shown,
                    "month": [_month(as_of)],
                    "feed": [feed],
                    "status": statuses,
                    "sex": t.SEXES,
                    "age_band": t.AGE_BANDS,
                }
            ),
            with_totals(base, ["sex", "age_band"]).with_columns(pl.lit(_month(as_of)).alias("month")),
            ["n"],
        )
        for feed, statuses in t.STATUSES.items()
    ]
    split = [pl.when(pl.col(c) == "all").then(pl.lit("")).otherwise(pl.col(c)) for c in ("sex", "age_band")]
    return pl.concat(frames).with_columns(_set("rows", "feed", "status", *split).alias(f"n{SET_SUFFIX}"))


def _rental_stock(con: duckdb.DuckDBPyConnection, areas: Areas, as_of: date) -> pl.DataFrame:
    base = with_totals(place(query(con, "rental_stock"), areas, _EVERYWHERE), ["status"])
    cells = grid({"area_code": areas.shown, "month": [_month(as_of)], "status": t.RENTAL_STATUSES})
    counts = base.with_columns(pl.lit(_month(as_of)).alias("month"))
    label = _set("rows", pl.lit("rental_housing"), pl.col("status"), pl.lit(""), pl.lit(""))
    return fill(cells, counts, ["n"]).with_columns(label.alias(f"n{SET_SUFFIX}"))


def _tenancy_stock(con: duckdb.DuckDBPyConnection, areas: Areas, as_of: date) -> pl.DataFrame:
    base = place(query(con, "tenancy_stock", as_of=as_of), areas, pl.lit(True))
    cells = grid({"area_code": [str(areas.county)], "month": [_month(as_of)], "status": t.TENANCY_STATUSES})
    counts = base.with_columns(pl.lit(_month(as_of)).alias("month"))
    space = query(con, "floor_area", as_of=as_of)
    active = pl.col("status") == "active"
    label = _set("rows", pl.lit("tenancies"), pl.col("status"), pl.lit(""), pl.lit(""))
    return fill(cells, counts, ["n"]).with_columns(
        label.alias(f"n{SET_SUFFIX}"),
        pl.when(active).then(pl.lit(space["median_floor_area"][0], pl.Float64)).alias("median_floor_area"),
        pl.when(active)
        .then(pl.lit(space["support"][0], pl.Int64))
        .otherwise(0)
        .alias(f"median_floor_area{SUPPORT_SUFFIX}"),
    )


def _flow(con: duckdb.DuckDBPyConnection, office: str, areas: Areas, as_of: date) -> pl.DataFrame:
    months = last_months(as_of, FLOW_MONTHS)
    table = t.TABLES["flow"]
    base = query(con, f"flow_{office}", as_of=as_of, first_day=date.fromisoformat(f"{months[0]}-01"))
    counts = place(base, areas, t.below_county_forbidden(table))
    frames = []
    for feed, event in t.EVENTS[office]:
        shown = [str(areas.county)] if feed in t.COUNTY_ONLY_FEEDS else areas.shown
        axes = {"area_code": shown, "month": months, "feed": [feed], "event": [event]}
        frames.append(fill(grid(axes), counts, ["n"]))
    return pl.concat(frames)


def _month_of(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%Y-%m").alias("month")


def _request_count(con: duckdb.DuckDBPyConnection, areas: Areas, as_of: date) -> pl.DataFrame:
    rows = query(con, "requests", as_of=as_of)
    taken = rows.filter(pl.col("taken_up_on") <= as_of).with_columns(
        (pl.col("taken_up_on") - pl.col("made_on")).dt.total_days().alias("days")
    )
    cells = grid({"area_code": [str(areas.county)], "month": last_months(as_of, CASE_MONTHS)})
    made = rows.group_by(_month_of("made_on")).agg(pl.len().alias("n_made"))
    took = taken.group_by(_month_of("taken_up_on")).agg(
        pl.len().alias("n_taken_up"), pl.col("days").median().alias("median_days")
    )
    ended = rows.drop_nulls("ended_on").group_by(_month_of("ended_on")).agg(pl.len().alias("n_ended"))
    joined = cells.join(made, on="month", how="left").join(took, on="month", how="left")
    joined = joined.join(ended, on="month", how="left")
    counts = [pl.col(n).fill_null(0).cast(pl.Int64) for n in ("n_made", "n_taken_up", "n_ended")]
    return joined.with_columns(counts).with_columns(
        pl.col("n_taken_up").alias(f"median_days{SUPPORT_SUFFIX}")
    )


def _quality(con: duckdb.DuckDBPyConnection, office: str, areas: Areas, as_of: date) -> pl.DataFrame:
    """The four qualities of each ledger of the office, without a period."""
    con.execute(_text("quality_flags"))
    frames = []
    for feed in t.QUALITY_FEEDS[office]:
        county_only = feed in t.COUNTY_ONLY_FEEDS
        sql = _text("quality").replace("/* said */", _text(f"quality_{feed}"))
        base = place(_run(con, sql, {"as_of": as_of}), areas, pl.lit(county_only))
        if not contracts()[feed].has("permit_until"):
            base = base.drop("n_permit", "n_in_date")
        cells = grid({"area_code": [str(areas.county)] if county_only else areas.shown})
        counts = [c for c in base.columns if c.startswith("n")]
        wide = fill(cells, base, counts)
        for quality, method, denominator, numerator in t.METHODS:
            if denominator in counts:
                frames.append(_quality_rows(wide, feed, quality, method, denominator, numerator))
    return pl.concat(frames)


def _quality_rows(
    wide: pl.DataFrame, feed: str, quality: str, method: str, denominator: str, numerator: str
) -> pl.DataFrame:
    active = {"floating_population": "在住", "resident_population": "正常", "rental_housing": "出租中"}
    stock = "|".join(("rows", feed, active.get(feed, "active"), "", ""))
    return wide.select(
        "area_code",
        pl.lit(feed).alias("feed"),
        pl.lit(quality).alias("quality"),
        pl.lit(method).alias("method"),
        pl.col(numerator).alias("numerator"),
        pl.lit(f"{numerator}|{feed}").alias(f"numerator{SET_SUFFIX}"),
        pl.col(denominator).alias("denominator"),
        pl.lit(stock if denominator == "n" else f"{denominator}|{feed}").alias(f"denominator{SET_SUFFIX}"),
    )


def build_counts(
    con: duckdb.DuckDBPyConnection,
    office: str,
    as_of: date,
    rule_codes: Sequence[str],
    own: Mapping[str, pl.DataFrame] | None = None,
) -> dict[str, pl.DataFrame]:
    """Exact counts of one home by table of ``TABLES``, for ``protect_counts`` alone.

    ``con``: the working database with ``cur_FEED`` views. ``rule_codes``: every rule of the office, so that a
    rule without findings has its (suppressed) rows too. ``own``: what ``build_quality`` gave for the same day, so
    that the ledgers are not measured twice; without it they are measured here. Empty for an office whose counts may not leave
    (aftercare) and while the home has no areas.
    """
    areas = load_areas(con)
    if not OFFICES[office].statistics or areas.county is None:
        return {}
    counts = {
        "flow": _flow(con, office, areas, as_of),
        "quality_metric": (own or build_quality(con, office, as_of))["quality_metric"]
        .drop("measured_on")
        .with_columns(pl.lit(_month(as_of)).alias("month")),
        "exception_count": exception_count(
            query(con, "exceptions", as_of=as_of),
            office,
            rule_codes,
            areas,
            last_months(as_of, CASE_MONTHS),
            as_of,
        ),
    }
    if office == "residence":
        counts["population"] = _population(con, areas, as_of)
    else:
        counts["rental_stock"] = _rental_stock(con, areas, as_of)
        counts["tenancy_stock"] = _tenancy_stock(con, areas, as_of)
        counts["request_count"] = _request_count(con, areas, as_of)
    return counts


def build_quality(con: duckdb.DuckDBPyConnection, office: str, as_of: date) -> dict[str, pl.DataFrame]:
    """Exact ``quality_metric`` rows of an office's own home (``OWN_TABLES``), for ``protect_counts`` alone."""
    areas = load_areas(con, LEVELS)
    if areas.county is None or office not in t.QUALITY_FEEDS:
        return {}
    measured = _quality(con, office, areas, as_of)
    return {"quality_metric": measured.with_columns(pl.lit(as_of).alias("measured_on"))}


def protect_counts(frames: dict[str, pl.DataFrame], key: bytes, *, own: bool = False) -> ProtectedCounts:
    """Protect what ``build_counts`` (or, with ``own``, ``build_quality``) gave. ``key``: a secret of the home.

    Raises ValueError if a row that may be counted for the whole county only names a smaller area.
    """
    declared = t.OWN_TABLES if own else t.TABLES
    for name, frame in frames.items():
        narrow = frame.filter(t.below_county_forbidden(declared[name]))
        if narrow["area_code"].n_unique() > 1:
            raise ValueError(f"count table {name}: a row for the whole county only names a smaller area.")
    return protect(frames, declared, key)
