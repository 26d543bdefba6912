"""Station *persons*: which records of this office are of one person.

Persons are matched within one office and nowhere else; the person's key is the surrogate of its
founding record and never leaves the working database.
"""

from __future__ import annotations

import polars as pl

from assets.context import RunContext, StationReport
from assets.stations.decisions import asked_again, judgements
from assets.store.keys import Purpose
from quality.matching import default_model, link
from quality.schema import typed_columns
from sources.contract import contracts
from sources.offices import feeds_of

PEOPLE = {
    "name": "VARCHAR", "name_key": "VARCHAR", "sex": "VARCHAR", "id_number": "VARCHAR", "id_kind": "VARCHAR",
    "id_state": "VARCHAR", "id_birth": "DATE", "id_sex": "VARCHAR", "birth_date": "DATE", "birth_precision": "VARCHAR",
    "phone": "VARCHAR",
}  # fmt: skip


def _people(ctx: RunContext) -> pl.DataFrame | None:
    """One row a record that names a person: rid, rank, feed, the compared columns, dwelling (founding rid)."""
    parts = []
    for contract in contracts().values():
        if contract.feed not in feeds_of(ctx.office) or contract.role is None:
            continue
        has = typed_columns(contract)
        columns = ", ".join(f"c.{n}" if n in has else f"NULL::{t} AS {n}" for n, t in PEOPLE.items())
        parts.append(
            f"""SELECT k.rid, k.rank, c.feed, {columns}, d.founding_rid AS dwelling
                FROM cur_{contract.feed} c JOIN ranking k USING (rid)
                LEFT JOIN dwelling_member m USING (rid) LEFT JOIN dwelling d ON d.dwelling_key = m.dwelling_key
                WHERE c.name_key IS NOT NULL OR c.id_number IS NOT NULL"""
        )
    return ctx.con.sql(" UNION ALL ".join(parts) + " ORDER BY 2").pl() if parts else None


def _keep_reviews(ctx: RunContext, review: pl.DataFrame) -> None:
    """Pairs for a clerk, each with a keyed id that stays the same while the pair is undecided."""
    ctx.con.execute("DELETE FROM review_pair")
    if review.is_empty():
        return
    ctx.con.register("review_rows", review.to_arrow())
    rows = ctx.con.sql(
        """SELECT v.rid_a, v.rid_b, v.agreement, v.weight,
             least(a.feed || ' ' || a.record_id, b.feed || ' ' || b.record_id) AS first_name,
             greatest(a.feed || ' ' || a.record_id, b.feed || ' ' || b.record_id) AS second_name
           FROM review_rows v JOIN record a ON a.rid = v.rid_a JOIN record b ON b.rid = v.rid_b"""
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
SELECT c.rid, c.other_rid, c.reason_code, coalesce(o.since, greatest(a.first_day, b.first_day, d.day))
FROM conflict_rows c JOIN record a ON a.rid = c.rid JOIN record b ON b.rid = c.other_rid
LEFT JOIN old_conflict o ON o.rid = c.rid AND o.other_rid = c.other_rid AND o.reason_code = c.reason_code
LEFT JOIN person_member m ON m.rid = c.rid AND c.reason_code = 'one_person_two_numbers'
LEFT JOIN (SELECT p.person, least(min(j.decided_on), $as_of) AS day FROM judgement j JOIN person_member p ON p.rid = j.rid_a
           WHERE j.verdict = 'same' GROUP BY p.person) d ON d.person = m.person
"""


def station(ctx: RunContext) -> StationReport:
    """Link this office's records to persons and keep links, pairs for review and conflicts of numbers."""
    if not ctx.records_changed:
        return StationReport({"skipped": "no record changed"})
    con = ctx.con
    people = _people(ctx)
    if people is None or people.is_empty():
        con.execute("DELETE FROM person_member; DELETE FROM person_link; DELETE FROM number_conflict")
        _keep_reviews(ctx, pl.DataFrame())
        return StationReport({"records": 0, "persons": 0})
    found = link(people, default_model(), judgements(ctx))
    con.execute("CREATE OR REPLACE TEMP TABLE old_conflict AS SELECT * FROM number_conflict")
    con.execute("DELETE FROM person_member; DELETE FROM person_link; DELETE FROM number_conflict")
    con.register("member_rows", found.members.to_arrow())
    con.register("link_rows", found.links.to_arrow())
    con.register("conflict_rows", found.number_conflicts.to_arrow())
    con.execute("INSERT INTO person_member SELECT rid, person FROM member_rows")
    con.execute("INSERT INTO person_link SELECT rid_a, rid_b, agreement, weight, decided_by FROM link_rows")
    con.execute(CONFLICTS, {"as_of": ctx.as_of})
    for name in ("member_rows", "link_rows", "conflict_rows"):
        con.unregister(name)
    _keep_reviews(ctx, asked_again(ctx, found.review))
    return StationReport(
        {"records": people.height, "links": found.links.height, "review": found.review.height,
         "number_conflicts": found.number_conflicts.height}
    )  # fmt: skip
