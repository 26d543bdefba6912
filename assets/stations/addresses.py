"""The addresses of an office's records, kept between runs: each is prepared once, when its row is new.

Here: the table ``address``, brought up to the records of today. Not here: which addresses are one dwelling (the
station dwellings, `quality.dwellings`). Where the table does not fit the dwellings that are kept (a home of an
earlier version, a record that was forgotten), or the program is another, it is filled anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl

from assets.context import RunContext
from assets.stations.decisions import keep_setting, setting
from assets.stations.frames import as_tables
from quality.by_rid import ByRid
from quality.dwellings import KEPT, PLACE, places, prepare
from quality.schema import ADDRESS_COLUMNS
from sources.contract import FeedContract, contracts
from sources.offices import feeds_of

PREPARED = tuple(c for c in KEPT if c not in PLACE)
"""Columns of a prepared address; the texts of its place are looked up by ``place``."""
BEFORE = {"was_dwelling": pl.Int64, "was_site": pl.UInt64, "was_conflict": pl.Boolean}
_COUNT = "addresses_kept"


@dataclass(frozen=True)
class Addresses:
    """``now``: rid, rank, content, first_day, what is prepared, ``fresh`` (not in the table), and what the last run
    found of the record (``was_dwelling``, ``was_site``, ``was_conflict``; null if nothing).
    ``lost``: rid and the same of records that had an address. ``places``: of all. ``anew``: nothing is taken over."""

    now: pl.DataFrame
    lost: pl.DataFrame
    places: pl.DataFrame
    anew: bool


def address_feeds(ctx: RunContext) -> list[FeedContract]:
    """The feeds of this office whose rows have an address."""
    return [c for c in contracts().values() if c.feed in feeds_of(ctx.office) and c.has("address")]


def _fits(ctx: RunContext) -> bool:
    """Whether the table has what the last run left: its rows, their dwellings and founding records."""
    row = ctx.con.execute(
        """SELECT count(*)::VARCHAR, count(dwelling) - (SELECT count(*) FROM dwelling_member),
             count(*) FILTER (dwelling = rid) - (SELECT count(*) FROM dwelling) FROM address"""
    ).fetchone()
    return row == (setting(ctx, _COUNT, "0"), 0, 0)


# Rows that are not the ones that were resolved: of a record that is new, changed, gone, or known from another day.
STEP = """
CREATE OR REPLACE TEMP TABLE address_step AS
WITH today AS (
  SELECT s.rid, s.content, r.first_day FROM sighting s JOIN ranking r USING (rid)
  WHERE s.is_current AND list_contains($feeds, r.feed))
SELECT rid, t.content, t.first_day, t.content IS NOT NULL AS fresh
FROM today t FULL JOIN address a USING (rid)
WHERE a.content IS DISTINCT FROM t.content OR a.first_day IS DISTINCT FROM t.first_day
"""


def _fresh(ctx: RunContext, feeds: list[FeedContract]) -> pl.DataFrame:
    """The addresses that are to be prepared: rid, rank, content, first_day and `KEPT`."""
    parts = [
        f"""SELECT t.rid, k.rank, f.content, f.first_day, '{c.feed}' AS feed, t.record_id,
              {"t.house_id" if c.has("house_id") else "NULL::VARCHAR"} AS house_id, t.community_code,
              {", ".join(f"t.{name}" for name in ADDRESS_COLUMNS)}
            FROM typed_{c.feed} t JOIN address_step f USING (rid, content) JOIN ranking k USING (rid) WHERE f.fresh"""
        for c in feeds
    ]
    rows = prepare(ctx.con.sql(" UNION ALL ".join(parts)).pl())
    return rows.select("rid", "rank", "content", "first_day", *KEPT)


def _kept(con: duckdb.DuckDBPyConnection) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The addresses that are as they were, and what the last run found of those in ``address_step``, whose rows leave
    the table."""
    kept = con.sql(f"SELECT * EXCLUDE ({', '.join(PLACE)}) FROM address").pl()
    kept = kept.rename({c.removeprefix("was_"): c for c in BEFORE})
    step = con.sql("SELECT rid FROM address_step").pl()
    con.execute("DELETE FROM address WHERE rid IN (SELECT rid FROM address_step)")
    stays = pl.Series(ByRid(step["rid"]).of(kept["rid"]) < 0)
    same = kept.filter(stays)
    ranking = con.sql("SELECT rid, rank FROM ranking").pl()
    rank = ranking["rank"].gather(ByRid(ranking["rid"]).of(same["rid"]))
    same = same.select("rid", rank.alias("rank"), "content", "first_day", *PREPARED, *BEFORE)
    return same, kept.filter(~stays).select("rid", *BEFORE)


def _places(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    names = ", ".join(f"any_value({c}) AS {c}" for c in PLACE)
    return con.sql(f"SELECT place, {names}, count(*) AS records FROM address GROUP BY place").pl()


def todays_addresses(ctx: RunContext, feeds: list[FeedContract]) -> Addresses | None:
    """All addresses of today; None if none of them is new, gone or known from another day than in the last run."""
    anew = ctx.anew or not _fits(ctx)
    if anew:
        ctx.con.execute("DELETE FROM address")
    ctx.con.execute(STEP, {"feeds": [c.feed for c in feeds]})
    if not anew and not ctx.con.execute("SELECT 1 FROM address_step LIMIT 1").fetchone():
        return None
    same, before = _kept(ctx.con)
    fresh = _fresh(ctx, feeds)
    found = pl.concat([_places(ctx.con).cast({"records": pl.UInt32}), places(fresh)])
    now = pl.concat(
        [
            same.with_columns(fresh=pl.lit(False)),
            fresh.drop(PLACE).join(before, on="rid", how="left").with_columns(fresh=pl.lit(True)),
        ]
    )
    lost = before.join(fresh, on="rid", how="anti")
    return Addresses(now, lost, places(found), anew)


def keep_addresses(ctx: RunContext, rows: pl.DataFrame, home_places: pl.DataFrame, count: int) -> None:
    """Write addresses that are new or led elsewhere: rid, content, first_day, `PREPARED`, dwelling, site, conflict.

    ``count``: how many there are in all, by which the next run sees whether the table is as it was left.
    """
    whole = rows.join(home_places.select("place", *PLACE), on="place", how="left")
    with as_tables(ctx.con, address_rows=whole):
        ctx.con.execute("DELETE FROM address WHERE rid IN (SELECT rid FROM address_rows)")
        ctx.con.execute("INSERT INTO address BY NAME FROM address_rows")
    keep_setting(ctx, _COUNT, str(count))
