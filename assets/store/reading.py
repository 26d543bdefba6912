"""Reading the published registry, and nothing but that.

Here: the locked-down connection on the current version, and the filter for SQL that a steward types. Not
here: writing a version (`assets.store.publish`), the audit of what was pulled (the application).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from assets.store.database import attach, instance
from assets.store.home import Home, HomeError
from assets.store.keys import KeyRing, Purpose

_TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest", "duckdb_tables", "duckdb_columns"})
_REFUSED_FUNCTIONS = frozenset({"write_log", "nextval", "setval", "query", "query_table"})

_open: dict[Path, tuple[duckdb.DuckDBPyConnection, int]] = {}
_guard = threading.Lock()


class SqlRefused(ValueError):
    """SQL that is no plain reading of the published tables. The text is one plain line."""


def current_version(home: Home) -> Path:
    """The published file that is current; HomeError if nothing is published yet."""
    try:
        return home.registry.resolve(strict=True)
    except OSError:
        raise HomeError("nothing is published in this home yet: use `registry run` first") from None


@contextmanager
def open_published(home: Home, keys: KeyRing) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection whose default database is the current published version.

    Nothing outside that file can be reached from it: no file, no network, no other database, no setting. It
    stays on its version while newer ones are published. Threads of one process may each open it.
    """
    try:
        path, con = _borrow(home, keys, current_version(home))
    except HomeError:  # the version may have been pruned between looking and opening
        path, con = _borrow(home, keys, current_version(home))
    try:
        con.execute("USE registry")
        yield con
    finally:
        con.close()
        _give_back(path)


def _borrow(home: Home, keys: KeyRing, path: Path) -> tuple[Path, duckdb.DuckDBPyConnection]:
    """A cursor on the one instance that has ``path`` attached: DuckDB attaches a file once in a process."""
    with _guard:
        root, users = _open.get(path) or (_locked_down(home, keys, path), 0)
        _open[path] = (root, users + 1)
        return path, root.cursor()


def _give_back(path: Path) -> None:
    with _guard:
        root, users = _open[path]
        if users > 1:
            _open[path] = (root, users - 1)
        else:
            del _open[path]
            root.close()


def _locked_down(home: Home, keys: KeyRing, path: Path) -> duckdb.DuckDBPyConnection:
    con = instance(None, memory_limit="1GB")
    try:
        attach(con, path, "registry", published_key(home, keys), read_only=True)
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
    except BaseException:
        con.close()
        raise
    return con


def published_key(home: Home, keys: KeyRing) -> str | None:
    """The published file's key; None in a statistics home, whose protected counts are for everybody."""
    return None if home.office == "statistics" else keys.database_key(Purpose.PUBLISHED_DB)


def select(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, object] | None = None
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows of one SELECT over the published tables.

    SqlRefused: more or other than one SELECT (or DESCRIBE, SUMMARIZE, SHOW), a table function that could
    reach outside, or SQL that does not run; the text has the first line of DuckDB's own message.
    """
    check_select(con, sql)
    try:
        cursor = con.execute(sql, dict(parameters)) if parameters else con.execute(sql)
        return [str(column[0]) for column in cursor.description or ()], cursor.fetchall()
    except duckdb.Error as error:
        raise SqlRefused(f"that SQL does not run: {str(error).splitlines()[0]}") from None


def check_select(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    """SqlRefused unless ``sql`` is one SELECT and calls only functions that read nothing outside.

    Judged on DuckDB's own syntax tree, so quoting, comments and nesting hide nothing.
    """
    row = con.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchone()
    tree: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
    if tree.get("error"):
        reason = str(tree.get("error_message", "")).splitlines()
        raise SqlRefused(
            f"only one SELECT over the published tables is run here: {reason[0] if reason else 'not SQL'}"
        )
    if len(tree["statements"]) != 1:
        raise SqlRefused("only one SELECT over the published tables is run here: give exactly one statement")
    for node in _nodes(tree):
        if node.get("type") == "TABLE_FUNCTION":
            name = str(node["function"].get("function_name", "")).lower()
            if name not in _TABLE_FUNCTIONS:
                raise SqlRefused(f"{name}() is not available here: query the published tables")
        elif str(node.get("function_name", "")).lower() in _REFUSED_FUNCTIONS:
            raise SqlRefused(f"{node['function_name']}() is not available here: query the published tables")


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    """Every object of a JSON tree, however deep, without recursion."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
