"""Station *dwellings*: which addresses of this office name one home, and the key of each.

A key is a keyed hash of the dwelling's founding record, minted once; when dwellings merge or split,
``dwelling_alias`` says so, and every key that was ever published resolves.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from assets.context import RunContext, StationReport
from assets.stations.addresses import (
    PREPARED,
    Addresses,
    address_feeds,
    keep_addresses,
    todays_addresses,
)
from assets.stations.frames import as_tables
from assets.store.keys import Purpose
from quality.by_rid import ByRid, moved_since
from quality.dwellings import level, located, majority, parts

RANKED = "feed NOT IN ('areas', 'verifications')"
# What the kept order does not have yet, and whether that stands behind everything it has.
RANK_STEP = """
CREATE OR REPLACE TEMP TABLE rank_step AS
SELECT rid, feed, first_day, record_id FROM record WHERE rid IN (SELECT rid FROM unranked)
"""
BEHIND = f"""
SELECT count(*) FILTER (first_day <= (SELECT max(first_day) FROM ranking)) = 0
   AND count(*) + (SELECT count(*) FROM ranking)
     = (SELECT count(*) FROM record WHERE {RANKED}) FROM rank_step
"""
RANK = """
INSERT INTO ranking
SELECT rid, feed, first_day, (SELECT coalesce(max(rank), 0) FROM ranking) + row_number() OVER (ORDER BY first_day, feed, record_id)
FROM rank_step
"""


def ranked(ctx: RunContext) -> None:
    """Table ``ranking(rid, feed, first_day, rank)``: records by first day, feed and record id; the same order in any
    order of arrival. It is made anew unless what is new came on a later day than everything it has."""
    _rank_step(ctx)
    row = ctx.con.execute(BEHIND).fetchone()
    if ctx.anew or row != (True,):
        ctx.con.execute("DELETE FROM ranking")
        _rank_step(ctx)
    ctx.con.execute(RANK)


def _rank_step(ctx: RunContext) -> None:
    now = ctx.con.sql(f"SELECT rid, first_day FROM record WHERE {RANKED}").pl()
    before = ctx.con.sql("SELECT rid, first_day FROM ranking").pl()
    moved = moved_since(now, before, ByRid(before["rid"]).of(now["rid"]), ("first_day",))
    with as_tables(ctx.con, unranked=now.select("rid").filter(pl.Series(moved))):
        ctx.con.execute(RANK_STEP)


@dataclass(frozen=True)
class Change:
    """What is to be written, as records' surrogates; a dwelling is named by that of its founding record.

    ``rows``: addresses that are new or led elsewhere. ``members``: rid, dwelling, conflict of those that have
    another dwelling or conflict than before; ``left``: rid of those and of records that have none any more.
    ``sites``: dwellings that are new, gone or at another site. ``touched``: these and all that records came to,
    left or named another area in.
    """

    rows: pl.DataFrame
    members: pl.DataFrame
    left: pl.DataFrame
    sites: pl.DataFrame
    touched: pl.DataFrame


def _differs(column: str) -> pl.Expr:
    return pl.col(column).ne_missing(pl.col(f"was_{column}"))


def change(now: pl.DataFrame, lost: pl.DataFrame) -> Change:
    """What differs from the last run. In: as in `Addresses`, ``now`` with dwelling, site and conflict of today."""
    founds = (pl.col("dwelling") == pl.col("rid")).fill_null(False)
    founded = (pl.col("was_dwelling") == pl.col("rid")).fill_null(False)
    rows = now.filter(pl.col("fresh") | _differs("dwelling") | _differs("conflict") | _differs("site"))
    members = rows.filter(_differs("dwelling") | _differs("conflict"))
    sites = pl.concat(
        [
            rows.filter((founds != founded) | (founds & _differs("site"))).select("rid"),
            lost.filter(founded).select("rid"),
        ]
    )
    touched = [rows["dwelling"], rows["was_dwelling"], lost["was_dwelling"], sites["rid"]]
    return Change(
        rows=rows,
        members=members.select("rid", "dwelling", "conflict").drop_nulls("dwelling"),
        left=pl.concat([members.select("rid"), lost.select("rid")]),
        sites=sites,
        touched=pl.DataFrame({"rid": pl.concat(touched).drop_nulls().unique()}),
    )


def _dwellings(now: pl.DataFrame, home_places: pl.DataFrame, touched: pl.DataFrame) -> pl.DataFrame:
    """Of the dwellings among ``touched`` that there are: rid, area_code, level.

    The area is the community code that most of its records name (ties: the smaller code).
    """
    records = (
        now.select("place", pl.col("dwelling").alias("rid"))
        .join(touched, on="rid", how="semi")
        .join(home_places.select("place", "community_code"), on="place", how="left")
        .with_columns(records=pl.lit(1, pl.UInt32))
    )
    areas = majority(records, "rid", "community_code").rename({"community_code": "area_code"})
    founding = now.filter(pl.col("dwelling") == pl.col("rid")).join(touched, on="rid", how="semi")
    return founding.select("rid", level().alias("level")).join(areas, on="rid", how="left")


def _keyed(ctx: RunContext, touched: pl.DataFrame) -> pl.DataFrame:
    """Dwelling keys of founding records (rid, dwelling_key): the same for one record, for ever."""
    with as_tables(ctx.con, founder=touched):
        rows = ctx.con.sql("SELECT rid, feed, record_id FROM record JOIN founder USING (rid)").pl()
    keys = ctx.keys.keyed_ids("D", Purpose.DWELLING_KEY, rows["feed"], rows["record_id"])
    return rows.select("rid").with_columns(keys.alias("dwelling_key"))


ALIASES = """
INSERT INTO dwelling_alias
WITH other AS MATERIALIZED (  -- where did the records of each key go that is no longer a dwelling's, or whose founder moved?
  SELECT o.rid, o.dwelling_key AS old_key, n.dwelling_key AS current_key
  FROM old_member o JOIN member_rows m ON m.rid = o.rid JOIN key_rows n ON n.rid = m.dwelling
  WHERE o.dwelling_key <> n.dwelling_key
), ranked AS MATERIALIZED (SELECT rid, rank FROM ranking WHERE rid IN (SELECT rid FROM other)),
moved AS (
  SELECT old_key, current_key, min(rank) AS first_rank FROM other JOIN ranked USING (rid) GROUP BY old_key, current_key
), known AS MATERIALIZED (SELECT dwelling_key FROM dwelling WHERE dwelling_key IN (SELECT old_key FROM other))
SELECT old_key, current_key,
       CASE WHEN old_key IN (SELECT dwelling_key FROM known) THEN 'split' ELSE 'merge' END, $run, $day
FROM moved
QUALIFY row_number() OVER (PARTITION BY old_key,
  CASE WHEN old_key IN (SELECT dwelling_key FROM known) THEN current_key END ORDER BY first_rank) = 1
"""

# Pairs of which neither end is new, gone or elsewhere are as they were.
WRITE = """
CREATE OR REPLACE TEMP TABLE gone_key AS
SELECT dwelling_key FROM dwelling WHERE founding_rid IN (SELECT rid FROM site_rows);
DELETE FROM dwelling_member WHERE rid IN (SELECT rid FROM left_rows);
DELETE FROM dwelling WHERE founding_rid IN (SELECT rid FROM key_rows);
DELETE FROM dwelling_part WHERE dwelling_key IN (FROM gone_key) OR whole_key IN (FROM gone_key);
INSERT INTO dwelling SELECT k.dwelling_key, k.rid, d.area_code, d.level FROM key_rows k JOIN dwelling_rows d USING (rid);
INSERT INTO dwelling_member SELECT m.rid, k.dwelling_key, m.conflict FROM member_rows m JOIN key_rows k ON k.rid = m.dwelling;
INSERT INTO dwelling_part SELECT a.dwelling_key, b.dwelling_key FROM part_rows p
JOIN dwelling a ON a.founding_rid = p.dwelling JOIN dwelling b ON b.founding_rid = p.whole
WHERE p.dwelling IN (SELECT rid FROM site_rows) OR p.whole IN (SELECT rid FROM site_rows)
"""


def _forget_old(ctx: RunContext, differs: Change, *, anew: bool) -> None:
    """Table ``old_member``: the keys that records had; everything goes where nothing is taken over."""
    some = "" if anew else " WHERE rid IN (SELECT rid FROM left_rows)"
    with as_tables(ctx.con, left_rows=differs.left):
        ctx.con.execute(
            f"CREATE OR REPLACE TEMP TABLE old_member AS SELECT rid, dwelling_key FROM dwelling_member{some}"
        )
    if anew:
        ctx.con.execute("DELETE FROM dwelling_member; DELETE FROM dwelling; DELETE FROM dwelling_part")


def _keep(ctx: RunContext, found: Addresses, now: pl.DataFrame) -> None:
    """Write what differs, and the aliases of keys that records have left."""
    differs = change(now, found.lost)
    _forget_old(ctx, differs, anew=found.anew)
    founding = now.filter(pl.col("dwelling") == pl.col("rid"))
    frames = {
        "left_rows": differs.left,
        "site_rows": differs.sites,
        "member_rows": differs.members,
        "key_rows": _keyed(ctx, differs.touched),
        "dwelling_rows": _dwellings(now, found.places, differs.touched),
        "part_rows": parts(founding),
    }
    with as_tables(ctx.con, **frames):
        ctx.con.execute(WRITE)
        if ctx.con.execute("SELECT 1 FROM old_member LIMIT 1").fetchone():
            ctx.con.execute(ALIASES, {"run": ctx.run_id, "day": ctx.as_of})
    as_prepared = found.now.select("rid", "content", "first_day", *PREPARED)
    rows = differs.rows.select("rid", "dwelling", "site", "conflict")
    keep_addresses(ctx, rows.join(as_prepared, on="rid"), found.places, now.height)


def station(ctx: RunContext) -> StationReport:
    """Resolve all addresses of this office and keep their keys; a no-op where no feed has an address."""
    if not ctx.records_changed:
        return StationReport({"skipped": "no record changed"})
    ranked(ctx)
    feeds = address_feeds(ctx)
    if not feeds:
        return StationReport({"dwellings": 0})
    found = todays_addresses(ctx, feeds)
    if found is not None:
        _keep(ctx, found, located(found.now, found.places))
    row = ctx.con.execute("SELECT (SELECT count(*) FROM dwelling), (SELECT count(*) FROM address)").fetchone()
    return StationReport(dict(zip(("dwellings", "addresses"), row or (0, 0), strict=True)))
