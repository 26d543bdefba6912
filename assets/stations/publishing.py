"""What is published is written from here: begun as soon as the rule views are made, completed by station *published*.

The tables with a row for each record are settled once the rule views are made, and they are most of the file. They are
written while the rules are asked. Nobody sees any of it before the run is committed.
"""

from __future__ import annotations

from importlib import resources

import pyarrow as pa

from assets.context import RunContext
from assets.store.publish import Publication
from assets.store.published import published_tables

EARLY = ("record", "request")


def table(ctx: RunContext, name: str) -> pa.Table:
    """One declared table as its query gives it."""
    file = "request_residence" if (name, ctx.office) == ("request", "residence") else name
    query = (resources.files("assets.stations") / "sql" / "published" / f"{file}.sql").read_text(
        encoding="utf-8"
    )
    columns = ", ".join(c.name for c in published_tables(ctx.office)[name].columns)
    return ctx.con.sql(f"SELECT {columns} FROM ({query})").to_arrow_table()


def open_publication(ctx: RunContext) -> Publication:
    """A publication of this run, without tables."""
    return Publication(ctx.home, ctx.keys, f"{ctx.run_id:08d}-{ctx.started_at:%Y%m%dT%H%M%S}")


def begin(ctx: RunContext) -> None:
    """Start on the tables with a row for each record. Not in a run that deletes: then more may have to go after this."""
    if ctx.purged:
        return
    ctx.publication = open_publication(ctx)
    for name in EARLY:
        if name in published_tables(ctx.office):
            ctx.publication.write(name, table(ctx, name))


def begun(ctx: RunContext) -> Publication:
    """The publication that was begun; a new one if there is none, or if something had to go since."""
    if ctx.publication is not None and ctx.purged:
        ctx.publication.discard()
        ctx.publication = None
    if ctx.publication is None:
        ctx.publication = open_publication(ctx)
    return ctx.publication
