"""One Dagster asset for each station of the pipeline, with the checks that stop it.

What belongs here: wiring. A station's work is ``assets.stations``; its checks read inside the run's
transaction and are reported by the same step, so that a failing one stops what follows *and* what was
written is rolled back. Dagster sees counts, codes and check results; never a value of a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import dagster as dg

from assets import checks as blocking
from assets.context import CheckResult, StationReport
from assets.run import STATIONS
from registry_pipelines import resource
from registry_pipelines.resource import Ending, RegistryHome, masked
from registry_pipelines.settings import POOL


@dataclass(frozen=True)
class About:
    """What Dagster shows of a station. ``table`` is the working table whose columns stand for it."""

    title: str
    text: str
    group: str
    kinds: frozenset[str]
    reads: tuple[str, ...] = ()
    table: str = ""


ABOUT: dict[str, About] = {
    "deliveries": About("送达文件", "What lies in the inbox, and what becomes of each entry: load, duplicate, set "
                        "aside, refused, waiting.", "in", frozenset({"file", "duckdb"}), (), "delivery"),
    "records": About("记录", "Files become records and versions; every row is accepted, rejected, unchanged, "
                     "superseded or sealed.", "in", frozenset({"polars", "duckdb"}), ("deliveries",), "record"),
    "mail": About("来函", "Peers' mail: opened, its signature and number checked, numbers and counts taken.", "in",
                  frozenset({"duckdb"}), ("deliveries",), "mail_in"),
    "dwellings": About("住所", "Addresses become dwellings, within this office.", "right",
                       frozenset({"polars", "duckdb"}), ("records",), "dwelling"),
    "persons": About("人员归并", "Records of one person are linked, within this office; keys stay in the working "
                     "database.", "right", frozenset({"polars", "duckdb"}), ("records", "dwellings"), "person_link"),
    "facts": About("规则视图", "Rule views: keys, codes, dates, areas; no personal column.", "right",
                   frozenset({"duckdb"}), ("records", "mail", "dwellings", "persons")),
    "exceptions": About("缺口", "Findings of every rule against the case log; answers; letters.", "kept",
                        frozenset({"duckdb"}), ("facts",), "exception_case"),
    "measures": About("计数", "Counts, protected before they leave.", "kept", frozenset({"duckdb"}),
                      ("facts", "exceptions")),
    "outbox": About("发函", "Mail and count files for peers: sealed, signed, numbered.", "run", frozenset({"file"}),
                    ("records", "mail", "measures"), "mail_out"),
    "published": About("公布", "The registry for clerks, built beside the old one, checked, put in place at once.",
                       "run", frozenset({"duckdb"}), ("exceptions", "measures", "outbox")),
}  # fmt: skip


def check_names(station: str) -> tuple[str, ...]:
    """The names of a station's checks."""
    if station == "published":
        return ("closed_domains",)
    return tuple(check.__name__ for check in blocking.BY_STATION.get(station, ()))


@cache
def table_schemas() -> Mapping[str, dg.TableSchema]:
    """The working database's tables as Dagster shows columns, read from the migrations themselves."""
    import duckdb

    with duckdb.connect(":memory:") as con:
        for path in sorted((resources.files("assets.store") / "migrations").iterdir(), key=lambda p: p.name):
            if path.name.endswith(".sql"):
                con.execute(path.read_text(encoding="utf-8"))
        rows = con.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() ORDER BY ALL"
        ).fetchall()
    columns: dict[str, list[dg.TableColumn]] = {}
    for table, column, kind in rows:
        columns.setdefault(table, []).append(dg.TableColumn(column, kind))
    return {table: dg.TableSchema(found) for table, found in columns.items()}


def _definition_metadata(about: About) -> dict[str, Any]:
    return {"dagster/column_schema": table_schemas()[about.table]} if about.table else {}


def _counts(report: StationReport) -> dict[str, Any]:
    rows = next((v for v in report.counts.values() if isinstance(v, int)), None)
    return {**report.counts, **({} if rows is None else {"dagster/row_count": rows})}


def _result(name: str, station: str, found: Mapping[str, CheckResult]) -> dg.AssetCheckResult:
    """The result of one check; a check without a result had nothing new to look at."""
    check = found.get(name)
    if check is None:
        return dg.AssetCheckResult(
            passed=True, check_name=name, asset_key=station, metadata={"looked_at": "nothing new"}
        )
    severity = dg.AssetCheckSeverity.ERROR if check.blocking else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        passed=check.passed, check_name=name, asset_key=station, severity=severity,
        description=None if check.passed else check.remedy, metadata={"failures": check.failures},
    )  # fmt: skip


def _ending() -> Ending:
    return resource.LAST


def _walk(home: RegistryHome, station: str) -> tuple[StationReport, dict[str, CheckResult]]:
    """Walk one station and its checks; any error leaves masked, the first one kept for the command line."""
    order = list(STATIONS)
    if _ending().walked != order[: order.index(station)]:
        raise dg.Failure(
            description="stations are one transaction: launch the job registry_run, not single assets"
        )
    failure: dg.Failure
    try:
        report = home.session.station(station)
        checks = {check.name: check for check in home.session.checks(station)}
        _ending().walked.append(station)
        _ending().failed += [c for c in checks.values() if c.blocking and not c.passed]
        if station == order[-1] and not _ending().failed:
            _ending().summary = home.session.finish()
        return report, checks
    except Exception as error:
        _ending().error, _ending().station = error, station
        failure = masked(error, station)
    raise failure


def make_asset(station: str) -> dg.AssetsDefinition:
    """The asset of one station."""
    about, order = ABOUT[station], list(STATIONS)
    before = order[order.index(station) - 1 : order.index(station)] if order.index(station) else []
    names = check_names(station)

    @dg.asset(
        name=station, group_name=about.group, kinds=set(about.kinds), pool=POOL, output_required=False,
        description=f"{about.title}. {about.text}", deps=sorted({*about.reads, *before}),
        metadata=_definition_metadata(about),
        check_specs=[dg.AssetCheckSpec(name, asset=station, blocking=True) for name in names],
    )  # fmt: skip
    def station_asset(registry: RegistryHome) -> Iterator[Any]:
        report, checks = _walk(registry, station)
        if all(c.passed or not c.blocking for c in checks.values()):
            yield dg.MaterializeResult(metadata=_counts(report))
        for name in names:
            yield _result(name, station, checks)

    return station_asset


STATION_ASSETS = [make_asset(name) for name in STATIONS]
