"""``registry sql``: read-only SQL on the published registry, shut off from everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry_pipelines.cli import common
from registry_pipelines.cli.common import HOME_DEFAULT, FormatOption, HomeOption
from registry_pipelines.cli.output import Format, listing
from registry_pipelines.failures import CommandError, one_line
from registry_pipelines.words import Heading

if TYPE_CHECKING:
    import duckdb

READING = ("SELECT", "EXPLAIN", "RELATION")


def sql(
    statement: Annotated[str, typer.Argument(metavar='"SELECT …"', help="查询 one statement that only reads.")],
    home: HomeOption = HOME_DEFAULT,
    fmt: FormatOption = Format.table,
) -> None:
    """查询 read-only SQL on what is published. Audited with the query's hash and its number of rows."""
    from assets.store.reading import open_published

    opened = common.open_home(home)
    with open_published(opened.home, opened.keys) as con:
        lock_down(con)
        names, rows = run_reading(con, statement)
    common.pulled(opened, "sql", {"query": opened.chain.mark(statement), "to": fmt.value}, rows)
    headings = [Heading(name, name, "", numeric=_numeric(rows, name)) for name in names]
    listing(rows, headings, fmt, columns=names)


def lock_down(con: duckdb.DuckDBPyConnection) -> None:
    """No files, no network, no extension, no setting can be reached from this connection any more."""
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")


def run_reading(con: duckdb.DuckDBPyConnection, statement: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Column names (made unique) and rows of one reading statement; CommandError names what is wrong in it."""
    import duckdb

    try:
        parsed = con.extract_statements(statement)
        if len(parsed) != 1 or parsed[0].type.name not in READING:
            raise CommandError("only one statement that reads is allowed: SELECT, DESCRIBE, SHOW or EXPLAIN")
        cursor = con.execute(parsed[0])
        names = _unique([column[0] for column in cursor.description or []])
        return names, [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.Error as error:
        raise CommandError(f"the query cannot be run: {one_line(str(error))[:400]}") from None


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return unique


def _numeric(rows: list[dict[str, Any]], name: str) -> bool:
    values = [row[name] for row in rows[:50] if row[name] is not None]
    return bool(values) and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)
