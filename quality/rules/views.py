"""Making the rule views: what the rules see of today's ledger, in keys, codes, dates, areas and flags.

Belongs here: the order in which the views are made and the working out of *since when* a condition has held
(contract, section 6). What is in a view is SQL in ``views/``; what may be in it is ``quality.rules.catalog``.

The rows of an office's largest ledgers are kept between runs (``facts_FEED``), and only those are worked out anew that
may no longer hold (``quality.rules.kept``); the other views are temporary tables. Records that were sent once need no
history; only the others go through ``rv_seen`` and ``rv_version``, so the cost follows the change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from quality.rules.catalog import (
    KEPT_VIEWS,
    OFFICE_VIEWS,
    SHARED_VIEWS,
    VIEW_COLUMNS,
    empty_view_ddl,
    kept_table,
)
from quality.rules.kept import find_stale
from sources.contract import contracts

if TYPE_CHECKING:
    import duckdb

    from quality.profiles import Profile

_RECORD, _IDENTITY = "rv_record", "rv_identity"
_PARAMETER = re.compile(r"\$([a-z_]+)")


def parameters(as_of: date, profile: Profile) -> dict[str, object]:
    """Every parameter that a rule or a view may bind: the as-of day and the profile's days and switches."""
    return {
        "as_of": as_of,
        "consent_default_days": profile.consent_default_days,
        "notice_due_days": profile.notice_due_days,
        "mail_overdue_days": profile.mail_overdue_days,
        "superseded_days": profile.superseded_days,
        "village_houses_exempt": profile.village_houses_exempt,
    }


def without_comments(sql: str) -> str:
    """The statement without its comment lines, so that what a comment mentions is not taken for SQL."""
    return "\n".join(line.split("--", 1)[0] for line in sql.splitlines())


def used(sql: str, values: Mapping[str, object]) -> dict[str, object]:
    """Those of ``values`` that the statement names (DuckDB refuses parameters in excess)."""
    return {name: values[name] for name in _PARAMETER.findall(without_comments(sql))}


def create_views(
    con: duckdb.DuckDBPyConnection, office: str, as_of: date, profile: Profile, *, since: date | None = None
) -> list[str]:
    """Make every rule view of ``office`` as of ``as_of``; returns their names.

    ``since``: the day as of which the kept facts (``facts_FEED``) were worked out; only rows that no longer hold are
    worked out anew then. Table ``touched`` (rid) has the records that files, mail or the end of old versions brought
    since. None: everything is worked out, and kept where the office keeps it.

    Needs the tables of the working database, ``holiday`` apart. May run inside the run's transaction.
    """
    values = parameters(as_of, profile)
    _run_script(con, "definitions", values)
    _run_script(con, "joined", values)
    _place_codes(con, office)
    own = OFFICE_VIEWS[office]
    feeds = [view.removeprefix("rv_") for view in own]
    if since is not None:
        find_stale(con, office, since, as_of)
    _run_script(con, "seen", values, those=since is not None)
    for feed in feeds:
        if _exists(f"{feed}.turn"):
            _run_script(con, f"{feed}.turn", values, those=since is not None)
        run_text(con, _sql("now").format(feed=feed), values, those=since is not None)
    _begin_identity(con, office, since)
    for view in own:
        _create_feed_view(con, view, values, since, kept=view in KEPT_VIEWS[office])
    for view in SHARED_VIEWS:
        if view == _RECORD:
            _create_union(con, view, own)
        elif view != _IDENTITY:
            _create(con, view, _sql(view.removeprefix("rv_")), values)
    return [*own, *SHARED_VIEWS]


def _place_codes(con: duckdb.DuckDBPyConnection, office: str) -> None:
    """``rv_place(code, area_code)`` for every community code that a record of ``office`` names."""
    feeds = [view.removeprefix("rv_") for view in OFFICE_VIEWS[office]]
    tables = [f"typed_{feed}" for feed in feeds if contracts()[feed].has("community_code")]
    named = " UNION ".join(
        f"SELECT DISTINCT community_code AS code FROM {table} WHERE community_code IS NOT NULL"
        for table in tables
    )
    for statement in without_comments(_sql("area")).replace("/* codes */", named).split(";"):
        con.execute(statement)


def _begin_identity(con: duckdb.DuckDBPyConnection, office: str, since: date | None) -> None:
    """``rv_identity``, which the feeds' rows are put into: empty, or with the kept rows that hold."""
    if _IDENTITY not in KEPT_VIEWS[office]:
        con.execute(f"DROP TABLE IF EXISTS temp.{_IDENTITY}")
        con.execute(empty_view_ddl(_IDENTITY, temporary=True))
        return
    table = kept_table(_IDENTITY)
    if since is None:
        con.execute(f"DROP TABLE IF EXISTS {table}")
        con.execute(empty_view_ddl(_IDENTITY, name=table))
    else:
        con.execute(f"DELETE FROM {table} WHERE rid IN (SELECT rid FROM rv_stale)")
    con.execute(f"CREATE OR REPLACE TEMP VIEW {_IDENTITY} AS FROM {table}")


def _create_feed_view(
    con: duckdb.DuckDBPyConnection, view: str, values: Mapping[str, object], since: date | None, *, kept: bool
) -> None:
    feed, those = view.removeprefix("rv_"), since is not None
    if _exists(f"{feed}.flags"):
        _create_since(con, feed, values)
    if kept:
        _keep(con, view, _sql(feed), values, since)
    else:
        _create(con, view, _sql(feed), values)
    if _exists(f"{feed}.identity"):
        said = without_comments(_sql(f"{feed}.identity"))
        text = _sql("identity").replace("{feed}", feed).replace("/* said */", said)
        run_text(
            con, text.replace("{identity}", kept_table(_IDENTITY) if kept else _IDENTITY), values, those=those
        )


def _rows(view: str, sql: str) -> str:
    """The query of a view's rows with the catalogue's columns and types and no other; a view's feed is said beside it."""
    kept = [(name, kind) for name, (kind, _) in VIEW_COLUMNS[view].items() if name != "feed"]
    columns = ", ".join(f"{name}::{kind} AS {name}" for name, kind in kept)
    return f"SELECT {columns} FROM ({without_comments(sql)}\n)"


def _keep(
    con: duckdb.DuckDBPyConnection, view: str, sql: str, values: Mapping[str, object], since: date | None
) -> None:
    """The view over its kept rows: those that no longer hold are replaced, all of them where nothing may be taken over."""
    table, rows = kept_table(view), _rows(view, sql)
    if since is None:
        con.execute(f"CREATE OR REPLACE TABLE {table} AS {rows}", used(rows, values))
    else:
        con.execute(f"DELETE FROM {table} WHERE rid IN (SELECT rid FROM rv_stale)")
        con.execute(f"INSERT INTO {table} {rows}", used(rows, values))
    _say_feed(con, view, table)


def _create(con: duckdb.DuckDBPyConnection, view: str, sql: str, values: Mapping[str, object]) -> None:
    """The view as a temporary table, or over one where it has a feed."""
    of_feed = "feed" in VIEW_COLUMNS[view]
    table, rows = f"{view}_rows" if of_feed else view, _rows(view, sql)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {rows}", used(rows, values))
    if of_feed:
        _say_feed(con, view, table)


def _say_feed(con: duckdb.DuckDBPyConnection, view: str, table: str) -> None:
    """The same on every row of a view: said once."""
    feed = view.removeprefix("rv_")
    con.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT '{feed}' AS feed, * FROM {table}")


def _create_union(con: duckdb.DuckDBPyConnection, view: str, own: tuple[str, ...]) -> None:
    """A view over those of the office's own views that have all its columns."""
    wanted = VIEW_COLUMNS[view]
    columns = ", ".join(wanted)
    parts = [f"SELECT {columns} FROM {o}" for o in own if wanted.keys() <= VIEW_COLUMNS[o].keys()]
    con.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS {' UNION ALL '.join(parts)}")


def _create_since(con: duckdb.DuckDBPyConnection, feed: str, values: Mapping[str, object]) -> None:
    """``rv_since``: for each record of ``feed`` in ``rv_seen`` with several contents, each flag's last unbroken run.

    ``FLAG_since`` is the earliest file day in the trailing run of versions whose flag holds (null if it does
    not hold now), ``FLAG_restarted`` whether an earlier version broke it.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE rv_current AS SELECT p.rid, p.content FROM rv_seen p JOIN record r USING (rid) "
        "WHERE p.many AND p.content IS NOT NULL AND r.feed = $feed",
        {"feed": feed},
    )
    sql = _sql(f"{feed}.flags")
    described = con.execute(f"DESCRIBE {sql}", used(sql, values)).fetchall()
    flags = [row[0] for row in described if row[0] not in ("rid", "content")]
    broken = ", ".join(f"coalesce(max(n) FILTER (WHERE NOT {f}), 0) AS {f}" for f in flags)
    runs = ", ".join(
        f"min(r.file_day) FILTER (WHERE r.n > b.{f}) AS {f}_since, bool_or(b.{f} > 0) AS {f}_restarted"
        for f in flags
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE rv_since AS WITH said AS ({sql}\n), "
        f"run AS (SELECT v.file_day, v.n, s.* FROM rv_version v JOIN said s USING (rid, content)), "
        f"broken AS (SELECT rid, {broken} FROM run GROUP BY rid) "
        f"SELECT r.rid, {runs} FROM run r JOIN broken b USING (rid) GROUP BY r.rid",
        used(sql, values),
    )


def _run_script(
    con: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, object], *, those: bool = False
) -> None:
    run_text(con, _sql(name), values, those=those)


def run_text(
    con: duckdb.DuckDBPyConnection, text: str, values: Mapping[str, object], *, those: bool = False
) -> None:
    """Each statement of ``text``, with the parameters it names; ``those``: only of the records in ``rv_stale``, where it says
    that they may be told apart."""
    if those:
        text = text.replace("/* those */", "SEMI JOIN rv_stale USING (rid)")
    for statement in without_comments(text).split(";"):
        if statement.strip():
            con.execute(statement, used(statement, values))


@cache
def _sql(name: str) -> str:
    path = resources.files("quality.rules") / "views" / f"{name}.sql"
    return path.read_text(encoding="utf-8").rstrip().rstrip(";")


@cache
def _exists(name: str) -> bool:
    return (resources.files("quality.rules") / "views" / f"{name}.sql").is_file()
