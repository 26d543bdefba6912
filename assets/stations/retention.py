"""Time ends things (contract, 7.7): superseded versions, closed cases, ended requests and consents go.

Runs after the exceptions, so that nothing goes that today's answer still rests on. What is left is a
tombstone: what kind, how many, a hash.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from assets.context import RunContext
from assets.stations.forgetting import forget_records, tombstone
from assets.store import held
from assets.store.forgetting import digests, forget_cases
from assets.store.schema import office_contracts

# The first time the current content was seen is kept: since when a finding has held is counted from it.
# Only records that have a version as old as that are looked at: in most runs there is none.
OLD_VERSIONS = """
CREATE OR REPLACE TEMP TABLE old_sighting AS
WITH former AS MATERIALIZED (
  SELECT rid, content FROM sighting WHERE NOT is_current AND file_day < $day
), seen AS MATERIALIZED (
  FROM sighting WHERE rid IN (SELECT rid FROM former)
), now AS (SELECT rid, content FROM seen WHERE is_current)
SELECT rid, delivery_id, row_number FROM (
  SELECT s.*, lead(s.file_day) OVER (PARTITION BY s.rid
    ORDER BY s.version_on, s.file_day, d.mode = 'delta', d.file_name, s.row_number) AS superseded_on,
    s.content = now.content AND row_number() OVER (PARTITION BY s.rid, s.content
      ORDER BY s.file_day, s.delivery_id, s.row_number) = 1 AS first_of_current
  FROM seen s JOIN delivery d USING (delivery_id)
  LEFT JOIN now USING (rid)
  WHERE s.rid IN (SELECT o.rid FROM former o LEFT JOIN now USING (rid)
                  GROUP BY o.rid HAVING count(*) > 1 OR bool_or(o.content IS DISTINCT FROM now.content)))
WHERE NOT is_current AND superseded_on < $day AND first_of_current IS DISTINCT FROM true
"""

# Since when something holds may be told by what goes now: the next run works out the facts of these records anew.
DUE = """
INSERT INTO facts_due
SELECT DISTINCT rid FROM old_sighting
UNION SELECT r.rid FROM rejected j JOIN delivery d USING (delivery_id) JOIN record r ON r.feed = j.feed AND r.record_id = j.record_id
WHERE d.file_day < $day
"""


def _versions(ctx: RunContext) -> int:
    """Delete versions that were superseded longer ago than the profile keeps them, and rejected rows as old."""
    con, day = ctx.con, ctx.as_of - timedelta(days=ctx.profile.superseded_days)
    con.execute(OLD_VERSIONS, {"day": day})
    row = con.execute("SELECT count(*) FROM old_sighting").fetchone()
    n = int(row[0]) if row else 0
    con.execute(DUE, {"day": day})
    if n:
        con.execute(
            """DELETE FROM sighting WHERE NOT is_current
                 AND (rid, delivery_id, row_number) IN (SELECT (rid, delivery_id, row_number) FROM old_sighting)"""
        )
        kept = "(rid, content) NOT IN (SELECT (rid, content) FROM sighting WHERE rid IN (SELECT rid FROM old_sighting))"
        for contract in office_contracts(ctx.office):
            for table in (f"raw_{contract.feed}", f"typed_{contract.feed}"):
                con.execute(f"DELETE FROM {table} WHERE rid IN (SELECT rid FROM old_sighting) AND {kept}")
        con.execute(f"DELETE FROM issue WHERE rid IN (SELECT rid FROM old_sighting) AND {kept}")
        held.renew(con, ctx.office, "old_sighting")
        tombstone(ctx, "superseded_version", "", [str(i) for i in range(n)])
    rejected = con.execute(
        """DELETE FROM rejected WHERE delivery_id IN (SELECT delivery_id FROM delivery WHERE file_day < ?)
           RETURNING 1""",
        [day],
    ).fetchall()
    ctx.outdated = ctx.outdated or n + len(rejected) > 0
    return n


def _cases(ctx: RunContext) -> int:
    """Delete cases that were closed longer ago than the profile keeps them and that no finding of today is about."""
    day = ctx.as_of - timedelta(days=ctx.profile.closed_exception_days)
    rows = ctx.con.execute(
        """SELECT rule_code, list(exception_id) FROM exception_case c WHERE closed_on < ?
             AND NOT EXISTS (FROM finding f WHERE f.rule_code = c.rule_code AND f.rid IS NOT DISTINCT FROM c.rid
                             AND f.dwelling_key IS NOT DISTINCT FROM c.dwelling_key)
           GROUP BY rule_code""",
        [day],
    ).fetchall()
    for code, ids in rows:
        ctx.gone_words |= forget_cases(ctx.con, ids)
        tombstone(ctx, "closed_exception", code, ids)
        ctx.purged = True
    return sum(len(ids) for _, ids in rows)


def _history(ctx: RunContext) -> int:
    """Delete how cases stood before changes that are older than superseded versions are kept; how many rows."""
    day = ctx.as_of - timedelta(days=ctx.profile.superseded_days)
    rows = ctx.con.execute(
        "DELETE FROM case_state WHERE until_on <= ? RETURNING exception_id || '/' || from_on::VARCHAR", [day]
    ).fetchall()
    tombstone(ctx, "case_history", "", [str(row[0]) for row in rows])
    ctx.outdated = ctx.outdated or bool(rows)
    return len(rows)


ENDED = {
    # counted from the day it ended or the day its first file came, whichever is later: what an office delivers
    # today is not gone today, and nothing of a file is lost on the day it is loaded
    "housing": (
        "ended_request",
        """SELECT c.rid, c.record_id FROM cur_requests c JOIN rv_requests v USING (rid)
           WHERE greatest(least(v.consent_end, c.withdrawn_consent_on, c.withdrawn_on), c.first_day) < $day""",
    ),
    # an enrolment is also a notice's acknowledgement: it stays while RP-01 may still ask for one; one that the
    # office has not closed (在册) stays too, for RP-07 asks the office to close it; its identity is long gone
    "aftercare": (
        "ended_consent",
        """SELECT c.rid, c.record_id FROM cur_assistance_enrolment c
           WHERE (c.status <> '在册' OR c.withdrawn_on IS NOT NULL)
             AND greatest(coalesce(c.ended_on, c.withdrawn_on, c.consent_until, c.received_on), c.first_day) < $day
             AND NOT EXISTS (FROM cur_released_persons p WHERE p.record_id = c.notice_no
                             AND p.released_on + $notice_days::INTEGER >= $as_of)""",
    ),
}


def _ended(ctx: RunContext) -> int:
    """Delete requests and enrolments that ended longer ago than the profile keeps them."""
    if ctx.office not in ENDED:
        return 0
    kind, sql = ENDED[ctx.office]
    days = ctx.profile.ended_request_days if ctx.office == "housing" else ctx.profile.ended_consent_days
    values = {
        "day": ctx.as_of - timedelta(days=days),
        "as_of": ctx.as_of,
        "notice_days": ctx.profile.notice_due_days,
    }
    rows = ctx.con.execute(sql, {k: v for k, v in values.items() if f"${k}" in sql}).fetchall()
    forget_records(ctx, [int(r[0]) for r in rows], kind)
    if ctx.office == "housing":
        _forget_taken_up(ctx)
    return len(rows)


def _forget_taken_up(ctx: RunContext) -> None:
    """Residence's mail goes on naming a request after it was deleted here: its number is not kept again."""
    gone = ctx.con.execute("SELECT digest FROM tombstone WHERE kind = 'ended_request'").fetchall()
    if not gone:
        return
    named = ctx.con.sql(
        "SELECT request_id FROM request_taken_up WHERE request_id NOT IN (SELECT record_id FROM record WHERE feed = 'requests')"
    ).pl()
    hashes = digests(
        ctx.keys,
        "ended_request",
        pl.Series(["requests"] * named.height, dtype=pl.String),
        named["request_id"],
    )
    numbers = named.filter(hashes.is_in([digest for (digest,) in gone]))["request_id"].to_list()
    if numbers:
        ctx.con.execute(
            "DELETE FROM request_taken_up WHERE request_id IN (SELECT unnest($ids::VARCHAR[]))",
            {"ids": numbers},
        )


def apply(ctx: RunContext) -> dict[str, int]:
    """Delete what has ended; how much of each kind."""
    return {
        "old_versions": _versions(ctx),
        "old_cases": _cases(ctx),
        "old_history": _history(ctx),
        "ended": _ended(ctx),
    }
