"""Station *published*: the registry for readers, built beside the old one and checked as a finished file.

Nothing is seen by a reader before the run is committed: the file gets its place (``registry.duckdb``)
afterwards. What may be in it is declared in ``assets.store.published``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version

import polars as pl
import pyarrow as pa

from assets.context import CheckResult, RunContext, StationReport
from assets.stations import publishing
from assets.stations.decisions import keep_setting
from assets.store.published import published_tables
from assets.store.published_check import check_published
from quality.letters import letters_listed
from quality.measures import merge_counts
from quality.rules import Rule, load_rules
from sources.offices import KEEPING


def rule_rows(office: str) -> pl.DataFrame:
    """The rules as text: an office's own; at a statistics home those of every keeping office."""
    offices = KEEPING if office == "statistics" else (office,)
    rows = [_rule_row(rule, office) for office in offices for rule in load_rules(office)]
    return pl.DataFrame(rows, infer_schema_length=None).sort("rule_code", "office")


def _rule_row(rule: Rule, office: str) -> dict[str, object]:
    return {
        "rule_code": rule.code, "office": office, "title_zh": rule.title_zh, "title_en": rule.title_en,
        "legal_basis": rule.legal_basis, "purpose": rule.purpose, "grace": str(rule.grace),
        "may_do": ", ".join(rule.may_do), "exemptions": rule.exemptions, "text": rule.sql, "version": rule.version,
        "valid_from": rule.valid_from,
    }  # fmt: skip


def _keep_run(ctx: RunContext) -> None:
    ctx.con.execute("DELETE FROM run WHERE run_id = ?", [ctx.run_id])
    ctx.con.execute(
        "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?)",
        [ctx.run_id, ctx.as_of, ctx.profile.name, ctx.started_at, datetime.now(UTC).replace(tzinfo=None, microsecond=0),
         version("registry-pipelines"), json.dumps(ctx.notes, ensure_ascii=False)],
    )  # fmt: skip


def _counts_of_others(ctx: RunContext) -> dict[str, pa.Table]:
    cells = ctx.con.sql("SELECT * FROM count_cell").pl()
    return {name: frame.to_arrow() for name, frame in merge_counts(cells).items()}


def _tables(ctx: RunContext, given: Iterable[str]) -> Iterator[tuple[str, pa.Table]]:
    """Every declared table of this office that was not ``given`` earlier; the one with a row for each record first, because it
    takes longest to write."""
    declared = published_tables(ctx.office)
    rules = rule_rows(ctx.office)
    made: dict[str, pa.Table] = {"rule": rules.to_arrow()}
    if ctx.office == "statistics":
        made |= _counts_of_others(ctx)
    elif ctx.own_counts is not None:
        made |= {name: frame.to_arrow() for name, frame in ctx.own_counts.frames().items()}
    ctx.con.register("rule_text", made["rule"])
    asked = declared.keys() - made.keys() - {*given, "quality_metric"}
    for name in sorted(asked, key=lambda n: (n != "record", n)):
        if name == "letter":
            yield name, letters_listed(ctx.con, ctx.office, ctx.as_of).to_arrow()
        else:
            yield name, publishing.table(ctx, name)
    ctx.con.unregister("rule_text")
    yield from made.items()


def station(ctx: RunContext) -> StationReport:
    """Complete the version that this run will publish; it is linked after the commit."""
    _keep_run(ctx)
    publication = publishing.begun(ctx)
    for name, data in _tables(ctx, publication.rows):
        publication.write(name, data)
    ctx.published, ctx.publication = publication.complete(), None
    keep_setting(ctx, "published_version", ctx.published.name)
    return StationReport({f"rows_{name}": rows for name, rows in publication.rows.items()})


def closed_domains(ctx: RunContext) -> CheckResult:
    """Every value of the finished file lies in its column's domain and is no name, number or phone held here."""
    assert ctx.published is not None
    failures = check_published(
        ctx.published, ctx.keys, ctx.office, ctx.con, extra_refusals=ctx.home.refusals_file
    )
    remedy = "; ".join(sorted({f"{f.table}.{f.column}: {f.what}" for f in failures})) or ""
    return CheckResult("closed_domains", "published", len(failures), f"nothing was published: {remedy}")
