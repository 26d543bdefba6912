"""Areas of a count: from a community to its township and county, with every cell of the grid present.

Belongs here: placing base rows in areas and laying totals over classes. A grid has a row for every
combination of area, period and class, empty ones too: a missing row would tell that nobody is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import duckdb
import polars as pl

from quality.disclosure import ALL

LEVELS = ("县", "乡镇")


@dataclass(frozen=True)
class Areas:
    """``up``: code × area_code, each known code with itself and its ancestors of the counted levels.
    ``county``: the county's code, None while the home has no areas. ``shown``: every counted area."""

    up: pl.DataFrame
    county: str | None
    shown: tuple[str, ...]


def load_areas(con: duckdb.DuckDBPyConnection, levels: Sequence[str] = LEVELS) -> Areas:
    """The area tree of a working database. A tree is three or four levels deep; loops are cut at eight."""
    area = con.sql("SELECT area_code, level, parent_code FROM area").pl()
    counted = area.filter(pl.col("level").is_in(list(levels)))
    step = area.select(pl.col("area_code").alias("code"), "area_code")
    found = [step]
    parents = area.select("area_code", "parent_code").filter(pl.col("parent_code").is_not_null())
    for _ in range(8):
        step = step.join(parents, on="area_code").select("code", pl.col("parent_code").alias("area_code"))
        found.append(step)
    up = pl.concat(found).unique().join(counted.select("area_code"), on="area_code", how="semi")
    counties = area.filter(pl.col("level") == "县")["area_code"].sort().to_list()
    return Areas(up, counties[0] if counties else None, tuple(sorted(counted["area_code"].to_list())))


def place(base: pl.DataFrame, areas: Areas, county_only: pl.Expr) -> pl.DataFrame:
    """``base`` (community_code, …) once for each area it counts in, as ``area_code``.

    A row whose community is blank or unknown counts in the county alone; where the first nine digits name
    a known township, there too. Rows that ``county_only`` selects count in the county alone.
    """
    marked = base.with_columns(county_only.alias("__county_only"))
    known = pl.col("community_code").is_in(areas.up["code"].unique().to_list()).fill_null(False)
    township = pl.col("community_code").str.slice(0, 9) + "000"
    marked = marked.with_columns(
        pl.when(known).then(pl.col("community_code")).otherwise(township).alias("__code")
    )
    county = marked.drop("community_code", "__code").with_columns(pl.lit(areas.county).alias("area_code"))
    below = (
        marked.filter(~pl.col("__county_only"))
        .join(areas.up, left_on="__code", right_on="code")
        .filter(pl.col("area_code") != areas.county)
        .drop("community_code", "__code")
    )
    return pl.concat([county, below.select(county.columns)]).drop("__county_only")


def with_totals(base: pl.DataFrame, classes: Sequence[str]) -> pl.DataFrame:
    """``base`` repeated with every subset of ``classes`` set to ``all``, so that a group-by gives totals too."""
    subsets = [s for size in range(len(classes) + 1) for s in combinations(classes, size)]
    return pl.concat([base.with_columns(pl.lit(ALL).alias(c) for c in subset) for subset in subsets])


def grid(axes: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Every combination of the axes' values, as text columns."""
    frame = pl.DataFrame({"__one": [1]})
    for name, values in axes.items():
        frame = frame.join(pl.DataFrame({name: list(values)}, schema={name: pl.String}), how="cross")
    return frame.drop("__one")


def fill(cells: pl.DataFrame, counts: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The grid ``cells`` with the summed ``names`` of ``counts``, zero where there is none."""
    keys = cells.columns
    summed = counts.group_by(keys).agg(pl.col(n).sum().cast(pl.Int64) for n in names)
    return cells.join(summed, on=keys, how="left").with_columns(pl.col(n).fill_null(0) for n in names)
