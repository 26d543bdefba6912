"""``registry sql``: read-only SQL on the published registry, shut off from everything else."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from registry_pipelines.cli import common
from registry_pipelines.cli.common import HOME_DEFAULT, FormatOption, HomeOption
from registry_pipelines.cli.output import Format, listing
from registry_pipelines.failures import CommandError
from registry_pipelines.words import Heading


def sql(
    statement: Annotated[
        str, typer.Argument(metavar='"SELECT …"', help="查询 one statement that only reads.")
    ],
    home: HomeOption = HOME_DEFAULT,
    fmt: FormatOption = Format.table,
) -> None:
    """查询 read-only SQL on what is published. Audited with the query's hash and its number of rows."""
    from assets.store.reading import SqlRefused, open_published, select

    opened = common.open_home(home)
    with open_published(opened.home, opened.keys) as con:
        try:
            columns, found = select(con, statement)
        except SqlRefused as error:
            raise CommandError(str(error)) from None
    names = _unique(columns)
    rows = [dict(zip(names, row, strict=True)) for row in found]
    common.pulled(opened, "sql", {"query": opened.chain.mark(statement), "to": fmt.value}, rows)
    headings = [Heading(name, name, "", numeric=_numeric(rows, name)) for name in names]
    listing(rows, headings, fmt, columns=names)


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
