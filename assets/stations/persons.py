"""Station *persons*: which records of this office are of one person.

Persons are matched within one office and nowhere else; the person's key is the surrogate of its
founding record and never leaves the working database.
"""

from __future__ import annotations

import polars as pl

from assets.context import RunContext, StationReport
from assets.stations.decisions import asked_again, judgements, keep_setting, setting
from assets.stations.frames import as_tables
from assets.store.forgetting import MATCHER_MEMORY
from assets.store.keys import Purpose
from quality.by_rid import ByRid, moved_since
from quality.matching import Linkage, Memory, default_model, link, relink
from quality.schema import typed_columns
from sources.contract import FeedContract, contracts
from sources.offices import feeds_of

PEOPLE = {
    "name": "VARCHAR", "name_key": "VARCHAR", "sex": "VARCHAR", "id_number": "VARCHAR", "id_kind": "VARCHAR",
    "id_state": "VARCHAR", "id_birth": "DATE", "id_sex": "VARCHAR", "birth_date": "DATE", "birth_precision": "VARCHAR",
    "phone": "VARCHAR",
}  # fmt: skip


def _ledgers(ctx: RunContext) -> list[FeedContract]:
    """The feeds of this office that name persons."""
    return [c for c in contracts().values() if c.feed in feeds_of(ctx.office) and c.role is not None]


# A record's dwelling is named by that of its founding record.
CURRENT = """
SELECT s.rid, k.rank, s.content, a.dwelling FROM sighting s JOIN ranking k USING (rid)
LEFT JOIN address a USING (rid) WHERE s.is_current AND k.feed IN ({feeds})
"""


def _current(ctx: RunContext) -> pl.DataFrame:
    """rid, rank, content, dwelling of every record of these ledgers."""
    feeds = ", ".join(f"'{ledger.feed}'" for ledger in _ledgers(ctx))
    return ctx.con.sql(CURRENT.format(feeds=feeds)).pl()


def _people(ctx: RunContext, records: pl.DataFrame) -> pl.DataFrame:
    """Of ``records`` (rid, rank, content, dwelling) those that name a person, with feed and the compared columns."""
    parts = [
        f"""SELECT l.rid, l.rank, '{ledger.feed}' AS feed, {_values(ledger)}, l.content, l.dwelling
            FROM linking l JOIN typed_{ledger.feed} c ON c.rid = l.rid AND c.content = l.content
            WHERE c.name_key IS NOT NULL OR c.id_number IS NOT NULL"""
        for ledger in _ledgers(ctx)
    ]
    with as_tables(ctx.con, linking=records):
        return ctx.con.sql(" UNION ALL ".join(parts)).pl()


def _values(ledger: FeedContract) -> str:
    has = typed_columns(ledger)
    return ", ".join(f"c.{n}" if n in has else f"NULL::{t} AS {n}" for n, t in PEOPLE.items())


def _linked(ctx: RunContext) -> Linkage:
    """Persons, from what the last run remembered if that still holds, else from nothing; and what to remember now."""
    model, tag = default_model(), setting(ctx, MATCHER_MEMORY)
    current = _current(ctx)
    if ctx.anew or not tag:
        found = link(_people(ctx, current), model, judgements(ctx))
    else:

        def people_of(rids: pl.Series) -> pl.DataFrame:
            return _people(ctx, current.filter(pl.col("rid").is_in(rids.implode())))

        frames = {name: ctx.con.sql(f"SELECT * FROM {name}").pl() for name in ("match_row", "match_pair")}
        found = relink(Memory.from_frames(frames, tag), current, people_of, model, judgements(ctx))
    _remember(ctx, found.memory)
    return found


def _remember(ctx: RunContext, memory: Memory) -> None:
    kept = memory.to_frames()
    rows = kept["match_row"].join(memory.written.alias("rid").to_frame(), on="rid", how="semi")
    frames = {
        "written": memory.written.alias("rid").to_frame(),
        "row_frame": rows,
        "pair_frame": kept["match_pair"],
    }
    # Where all rows were made anew, those of records that name nobody any more have to go with the others.
    of_those = "" if rows.height == kept["match_row"].height else "WHERE rid IN (SELECT rid FROM written)"
    with as_tables(ctx.con, **frames):
        ctx.con.execute(f"DELETE FROM match_row {of_those}")
        ctx.con.execute("INSERT INTO match_row BY NAME SELECT * FROM row_frame")
        ctx.con.execute("DELETE FROM match_pair")
        ctx.con.execute("INSERT INTO match_pair BY NAME SELECT * FROM pair_frame")
    keep_setting(ctx, MATCHER_MEMORY, memory.tag)


def _keep_reviews(ctx: RunContext, review: pl.DataFrame) -> None:
    """Pairs for a clerk, each with a keyed id that stays the same while the pair is undecided."""
    ctx.con.execute("DELETE FROM review_pair")
    if review.is_empty():
        return
    ctx.con.register("review_rows", review.to_arrow())
    rows = ctx.con.sql(
        """WITH some_record AS MATERIALIZED (
             SELECT rid, feed, record_id FROM record
             WHERE rid IN (SELECT rid_a FROM review_rows UNION SELECT rid_b FROM review_rows))
           SELECT v.rid_a, v.rid_b, v.agreement, v.weight,
             least(a.feed || ' ' || a.record_id, b.feed || ' ' || b.record_id) AS first_name,
             greatest(a.feed || ' ' || a.record_id, b.feed || ' ' || b.record_id) AS second_name
           FROM review_rows v JOIN some_record a ON a.rid = v.rid_a JOIN some_record b ON b.rid = v.rid_b"""
    ).pl()
    ctx.con.unregister("review_rows")
    ids = ctx.keys.keyed_ids("P", Purpose.PAIR_ID, rows["first_name"], rows["second_name"])
    ctx.con.register("pair_rows", rows.with_columns(ids.alias("pair_id")).to_arrow())
    ctx.con.execute(
        """INSERT INTO review_pair SELECT pair_id, rid_a, rid_b, agreement, weight,
             CASE WHEN EXISTS (FROM judgement j WHERE j.verdict = 'unsure' AND j.rid_a = least(p.rid_a, p.rid_b)
               AND j.rid_b = greatest(p.rid_a, p.rid_b)) THEN 'unsure' ELSE 'undecided' END FROM pair_rows p"""
    )
    ctx.con.unregister("pair_rows")


# A clerk's merge of differing numbers is a conflict since the merge; one number on several people since both rows came.
CONFLICTS = """
INSERT INTO number_conflict
WITH several AS (SELECT rid FROM conflict_rows WHERE reason_code = 'one_person_two_numbers'
                 UNION SELECT rid_a FROM judgement WHERE verdict = 'same'),
person_of AS MATERIALIZED (FROM person_member WHERE rid IN (FROM several)),
day_of AS MATERIALIZED (SELECT rid, first_day FROM record
                        WHERE rid IN (SELECT rid FROM conflict_rows UNION SELECT other_rid FROM conflict_rows))
SELECT c.rid, c.other_rid, c.reason_code, coalesce(o.since, greatest(a.first_day, b.first_day, d.day))
FROM conflict_rows c JOIN day_of a ON a.rid = c.rid JOIN day_of b ON b.rid = c.other_rid
LEFT JOIN old_conflict o ON o.rid = c.rid AND o.other_rid = c.other_rid AND o.reason_code = c.reason_code
LEFT JOIN person_of m ON m.rid = c.rid AND c.reason_code = 'one_person_two_numbers'
LEFT JOIN (SELECT p.person, least(min(j.decided_on), $as_of) AS day FROM judgement j JOIN person_of p ON p.rid = j.rid_a
           WHERE j.verdict = 'same' GROUP BY p.person) d ON d.person = m.person
"""


def _other_members(ctx: RunContext, members: pl.DataFrame) -> pl.DataFrame:
    """rid, person of the records whose person is not the one that is kept; person null where a record has none now."""
    kept = ctx.con.sql("SELECT rid, person FROM person_member").pl()
    others = members.filter(
        pl.Series(moved_since(members, kept, ByRid(kept["rid"]).of(members["rid"]), ("person",)))
    )
    gone = kept.filter(pl.Series(ByRid(members["rid"]).of(kept["rid"]) < 0))
    return pl.concat([others, gone.with_columns(person=pl.lit(None, pl.Int64))])


def _keep(ctx: RunContext, found: Linkage) -> None:
    """Write what differs from what is kept of persons, links and conflicts of numbers."""
    con = ctx.con
    con.execute("CREATE OR REPLACE TEMP TABLE old_conflict AS SELECT * FROM number_conflict")
    con.execute("DELETE FROM person_link; DELETE FROM number_conflict")
    frames = {
        "other_member": _other_members(ctx, found.members),
        "link_rows": found.links,
        "conflict_rows": found.number_conflicts,
    }
    with as_tables(con, **frames):
        con.execute("DELETE FROM person_member WHERE rid IN (SELECT rid FROM other_member)")
        con.execute("INSERT INTO person_member SELECT rid, person FROM other_member WHERE person IS NOT NULL")
        con.execute(
            "INSERT INTO person_link SELECT rid_a, rid_b, agreement, weight, decided_by FROM link_rows"
        )
        con.execute(CONFLICTS, {"as_of": ctx.as_of})


def station(ctx: RunContext) -> StationReport:
    """Link this office's records to persons and keep links, pairs for review and conflicts of numbers."""
    if not ctx.records_changed or not _ledgers(ctx):
        return StationReport({"skipped": "no record changed"})
    found = _linked(ctx)
    _keep(ctx, found)
    _keep_reviews(ctx, asked_again(ctx, found.review))
    return StationReport(
        {"records": found.members.height, "links": found.links.height, "review": found.review.height,
         "number_conflicts": found.number_conflicts.height, "pairs_compared": _compared(found)}
    )  # fmt: skip


def _compared(found: Linkage) -> int:
    pairs = found.report["pairs_compared"]
    return pairs if isinstance(pairs, int) else 0
