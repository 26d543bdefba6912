"""The last check: the finished published file, opened and read, value by value, against the working database.

Here: structure, the form of every value, own records only, days only from their declared source, details
leaf by leaf, no name, number or phone, no birth date under another name. All set-wise. Not here: what the
domains are (`assets.store.domains`, `assets.store.published`).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.store import forms, held
from assets.store.database import attach, quoted
from assets.store.details_check import Failure, details_failures
from assets.store.distinct import integers, repeated, same_once
from assets.store.domains import COMPARED
from assets.store.keys import KeyRing, Purpose
from assets.store.personal import bare, held_hashes, personal_among
from assets.store.published import published_tables
from assets.store.published_columns import PublishedTable
from assets.store.vocabulary import listed_headings, own_words
from sources.refused import load_refusals

_OWN_NUMBERS = {"own_record", "number"}
_OWN_ROW_TABLES = {"record", "rejected_record"}
"""The other tables' own record ids and request numbers are proved to be among these, so they need not be compared again."""

_KEY_SOURCES = (
    ("exception", "exception_id", "exception_case"),
    ("exception_event", "exception_id", "exception_case"),
    ("exception_history", "exception_id", "pub_exception"),
    ("answer", "exception_id", "exception_case"),
    ("answer", "letter_id", "letter"),
    ("match_review", "pair_id", "review_pair"),
    ("letter", "letter_id", "letter"),
)


def check_published(
    path: Path,
    keys: KeyRing,
    office: str,
    con: duckdb.DuckDBPyConnection,
    *,
    extra_refusals: Path | None = None,
    afresh: bool = False,
) -> list[Failure]:
    """Everything that is wrong with the finished file at ``path``; empty means that it may be linked.

    ``con``: the working database it was built from, also inside a transaction; temporary tables are left in it.
    ``afresh``: read every name and number again instead of trusting the hashes that are kept of them.
    """
    declared = published_tables(office)
    key = None if office == "statistics" else keys.database_key(Purpose.PUBLISHED_DB)
    file = _attached(con, path, key)
    failures = _structure(con, file, declared)
    if failures:
        return failures
    with _named(con, file, declared):
        failures += [f for table in declared.values() for f in _forms(con, table)]
        failures += _headings(con, extra_refusals)
        failures += _inner_references(con, declared)
        if office != "statistics":
            failures += _own_rows(con, declared, office)
            failures += _days(con, declared, office)
            failures += details_failures(con, office)
            # The ids that are published are those that are held only if nothing was found so far.
            afresh = afresh or bool(failures) or not held.is_kept(con, office)
            held_hashes(con, office, afresh=afresh)
            failures += _personal(con, declared, office, afresh=afresh)
    return failures


def _attached(con: duckdb.DuckDBPyConnection, path: Path, key: str | None) -> str:
    """Open the file on the working connection, read-only; the name it has there.

    It stays so until that connection closes: a transaction that has read a file does not let it go.
    """
    known = con.execute(
        "SELECT database_name FROM duckdb_databases() WHERE path = $path", {"path": str(path)}
    ).fetchone()
    if known:
        return str(known[0])
    name = f"finished_{secrets.token_hex(6)}"
    before = con.execute("SELECT current_database()").fetchone()
    attach(con, path, name, key, read_only=True)
    con.execute(f"USE {before[0] if before else 'memory'}")
    return name


@contextmanager
def _named(
    con: duckdb.DuckDBPyConnection, file: str, declared: Mapping[str, PublishedTable]
) -> Iterator[None]:
    """The file's tables as views pub_TABLE of the working connection."""
    for name in declared:
        con.execute(f"CREATE OR REPLACE TEMP VIEW pub_{name} AS FROM {file}.main.{name}")
    try:
        yield
    finally:
        for name in declared:
            con.execute(f"DROP VIEW IF EXISTS pub_{name}")


def _number(con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, object] | None = None) -> int:
    row = con.execute(sql, dict(parameters or {})).fetchone()
    return int(row[0]) if row else 0


def _failure(table: str, column: str, what: str, count: int) -> list[Failure]:
    return [Failure(table, column, what, count)] if count else []


def _structure(
    con: duckdb.DuckDBPyConnection, file: str, declared: Mapping[str, PublishedTable]
) -> list[Failure]:
    """Tables, columns, types and comments are those declared, and there is nothing else in the file."""
    held: dict[str, list[tuple[str, str, str]]] = {}
    for table, column, kind, comment in con.execute(
        f"""SELECT table_name, column_name, data_type, coalesce(comment, '') FROM duckdb_columns()
            WHERE database_name = '{file}' AND NOT internal ORDER BY table_name, column_index"""
    ).fetchall():
        held.setdefault(table, []).append((column, kind, comment))
    wanted = {name: [(c.name, c.type, c.comment) for c in table.columns] for name, table in declared.items()}
    failures = [
        Failure(name, "*", "table or columns are not as declared", 1)
        for name in sorted(held.keys() | wanted.keys())
        if held.get(name) != wanted.get(name)
    ]
    others = _number(
        con,
        f"""SELECT (SELECT count(*) FROM duckdb_views() WHERE database_name = '{file}' AND NOT internal)
             + (SELECT count(*) FROM duckdb_tables() WHERE database_name = '{file}' AND (schema_name <> 'main' OR comment IS NULL))
             + (SELECT count(*) FROM duckdb_functions() WHERE database_name = '{file}' AND NOT internal)
             + (SELECT count(*) FROM duckdb_types() WHERE database_name = '{file}' AND NOT internal)
             + (SELECT count(*) FROM duckdb_sequences() WHERE database_name = '{file}')""",
    )
    return failures + _failure("*", "*", "something besides commented tables in schema main", others)


def _forms(con: duckdb.DuckDBPyConnection, table: PublishedTable) -> list[Failure]:
    """Values outside the form of their domain, in one scan of the table."""
    outside = [(c.name, p) for c in table.columns if (p := c.domain.outside(c.name)) is not None]
    if not outside:
        return []
    counts = ", ".join(
        f"count(*) FILTER (WHERE {name} IS NOT NULL AND {predicate})" for name, predicate in outside
    )
    row = con.execute(f"SELECT {counts} FROM pub_{table.name}").fetchone() or ()
    return [
        Failure(table.name, name, "a value outside its closed domain", int(n))
        for (name, _), n in zip(outside, row, strict=True)
        if n
    ]


def _headings(con: duckdb.DuckDBPyConnection, extra: Path | None) -> list[Failure]:
    refusals = load_refusals(extra)
    known = {*listed_headings(), *(entry.text for entry in (*refusals.drop, *refusals.refuse))}
    told = con.execute(
        """SELECT heading, count(*) FROM (SELECT trim(unnest(string_split(refused_columns, ','))) AS heading FROM pub_delivery)
           GROUP BY heading"""
    ).fetchall()
    bad = sum(n for heading, n in told if heading not in known)
    return _failure("delivery", "refused_columns", "a heading that is not of the contract's lists", bad)


def _inner_references(
    con: duckdb.DuckDBPyConnection, declared: Mapping[str, PublishedTable]
) -> list[Failure]:
    failures = []
    for table in (t.name for t in declared.values() if t.has("run_id") and t.name != "run"):
        bad = _number(
            con, f"SELECT count(*) FROM pub_{table} WHERE run_id NOT IN (SELECT run_id FROM pub_run)"
        )
        failures += _failure(table, "run_id", "no run of this home", bad)
    return failures


def _own_rows(
    con: duckdb.DuckDBPyConnection, declared: Mapping[str, PublishedTable], office: str
) -> list[Failure]:
    """Record ids, request numbers and keys are this office's own; leaves the table renamed behind."""
    failures = _named_records(con, declared)
    for name, table in declared.items():
        for key in [c.name for c in table.columns if c.name in ("dwelling_key", "old_key", "current_key")]:
            failures += _dwelling_keys(con, name, key, office)
    rejected = "(SELECT file_name, row_number, shown_id FROM rejected JOIN delivery USING (delivery_id))"
    place = ("file_name", "row_number")
    what = "no rejected row of this office"
    failures += _missing(con, "rejected_record", (*place, "record_id"), rejected, (*place, "shown_id"), what)
    for name, key, source in _KEY_SOURCES:
        if name in declared:
            failures += _missing(con, name, (key,), source, (key,), "no key minted in this home")
    if "request" in declared:
        feed = "requests" if office == "housing" else "request_receipts"
        own = f"(SELECT shown_id FROM record WHERE feed = '{feed}')"
        failures += _missing(
            con, "request", ("request_id",), own, ("shown_id",), "no number that this office's own rows name"
        )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE renamed AS SELECT rid, shown_id FROM record WHERE shown_id IS DISTINCT FROM record_id"
    )
    file_row = f"regexp_full_match(shown_id, {quoted(f'({forms.FILE_NAME}|{forms.SHA256})#[0-9]+')})"
    odd = _number(con, f"SELECT count(*) FROM renamed WHERE NOT {file_row}")
    failures += _failure("record", "record_id", "shown neither as its own number nor as FILE#ROW", odd)
    return failures + _each_record(con)


def _named_records(con: duckdb.DuckDBPyConnection, declared: Mapping[str, PublishedTable]) -> list[Failure]:
    """Records that a table names beside its own rows, all tables at once."""
    pairs = [("feed", "record_id"), ("feed_a", "record_a"), ("feed_b", "record_b")]
    named = [
        f"SELECT '{name}' AS tbl, '{record}' AS col, {feed} AS feed, {record} AS shown_id FROM pub_{name}"
        for name, table in declared.items()
        for feed, record in pairs
        if table.has(feed, record) and name not in _OWN_ROW_TABLES
    ]
    bad = con.execute(
        f"""SELECT tbl, col, count(*) FROM ({" UNION ALL ".join(named)}) ANTI JOIN record USING (feed, shown_id)
            WHERE shown_id IS NOT NULL GROUP BY tbl, col ORDER BY tbl, col"""
    ).fetchall()
    return [Failure(table, column, "no record of this office", int(n)) for table, column, n in bad]


def _each_record(con: duckdb.DuckDBPyConnection) -> list[Failure]:
    """One row for each record held, as it is shown, and no other. Told by sorted hashes where those are the same and
    none repeats; only where they are not is everything compared."""
    own = "(FROM record WHERE feed NOT IN ('areas', 'verifications'))"
    shown = integers(con, "SELECT hash(feed, record_id) FROM pub_record WHERE record_id IS NOT NULL")
    held_rows = integers(con, f"SELECT hash(feed, shown_id) FROM {own}")
    count = _number(con, "SELECT count(*) FROM pub_record")
    if shown is not None and len(shown) == count and same_once(held_rows, shown):
        return []
    failures = _missing(
        con, "record", ("feed", "record_id"), "record", ("feed", "shown_id"), "no record of this office"
    )
    rows = repeated(con, "pub_record", "feed", "record_id") + _number(
        con, f"SELECT abs((SELECT count(*) FROM pub_record) - (SELECT count(*) FROM {own}))"
    )
    return failures + _failure("record", "*", "not one row for each record held", rows)


def _missing(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: tuple[str, ...],
    source: str,
    own: tuple[str, ...],
    what: str,
) -> list[Failure]:
    last = columns[-1]
    same = " AND ".join(f"p.{mine} = o.{theirs}" for mine, theirs in zip(columns, own, strict=True))
    bad = _number(
        con, f"SELECT count(*) FROM pub_{table} p ANTI JOIN {source} o ON {same} WHERE p.{last} IS NOT NULL"
    )
    return _failure(table, last, what, bad)


def _dwelling_keys(con: duckdb.DuckDBPyConnection, table: str, column: str, office: str) -> list[Failure]:
    if office != "housing":
        bad = _number(con, f"SELECT count({column}) FROM pub_{table}")
        return _failure(table, column, "a dwelling key outside the housing office", bad)
    known = """(SELECT dwelling_key AS k FROM dwelling UNION SELECT old_key FROM dwelling_alias
                UNION SELECT current_key FROM dwelling_alias)"""
    failures = _missing(con, table, (column,), known, ("k",), "no dwelling of this home")
    if table == "record":
        bad = _number(
            con,
            "SELECT count(dwelling_key) FROM pub_record WHERE feed NOT IN ('rental_housing', 'tenancies')",
        )
        failures += _failure(table, column, "a dwelling key on a request", bad)
    return failures


@dataclass(frozen=True)
class _DaySource:
    """Where the days of a published table come from: ``rows`` is SQL that gives ``key`` and ``days``, named as there."""

    table: str
    key: tuple[str, ...]
    days: tuple[str, ...]
    rows: str


_CASE_DAYS = ("opened_on", "due_on", "answer_by", "last_seen_on", "closed_on")
_DAY_SOURCES = (
    _DaySource("record", ("feed", "record_id"), ("withdrawn_on",), "SELECT feed, shown_id AS record_id, withdrawn_on FROM record"),
    _DaySource(
        "rejected_record", ("file_name", "row_number"), ("delivered_on",),
        "SELECT d.file_name, r.row_number, d.file_day AS delivered_on FROM rejected r JOIN delivery d USING (delivery_id)",
    ),
    _DaySource("dwelling_alias", ("old_key",), ("changed_on",), "FROM dwelling_alias"),
    _DaySource("run", ("run_id",), ("as_of",), "FROM run"),
    _DaySource("quality_metric", (), ("measured_on",), "SELECT as_of AS measured_on FROM run"),
    _DaySource("letter", ("letter_id",), ("offered_on", "until"), "FROM letter"),
    _DaySource("exception", ("exception_id",), (*_CASE_DAYS, "stands_since"), "FROM exception_case"),
    _DaySource("exception_history", ("exception_id", "from_on"), (*_CASE_DAYS, "until_on"), "FROM case_state"),
    _DaySource(
        "dispute", ("feed", "record_id", "field"), ("opened_on", "answer_by", "closed_on"),
        "SELECT r.feed, r.shown_id AS record_id, d.* FROM dispute d JOIN record r USING (rid)",
    ),
)  # fmt: skip
_CONSENT_DAYS = _DaySource(
    "request", ("request_id",), ("consented_on",), "SELECT shown_id AS request_id, consented_on FROM cur_requests"
)  # fmt: skip


def _days(
    con: duckdb.DuckDBPyConnection, declared: Mapping[str, PublishedTable], office: str
) -> list[Failure]:
    """Days are those of their declared source, record by record: all of a table at once, and only if some are not, day
    by day."""
    failures = []
    for source in (*_DAY_SOURCES, *((_CONSENT_DAYS,) if office == "housing" else ())):
        days = [day for day in source.days if source.table in declared and declared[source.table].has(day)]
        if days and _foreign_days(con, source, days):
            for day in days:
                bad = _foreign_days(con, source, [day])
                failures += _failure(source.table, day, "a day that is not of its declared source", bad)
    return failures


def _foreign_days(con: duckdb.DuckDBPyConnection, source: _DaySource, days: list[str]) -> int:
    columns = ", ".join((*source.key, *days))
    return _number(
        con,
        f"""SELECT count(*) FROM (SELECT {columns} FROM pub_{source.table} WHERE coalesce({", ".join(days)}) IS NOT NULL
                                  EXCEPT SELECT {columns} FROM ({source.rows}))""",
    )


def _personal(
    con: duckdb.DuckDBPyConnection, declared: Mapping[str, PublishedTable], office: str, *, afresh: bool
) -> list[Failure]:
    """No published text is a name, an identity number or a phone that this home holds, separators apart.

    ``afresh``: read the record ids too, instead of trusting the hashes that are kept of those which have been
    proved to be published as they are.
    """
    # Days have been compared with the days of the rows they rest on; as digits they may stand in a wrong column too.
    leaves = f"(FROM pub_leaf WHERE kind = 'text' AND NOT regexp_full_match(value, {quoted(forms.ISO_DAY)}))"
    parts = [_compared("exception", "details", f"SELECT DISTINCT value FROM {leaves}")]
    for table in declared.values():
        for column in table.of_kind(*COMPARED):
            if column.domain.kind not in _OWN_NUMBERS or table.name == "rejected_record":
                values = f"SELECT DISTINCT {column.name} FROM pub_{table.name}"
                parts.append(_compared(table.name, column.name, values))
    ids = _compared("record", "record_id", "SELECT record_id FROM pub_record")
    hashes = ""
    if not afresh:
        own = _compared("record", "record_id", "SELECT shown_id FROM renamed")
        hashes = f"""SELECT hash(value) AS h FROM ({" UNION ALL ".join([*parts, own])})
                     UNION ALL SELECT h FROM id_hash ANTI JOIN renamed USING (rid)"""
    parts.append(ids)
    texts = " UNION ALL ".join(parts)
    if not personal_among(con, office, f"({texts})", hashes):
        return []
    found = con.execute(
        f"""SELECT tbl, col, count(DISTINCT v) FROM ({texts}) SEMI JOIN personal_text USING (value)
            WHERE NOT list_contains($words, v) GROUP BY tbl, col ORDER BY tbl, col""",
        {"words": sorted(own_words())},
    ).fetchall()
    return [
        Failure(tbl, col, "a name, identity number or phone that this home holds", int(n))
        for tbl, col, n in found
    ]


def _compared(table: str, column: str, values: str) -> str:
    """SQL of the texts of one column as they are and in bare form."""
    return f"SELECT '{table}' AS tbl, '{column}' AS col, v, {bare('v')} AS value FROM ({values}) x(v) WHERE v IS NOT NULL"
