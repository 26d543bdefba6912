"""Station *dwellings*: which addresses of this office name one home, and the key of each.

A key is a keyed hash of the dwelling's founding record, minted once; when dwellings merge or split,
``dwelling_alias`` says so, and every key that was ever published resolves.
"""

from __future__ import annotations

import polars as pl

from assets.context import RunContext, StationReport
from assets.store.keys import Purpose
from quality.dwellings import resolve
from sources.contract import contracts
from sources.offices import feeds_of

COLUMNS = (
    "addr_township", "addr_community", "addr_group", "addr_road", "addr_number", "addr_estate",
    "addr_building", "addr_unit", "addr_room",
)  # fmt: skip


def ranked(ctx: RunContext) -> None:
    """Table ``ranking(rid, rank)``: records by first day, feed and record id; the same in any order of arrival."""
    ctx.con.execute(
        """CREATE OR REPLACE TEMP TABLE ranking AS
           SELECT rid, row_number() OVER (ORDER BY first_day, feed, record_id) AS rank FROM record
           WHERE feed NOT IN ('areas', 'verifications')"""
    )


def _addresses(ctx: RunContext) -> pl.DataFrame | None:
    """Every address of this office: rid, rank, feed, record_id, house_id, community_code and the elements."""
    feeds = [c for c in contracts().values() if c.feed in feeds_of(ctx.office) and c.has("address")]
    if not feeds:
        return None
    parts = [
        f"""SELECT k.rid, k.rank, c.feed, c.record_id, {"c.house_id" if f.has("house_id") else "NULL::VARCHAR"} AS house_id,
            c.community_code, {", ".join("c." + name for name in COLUMNS)}
            FROM cur_{f.feed} c JOIN ranking k USING (rid)"""
        for f in feeds
    ]
    return ctx.con.sql(" UNION ALL ".join(parts) + " ORDER BY 2").pl()


def _founders(ctx: RunContext, rids: list[int]) -> pl.DataFrame:
    """Dwelling keys of founding records (rid, dwelling_key)."""
    ctx.con.register("founder", pl.DataFrame({"rid": rids}, schema={"rid": pl.Int64}).to_arrow())
    rows = ctx.con.sql("SELECT rid, feed, record_id FROM record JOIN founder USING (rid) ORDER BY rid").pl()
    ctx.con.unregister("founder")
    keys = ctx.keys.keyed_ids("D", Purpose.DWELLING_KEY, rows["feed"], rows["record_id"])
    return rows.select("rid").with_columns(keys.alias("dwelling_key"))


ALIASES = """
INSERT INTO dwelling_alias
WITH moved AS (  -- where did the records of each key go that is no longer a dwelling's, or whose founder moved?
  SELECT o.dwelling_key AS old_key, n.dwelling_key AS current_key, count(*) AS n, min(k.rank) AS first_rank
  FROM old_member o JOIN dwelling_member n USING (rid) JOIN ranking k USING (rid)
  WHERE o.dwelling_key <> n.dwelling_key GROUP BY o.dwelling_key, n.dwelling_key
), known AS (SELECT DISTINCT dwelling_key FROM dwelling_member)
SELECT old_key, current_key,
       CASE WHEN old_key IN (SELECT dwelling_key FROM known) THEN 'split' ELSE 'merge' END, $run, $day
FROM moved
QUALIFY row_number() OVER (PARTITION BY old_key,
  CASE WHEN old_key IN (SELECT dwelling_key FROM known) THEN current_key END ORDER BY first_rank) = 1
"""


def station(ctx: RunContext) -> StationReport:
    """Resolve all addresses of this office and keep their keys; a no-op where no feed has an address."""
    if not ctx.records_changed:
        return StationReport({"skipped": "no record changed"})
    ranked(ctx)
    addresses = _addresses(ctx)
    if addresses is None or addresses.is_empty():
        return StationReport({"dwellings": 0})
    found = resolve(addresses)
    ctx.con.execute(
        "CREATE OR REPLACE TEMP TABLE old_member AS SELECT rid, dwelling_key FROM dwelling_member"
    )
    founders = found.members["dwelling"].unique().drop_nulls().to_list()
    keys = _founders(ctx, founders)
    con = ctx.con
    con.register("member_rows", found.members.to_arrow())
    con.register("part_rows", found.parts.to_arrow())
    con.register("level_rows", found.levels.to_arrow())
    con.register("key_rows", keys.to_arrow())
    con.execute("DELETE FROM dwelling_member; DELETE FROM dwelling; DELETE FROM dwelling_part")
    con.execute(
        """INSERT INTO dwelling_member SELECT m.rid, k.dwelling_key, m.conflict
           FROM member_rows m JOIN key_rows k ON k.rid = m.dwelling"""
    )
    con.execute(
        """INSERT INTO dwelling SELECT k.dwelling_key, k.rid, NULL, l.level
           FROM key_rows k LEFT JOIN level_rows l ON l.dwelling = k.rid"""
    )
    con.execute(
        """INSERT INTO dwelling_part SELECT a.dwelling_key, b.dwelling_key FROM part_rows p
           JOIN key_rows a ON a.rid = p.dwelling JOIN key_rows b ON b.rid = p.whole"""
    )
    for name in ("member_rows", "part_rows", "level_rows", "key_rows"):
        con.unregister(name)
    _place(ctx)
    if con.execute("SELECT 1 FROM old_member LIMIT 1").fetchone():
        con.execute(ALIASES, {"run": ctx.run_id, "day": ctx.as_of})
    return StationReport({"dwellings": len(founders), "addresses": addresses.height})


def _place(ctx: RunContext) -> None:
    """A dwelling's area: the community that most of its records name (ties: the smaller code)."""
    feeds = [c.feed for c in contracts().values() if c.feed in feeds_of(ctx.office) and c.has("address")]
    named = " UNION ALL ".join(f"SELECT rid, community_code FROM cur_{feed}" for feed in feeds)
    ctx.con.execute(
        f"""UPDATE dwelling SET area_code = v.community_code FROM (
              SELECT m.dwelling_key, c.community_code FROM dwelling_member m JOIN ({named}) c USING (rid)
              WHERE c.community_code IS NOT NULL GROUP BY m.dwelling_key, c.community_code
              QUALIFY row_number() OVER (PARTITION BY m.dwelling_key ORDER BY count(*) DESC, c.community_code) = 1) v
            WHERE dwelling.dwelling_key = v.dwelling_key"""
    )
