"""``registry check``: does this home hold what it promises?"""

from __future__ import annotations

from typing import Annotated

import typer

from registry_pipelines.cli import common
from registry_pipelines.cli.common import HOME_DEFAULT, FormatOption, HomeOption
from registry_pipelines.cli.output import Format, listing
from registry_pipelines.failures import CHECK_FAILED
from registry_pipelines.words import headings


def check(
    home: HomeOption = HOME_DEFAULT,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="HEAD", help="审计链头 an audit head that an earlier run printed."),
    ] = None,
    fmt: FormatOption = Format.table,
) -> None:
    """核查 databases open, counts reconcile, the principles hold on what is published, the audit chain holds."""
    from registry_pipelines.inspection import inspect_home

    opened = common.open_home(home)
    results = inspect_home(opened, head)
    rows = [
        {"check": r.name, "result": r.verdict, "failures": r.failures, "remedy": r.remedy}
        for r in results
    ]  # fmt: skip
    opened.chain.append("check", {}, len(rows))
    listing(
        rows,
        headings("check", "result", "failures", "remedy"),
        fmt,
        title=f"核查 check · {opened.home.office}",
    )
    if any(r.verdict == "failed" for r in results):
        raise typer.Exit(CHECK_FAILED)
