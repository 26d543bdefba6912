"""``registry evaluate``: this home's persons and dwellings against the truth of invented data. Figures only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry_pipelines.cli import common
from registry_pipelines.cli.common import HOME_DEFAULT, FormatOption, HomeOption
from registry_pipelines.cli.output import Format, listing
from registry_pipelines.failures import CommandError
from registry_pipelines.words import headings

if TYPE_CHECKING:
    import polars as pl

NEEDED = {"feed", "record_id", "person"}


def evaluate(
    truth: Annotated[
        Path, typer.Argument(metavar="TRUTH.parquet", help="真值 (feed, record_id, role, person, form).")
    ],
    home: HomeOption = HOME_DEFAULT,
    fmt: FormatOption = Format.table,
) -> None:
    """评测 for invented data: how well records were put to persons and dwellings; no record is shown."""
    import polars as pl

    from assets.store.database import open_working
    from quality.matching.evaluate import SCHEMA
    from quality.matching.evaluate import evaluate as figures
    from registry_pipelines.invented import real_numbers, refuse_real_home

    opened = common.keeping_home(home)
    wanted = _truth(truth)
    if any(real_numbers(wanted[c], identity=False) for c in wanted.columns if wanted[c].dtype == pl.String):
        raise CommandError(
            "TRUTH holds identity numbers as real ones are: evaluate is for invented data only"
        )
    with opened.home.lock(), open_working(opened.home, opened.keys, read_only=True) as con:
        refuse_real_home(con, opened.home.office)
        predicted = con.sql(common.query("evaluate")).pl()
    rows = figures(wanted, predicted).to_dicts()
    common.pulled(opened, "evaluate", {}, rows)
    listing(rows, headings(*SCHEMA), fmt, title="归并质量 quality of linkage")


def _truth(path: Path) -> pl.DataFrame:
    """The truth with record ids in canonical form."""
    import polars as pl

    from quality.values.record_numbers import canonical

    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError):
        raise CommandError("TRUTH cannot be read: give the parquet file beside the sample") from None
    if lacking := NEEDED - set(frame.columns):
        raise CommandError(
            f"TRUTH lacks columns {', '.join(sorted(lacking))}: give the parquet file beside the sample"
        )
    return frame.with_columns(canonical(frame["record_id"].cast(pl.String)).alias("record_id"))
