"""What ``registry check`` looks at. A failure breaks a promise; a warning is for the steward to act on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry_pipelines.settings import AUDIT_HEAD

if TYPE_CHECKING:
    import duckdb

    from assets.context import RunContext
    from registry_pipelines.cli.common import Opened

MOST_NAMED = 20


@dataclass(frozen=True)
class Result:
    """One line of the check: ok, warning or failed, how many, and what to do."""

    name: str
    verdict: str
    failures: int = 0
    remedy: str = ""


def _result(name: str, failures: int, remedy: str, *, warning: bool = False) -> Result:
    if failures == 0:
        return Result(name, "ok")
    return Result(name, "warning" if warning else "failed", failures, remedy)


def inspect_home(opened: Opened, kept_head: str | None) -> list[Result]:
    """Every result, in the order of the list in the contract."""
    return [*_databases(opened), *_audit(opened, kept_head, "audit chain"), *_safety(opened)]


def _databases(opened: Opened) -> Iterator[Result]:
    """Open both databases and look at what is in them, under the home's lock so that no run interferes."""
    from assets.store.database import open_decisions, open_working
    from assets.store.home import HomeBusy, HomeError

    if not opened.home.working_db.exists():
        yield Result("databases", "warning", 1, "nothing was run in this home yet: registry run")
        return
    try:
        with opened.home.lock(), open_working(opened.home, opened.keys) as con:
            yield Result("working database", "ok")
            yield from _working(opened, con)
            yield from _published(opened, con)
            row = con.execute("SELECT value FROM setting WHERE name = $name", {"name": AUDIT_HEAD}).fetchone()
            yield from _audit(opened, str(row[0]) if row else None, "audit chain, last run")
        if opened.home.decisions_db.exists():
            with open_decisions(opened.home, opened.keys):
                yield Result("decisions database", "ok")
    except HomeBusy:
        raise
    except HomeError as error:
        yield Result("databases", "failed", 1, str(error))


def _working(opened: Opened, con: duckdb.DuckDBPyConnection) -> Iterator[Result]:
    """The blocking checks of every station, read again on what is kept; and files that were set aside."""
    from assets.checks import BY_STATION
    from assets.stations import facts

    con.execute("BEGIN")
    try:
        ctx = _context(opened, con)
        if ctx is not None:
            for checks in BY_STATION.values():
                for check in checks:
                    found = check(ctx)
                    yield _result(found.name, found.failures, found.remedy)
            yield _result(
                "kept facts",
                facts.differing(ctx),
                "what the rules see is not what the records say: report this",
            )
        rows = con.execute(
            "SELECT DISTINCT file_name, reason FROM delivery WHERE outcome = 'set_aside' ORDER BY ALL"
        ).fetchall()
        named = ", ".join(f"{name} ({why})" for name, why in rows[:MOST_NAMED])
        yield _result(
            "files set aside", len(rows), f"{named}: mend or take away; registry accept FILE", warning=True
        )
    finally:
        con.execute("ROLLBACK")


def _context(opened: Opened, con: duckdb.DuckDBPyConnection) -> RunContext | None:
    """The context of the last finished run, so that its checks can be read again; None before the first."""
    from datetime import UTC, datetime

    from assets.context import RunContext
    from quality.profiles import DEFAULT, load_profile

    last = con.execute("SELECT max(run_id), max(as_of) FROM run").fetchone()
    if last is None or last[0] is None:
        return None
    return RunContext(
        con=con, home=opened.home, keys=opened.keys, office=opened.home.office, as_of=last[1], run_id=int(last[0]),
        profile=load_profile(opened.home.settings.profile or DEFAULT), inbox=opened.home.inbox,
        started_at=datetime.now(UTC).replace(tzinfo=None, microsecond=0),
    )  # fmt: skip


def _published(opened: Opened, con: duckdb.DuckDBPyConnection) -> Iterator[Result]:
    """The finished file against its declaration and the working database: the principles on what is published."""
    from assets.store.published_check import check_published
    from assets.store.reading import current_version

    failures = check_published(
        current_version(opened.home), opened.keys, opened.home.office, con, afresh=True
    )
    named = "; ".join(sorted({f"{f.table}.{f.column}: {f.what}" for f in failures})[:MOST_NAMED])
    yield _result("published registry", len(failures), f"{named}: do not use it; run again and report this")
    linked = current_version(opened.home).name
    row = con.execute("SELECT value FROM setting WHERE name = 'published_version'").fetchone()
    torn = int(row is not None and row[0] != linked)
    yield _result("published version", torn, "the last run was not put in place: registry run")


def _audit(opened: Opened, kept_head: str | None, name: str) -> Iterator[Result]:
    faults = opened.chain.verify(kept_head)
    named = "; ".join(fault.text for fault in faults[:MOST_NAMED])
    yield _result(name, len(faults), f"{named}: find out who could write in home/audit")


def _safety(opened: Opened) -> Iterator[Result]:
    loose = opened.home.loose_modes()
    named = ", ".join(str(path.relative_to(opened.home.path)) for path in loose[:MOST_NAMED])
    yield _result("modes", len(loose), f"others can read {named}: chmod -R go= on the home")
    yield _result(
        "master key", int(opened.keys.in_home), warning=True,
        remedy="it lies in the home, so a copy of the home can be read: set $REGISTRY_KEY_FILE and take keys/master.key away",
    )  # fmt: skip
