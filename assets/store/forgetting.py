"""Deleting from a working database: records whole, identities, what a seal reaches; and the list of what went.

Here: what works on a connection alone, so that a run, a backup generation and a restored backup forget in the
same way. Not here: when something has to go (the stations sealing and retention), files (`assets.store.purge`).

The list of deletions holds keyed hashes only: numbers that are sealed, and one tombstone for each record that
went. It lies outside the backups (`home/audit/forgotten.json` and beside each backup), so that restoring one
honours what was deleted after it was made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import duckdb
import polars as pl

from assets.store import held
from assets.store.keys import KeyRing, Purpose
from quality.schema import raw_columns, typed_columns
from quality.values.record_numbers import canonical
from sources.contract import contracts

IDENTITY = ("name", "id_number", "birth_date", "phone")
"""Columns of an enrolment that need the person's running consent."""
IDENTITY_ENDED = "consent_identity"
RECORD_KINDS = ("ended_request", "ended_consent", IDENTITY_ENDED)
"""Kinds of tombstones that are written one for each record, so that a restored backup can honour them."""
_NAMING = {"rid": "gone", "rid_a": "gone", "rid_b": "gone", "other_rid": "gone", "exception_id": "gone_case"}
"""Columns by which any table, of a later migration too, names a record or a case, and what went of them."""
ENROLMENT = "assistance_enrolment"
MATCHER_MEMORY = "matcher_memory"
"""Setting: what the matcher's memory was made with; empty or none if there is no memory to go by."""


_NAMES_GONE = """list_has_any(regexp_extract_all(details, '"((?:[^"\\\\]|\\\\.)+)"', 1), (SELECT list(word) FROM gone_word))"""
"""Whether a case's details, which may be about others, rest on a record that goes."""


@dataclass(frozen=True)
class Deletions:
    """``sealed``: (number hash, hash of the notice that caused it, lifted); ``forgotten``: (kind, digest, run)."""

    sealed: tuple[tuple[str, str | None, bool], ...]
    forgotten: tuple[tuple[str, str, int], ...]

    def dump(self) -> str:
        """The list as JSON, one line for each entry."""
        lines = [json.dumps(entry) for entry in (*self.sealed, *self.forgotten)]
        return "[\n" + ",\n".join(lines) + "\n]\n"


def parse_deletions(text: str) -> Deletions:
    """What `Deletions.dump` wrote; ValueError if it is something else."""
    entries = json.loads(text)
    if not isinstance(entries, list) or any(not isinstance(e, list) or len(e) != 3 for e in entries):
        raise ValueError("no list of deletions")
    sealed = tuple((str(a), None if b is None else str(b), c) for a, b, c in entries if isinstance(c, bool))
    forgotten = tuple((str(a), str(b), c) for a, b, c in entries if type(c) is int)
    if len(sealed) + len(forgotten) != len(entries):
        raise ValueError("no list of deletions")
    return Deletions(sealed, forgotten)


def deletions(con: duckdb.DuckDBPyConnection) -> Deletions:
    """The list as the working database has it."""
    sealed = con.execute("SELECT number_hash, cause_hash, lifted FROM suppressed ORDER BY ALL").fetchall()
    gone = con.execute(
        "SELECT DISTINCT kind, digest, run_id FROM tombstone WHERE list_contains($kinds, kind) ORDER BY ALL",
        {"kinds": list(RECORD_KINDS)},
    ).fetchall()
    return Deletions(
        tuple((str(a), b, bool(c)) for a, b, c in sealed), tuple((str(a), str(b), int(c)) for a, b, c in gone)
    )


def digests(keys: KeyRing, kind: str, feeds: pl.Series, record_ids: pl.Series) -> pl.Series:
    """Keyed hashes that stand for records in tombstones: they tell that it is this one, not which it is."""
    return keys.keyed_ids("T", Purpose.FORGOTTEN, [kind] * len(feeds), feeds, record_ids)


def number_hashes(keys: KeyRing, numbers: pl.Series, what: str = "notice") -> pl.Series:
    """Keyed hashes of canonical notice or enrolment numbers; null stays null."""
    hashes = keys.keyed_ids("S", Purpose.SEALED, [what] * len(numbers), numbers)
    return pl.select(pl.when(numbers.is_not_null()).then(hashes).otherwise(None).alias("h"))["h"]


def suppressed(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Hashes of the numbers that are sealed now."""
    return [row[0] for row in con.execute("SELECT number_hash FROM suppressed WHERE NOT lifted").fetchall()]


@cache
def _statements(name: str) -> tuple[str, ...]:
    text = (resources.files("assets.store") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    return tuple(s for s in text.split(";\n") if s.strip())


def forget_records(con: duckdb.DuckDBPyConnection, rids: Sequence[int]) -> set[str]:
    """Delete every trace of records: versions, rejected rows, links, cases, events, letters, answers to them.

    Whatever table has a column of record surrogates or case ids is cleared, so that a new one cannot be left out. Details of
    other cases that name a record that went are emptied; if they still hold, this run finds them anew. Returns
    the numbers and case ids that went, for exports that may list them. Delivery counts of their files stay.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE gone AS SELECT DISTINCT unnest($rids::BIGINT[]) AS rid",
        {"rids": list(rids)},
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE gone_case AS
           SELECT exception_id AS id FROM exception_case WHERE rid IN (FROM gone)
           UNION SELECT letter_id FROM letter WHERE rid IN (FROM gone)"""
    )
    return _forget(con)


def forget_cases(con: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> set[str]:
    """Delete cases with their events, their history and the answers to them; the ids that went."""
    con.execute("CREATE OR REPLACE TEMP TABLE gone (rid BIGINT)")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE gone_case AS SELECT DISTINCT unnest($ids::VARCHAR[]) AS id",
        {"ids": list(ids)},
    )
    return _forget(con)


def _forget(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Clear whatever names the records in `gone` and the cases in `gone_case`; the run's rule views (`rv_*`) too."""
    for statement in _statements("forget"):
        con.execute(statement)
    columns = con.execute(
        """SELECT table_name, column_name FROM duckdb_columns() JOIN duckdb_tables() USING (database_name, schema_name, table_name)
           WHERE (database_name = current_database() AND schema_name = 'main' OR temporary AND starts_with(table_name, 'rv_'))
             AND list_contains($columns, column_name)""",
        {"columns": [*_NAMING, "details"]},
    ).fetchall()
    if ("match_row", "rid") in columns:
        end_memory(con, "gone")
    for table, column in columns:
        if column == "details" and (table, "exception_id") in columns:
            con.execute(f"UPDATE {table} SET details = '{{}}' WHERE {_NAMES_GONE}")
    for table, column in columns:
        if column != "details":
            con.execute(f"DELETE FROM {table} WHERE {column} IN (FROM {_NAMING[column]})")
    return {row[0] for row in con.execute("SELECT word FROM gone_word WHERE word IS NOT NULL").fetchall()}


def forget_identity(con: duckdb.DuckDBPyConnection, rids: Sequence[int]) -> set[str]:
    """Delete the identity of these enrolments from every version and rejected row; the numbers of those that had any."""
    contract = contracts()[ENROLMENT]
    typed = [c for c in typed_columns(contract) if c.startswith(("name", "id_", "birth_", "phone"))]
    raw = [c for c in raw_columns(contract) if c in IDENTITY]
    con.execute(
        "CREATE OR REPLACE TEMP TABLE ended AS SELECT DISTINCT unnest($rids::BIGINT[]) AS rid",
        {"rids": list(rids)},
    )
    some = " OR ".join(f"{c} IS NOT NULL" for c in raw)
    some_rejected = " OR ".join(f"json_extract_string(j.raw, '$.{c}') IS NOT NULL" for c in raw)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE with_identity AS
            SELECT DISTINCT rid FROM raw_{ENROLMENT} WHERE rid IN (FROM ended) AND ({some})
            UNION SELECT r.rid FROM record r JOIN rejected j ON j.feed = r.feed AND j.record_id = r.record_id
            WHERE r.feed = '{ENROLMENT}' AND r.rid IN (FROM ended) AND ({some_rejected})"""
    )
    for table, columns in ((f"raw_{ENROLMENT}", raw), (f"typed_{ENROLMENT}", typed)):
        nulls = ", ".join(f"{c} = NULL" for c in columns)
        con.execute(f"UPDATE {table} SET {nulls} WHERE rid IN (FROM with_identity)")
    _forget_matching(con)
    held.renew(con, contract.office or "", "with_identity")
    without = "{" + ", ".join(f'"{c}": null' for c in raw) + "}"
    con.execute(
        f"""UPDATE rejected SET raw = json_merge_patch(raw, '{without}') WHERE feed = '{ENROLMENT}' AND record_id IN (
              SELECT record_id FROM record WHERE rid IN (FROM with_identity) AND feed = '{ENROLMENT}')"""
    )
    rows = con.execute("SELECT record_id FROM record WHERE rid IN (FROM with_identity)").fetchall()
    return {str(row[0]) for row in rows}


def _forget_matching(con: duckdb.DuckDBPyConnection) -> None:
    """What the matcher remembers of records in `with_identity`; a generation of before version 3 has no such tables."""
    columns = con.execute(
        """SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = current_database()
             AND schema_name = 'main' AND table_name IN ('match_row', 'match_pair') AND starts_with(column_name, 'rid')"""
    ).fetchall()
    if columns:
        end_memory(con, "with_identity")
    for table, column in columns:
        con.execute(f"DELETE FROM {table} WHERE {column} IN (FROM with_identity)")


def end_memory(con: duckdb.DuckDBPyConnection, rids: str) -> None:
    """Let the next linking begin anew if the matcher remembers a record in table ``rids``: a memory that has lost a row
    cannot tell any more who shared a phone or a key with it."""
    con.execute(
        f"DELETE FROM setting WHERE name = '{MATCHER_MEMORY}' AND EXISTS (FROM match_row WHERE rid IN (SELECT rid FROM {rids}))"
    )


def sealed_records(con: duckdb.DuckDBPyConnection, keys: KeyRing) -> list[int]:
    """Records held that a seal reaches: the notice itself, and enrolments that ever named it."""
    held = con.sql(
        f"""SELECT rid, 'notice' AS what, record_id AS number FROM record WHERE feed = 'released_persons'
            UNION ALL SELECT rid, 'notice', notice_no FROM typed_{ENROLMENT} WHERE notice_no IS NOT NULL
            UNION ALL SELECT rid, 'enrolment', record_id FROM record WHERE feed = '{ENROLMENT}'"""
    ).pl()
    return _matching(held, keys, suppressed(con))


def forget_sealed_rejections(con: duckdb.DuckDBPyConnection, keys: KeyRing) -> int:
    """Delete rejected rows of, or naming, a sealed notice; how many."""
    held = con.sql(
        f"""SELECT rowid AS rid, CASE feed WHEN 'released_persons' THEN 'notice' ELSE 'enrolment' END AS what,
              record_id AS number FROM rejected WHERE feed IN ('released_persons', '{ENROLMENT}') AND record_id IS NOT NULL
            UNION ALL SELECT rowid, 'notice', json_extract_string(raw, '$.notice_no') FROM rejected WHERE feed = '{ENROLMENT}'
              AND json_extract_string(raw, '$.notice_no') IS NOT NULL"""
    ).pl()
    rows = _matching(held.with_columns(canonical(held["number"]).alias("number")), keys, suppressed(con))
    if rows:
        con.execute("DELETE FROM rejected WHERE rowid IN (SELECT unnest($rows::BIGINT[]))", {"rows": rows})
    return len(rows)


def _matching(held: pl.DataFrame, keys: KeyRing, known: list[str]) -> list[int]:
    """Surrogates of rows (rid, what, number) whose number is among the known hashes."""
    if held.is_empty() or not known:
        return []
    found = [
        part.filter(number_hashes(keys, part["number"], str(what)).is_in(known))["rid"]
        for (what,), part in held.group_by("what", maintain_order=True)
    ]
    return pl.concat(found).unique().sort().to_list()


def reapply(con: duckdb.DuckDBPyConnection, keys: KeyRing, listed: Deletions, *, after_run: int) -> set[str]:
    """Delete from an older state of this home what was deleted after its run ``after_run``; what went by number.

    Seals are taken over whole: what is sealed now was perhaps not sealed then.
    """
    words: set[str] = set()
    if keys.office == "aftercare":
        con.execute("DELETE FROM suppressed")
        if listed.sealed:
            con.executemany("INSERT INTO suppressed VALUES (?, ?, ?)", [list(row) for row in listed.sealed])
        words |= forget_records(con, sealed_records(con, keys))
        forget_sealed_rejections(con, keys)
    later = [(kind, digest) for kind, digest, run in listed.forgotten if run > after_run]
    for kind in sorted({kind for kind, _ in later}):
        held = con.sql(
            "SELECT rid, feed, record_id FROM record WHERE feed IN ('requests', 'assistance_enrolment')"
        ).pl()
        went = digests(keys, kind, held["feed"], held["record_id"]).is_in([d for k, d in later if k == kind])
        rids = held.filter(went)["rid"].to_list()
        if rids:
            words |= forget_identity(con, rids) if kind == IDENTITY_ENDED else forget_records(con, rids)
    return words
