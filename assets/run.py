"""One run of one home: open, walk the stations in one transaction, check, publish, commit, clean up.

``RunSession`` is what Dagster's assets and the command line drive, station by station; ``run_home`` drives
it in order without Dagster, for tests. Nothing is visible outside the transaction until ``finish``: a failed
check, an exception or a kill leaves the home as it was, with its files still in the inbox.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from types import TracebackType

from assets import checks as blocking
from assets.context import CheckResult, RunContext, StationReport
from assets.stations import (
    deliveries,
    dwellings,
    exceptions,
    facts,
    mail,
    measures,
    outbox,
    persons,
    published,
    records,
)
from assets.stations.decisions import apply_new, keep_setting, setting
from assets.store import purge
from assets.store.database import open_working
from assets.store.forgetting import deletions
from assets.store.home import Home, HomeError
from assets.store.keys import load_keys
from assets.store.publish import link_version, tidy
from quality.profiles import DEFAULT, load_profile

STATIONS: dict[str, Callable[[RunContext], StationReport]] = {
    "deliveries": deliveries.station,
    "records": records.station,
    "mail": mail.station,
    "dwellings": dwellings.station,
    "persons": persons.station,
    "facts": facts.station,
    "exceptions": exceptions.station,
    "measures": measures.station,
    "outbox": outbox.station,
    "published": published.station,
}
"""The stations in the order of the data; the same for every office."""

ALWAYS = ("deliveries", "records", "mail")
"""Stations that find out whether anything is new; the others are skipped when nothing is."""


class CheckFailed(Exception):
    """A blocking check failed: nothing was published. The text names the checks and the remedy."""


@dataclass
class RunSummary:
    """What a run did, in counts and codes."""

    office: str
    as_of: date
    run_id: int
    changed: bool
    reports: dict[str, StationReport] = field(default_factory=dict)
    checks: list[CheckResult] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    set_aside: int = 0


class RunSession:
    """One run. Use as a context manager; leaving it without ``finish`` rolls everything back.

    HomeError (exit 2), HomeBusy (exit 3) and InboxUnreadable (exit 2) are raised on entering or by
    the deliveries station.
    """

    def __init__(
        self, home: Path, *, office: str | None = None, inbox: Path | None = None, as_of: date | None = None,
        profile: str | None = None,
    ) -> None:  # fmt: skip
        self._args = (home, office, inbox, as_of or date.today(), profile)
        self._stack = ExitStack()
        self._reports: dict[str, StationReport] = {}
        self._checks: list[CheckResult] = []
        self._finished = False
        self._due = ""
        self._words: set[str] | None = None

    def __enter__(self) -> RunSession:
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise
        return self

    def _open(self) -> None:
        path, office, inbox, as_of, profile_name = self._args
        home = Home.open(path, office=office, profile=profile_name)
        self._stack.enter_context(home.lock())
        keys = load_keys(home)
        if profile_name and profile_name != home.settings.profile:
            load_profile(profile_name)
            home.settings = home.settings.with_profile(profile_name)
            home.save()
        profile = load_profile(home.settings.profile or DEFAULT)
        self._stack.callback(self._purge_files)
        con = self._stack.enter_context(open_working(home, keys))
        last = con.execute("SELECT max(run_id), max(as_of) FROM run").fetchone()
        run_id, last_day = (int(last[0] or 0), last[1]) if last else (0, None)
        if last_day and as_of < last_day:
            raise HomeError(f"this home was already run as of {last_day}: give --as-of {last_day} or later")
        con.execute("BEGIN")
        self.ctx = RunContext(
            con=con, home=home, keys=keys, office=home.office, as_of=as_of, profile=profile, run_id=run_id + 1,
            inbox=inbox or home.inbox, started_at=datetime.now(UTC).replace(tzinfo=None, microsecond=0),
        )  # fmt: skip
        self._due = setting(self.ctx, purge.DUE)
        self._recover()
        self.ctx.changed = self._stale() or self.ctx.changed
        apply_new(self.ctx)

    def _recover(self) -> None:
        """Do again what a killed run did not get to after its commit; drop what it never committed."""
        outbox.recover(self.ctx)
        name = setting(self.ctx, "published_version")
        tidy(self.ctx.home, current=name or None)

    def _stale(self) -> bool:
        """Whether day, profile or program differ from the last run's, so that answers may differ too."""
        ctx = self.ctx
        now = {"day": f"{ctx.as_of} {ctx.profile!r}", "program": version("registry-pipelines")}
        old = {name: setting(ctx, f"last_{name}") for name in now}
        for name, value in now.items():
            keep_setting(ctx, f"last_{name}", value)
        ctx.records_changed = ctx.anew = old["program"] != now["program"]
        return old != now or not ctx.home.registry.exists()

    def station(self, name: str) -> StationReport:
        """Walk one station; a station after *mail* is skipped when nothing is new."""
        if name not in ALWAYS and not self.ctx.changed:
            report = StationReport({"skipped": "nothing new"})
        else:
            report = STATIONS[name](self.ctx)
        self._reports[name] = report
        return report

    def checks(self, name: str) -> list[CheckResult]:
        """The checks of a station, over what it wrote in this run's transaction."""
        if not self.ctx.changed:
            return []
        results = blocking.of_station(self.ctx, name)
        self._checks.extend(results)
        return results

    def finish(self) -> RunSummary:
        """Commit and let it be seen. CheckFailed if a blocking check failed: then nothing was kept."""
        failed = [c for c in self._checks if c.blocking and not c.passed]
        if failed:
            self.abort()
            raise CheckFailed("; ".join(f"{c.name} ({c.failures}): {c.remedy}" for c in failed))
        ctx = self.ctx
        due = purge.EVERYTHING if ctx.purged else self._due or (purge.FILE if ctx.outdated else "")
        if ctx.changed:
            if due != self._due:
                keep_setting(ctx, purge.DUE, due)
            ctx.con.execute("COMMIT")
            self._words = None if self._due == purge.EVERYTHING else ctx.gone_words
            self._due = due
        else:
            ctx.con.execute("ROLLBACK")
        self._finished = True
        self._after_commit()
        row = ctx.con.execute("SELECT count(*) FROM delivery WHERE outcome = 'set_aside'").fetchone()
        return RunSummary(
            ctx.office,
            ctx.as_of,
            ctx.run_id,
            ctx.changed,
            self._reports,
            self._checks,
            ctx.notes,
            int(row[0]) if row else 0,
        )

    def _after_commit(self) -> None:
        """Each step is repeated by the next run if this one is killed here."""
        ctx = self.ctx
        if ctx.published is not None:
            link_version(ctx.home, ctx.published, keep=1 if ctx.purged else 3)
        outbox.release(ctx)
        if ctx.changed and not self._due:
            purge.keep_deletions(ctx.home, deletions(ctx.con), purge.generations(ctx.con))
        for path in [*ctx.done_files, *ctx.read_mail]:
            if path.parent == ctx.home.inbox:
                path.unlink(missing_ok=True)

    def _purge_files(self) -> None:
        """Called when the working database is closed and the home still locked: see `assets.store.purge`."""
        if self._due and hasattr(self, "ctx"):
            ctx, today = self.ctx, max(date.today(), self.ctx.as_of)
            ctx.notes += purge.finish(
                ctx.home, ctx.keys, due=self._due, words=self._words, today=today,
                keep_days=ctx.profile.superseded_days,
            )  # fmt: skip

    def abort(self) -> None:
        """Undo everything this run did."""
        if not self._finished:
            self._finished = True
            self.ctx.con.execute("ROLLBACK")
            outbox.discard(self.ctx)
            if self.ctx.publication is not None:
                self.ctx.publication.discard()
            if self.ctx.published is not None:
                self.ctx.published.unlink(missing_ok=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if not self._finished and hasattr(self, "ctx"):
                self.abort()
        finally:
            self._stack.close()


def run_home(
    home: Path,
    *,
    office: str | None = None,
    inbox: Path | None = None,
    as_of: date | None = None,
    profile: str | None = None,
) -> RunSummary:
    """Bring a home up to ``as_of``; stops at the first station with a failing blocking check (CheckFailed)."""
    with RunSession(home, office=office, inbox=inbox, as_of=as_of, profile=profile) as session:
        for name in STATIONS:
            session.station(name)
            if any(c.blocking and not c.passed for c in session.checks(name)):
                break
        return session.finish()
