"""The one resource of the job: a home that is open for one run.

The assets of a run share its session (lock, connection, transaction). It is opened when the run starts and
closed when it ends, whatever happens; leaving without the last station's ``finish`` rolls everything back.
Runs are executed in process, so the session's end is left in ``LAST`` for the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import PrivateAttr

from assets.context import CheckResult
from assets.run import RunSession, RunSummary
from assets.stations.decisions import keep_setting
from assets.store.keys import Purpose
from registry_pipelines.audit import Chain
from registry_pipelines.failures import describe
from registry_pipelines.settings import AUDIT_HEAD


@dataclass
class Ending:
    """How the last run of this process ended: its summary, or the error that stopped it and where."""

    summary: RunSummary | None = None
    error: BaseException | None = None
    station: str = ""
    walked: list[str] = field(default_factory=list)
    failed: list[CheckResult] = field(default_factory=list)


LAST = Ending()


def masked(error: BaseException, where: str) -> dg.Failure:
    """``error`` for Dagster's event log: our own plain line, or the type and place of a foreign one."""
    known = isinstance(getattr(error, "exit_status", None), int)
    return dg.Failure(description=f"{where}: {error if known else describe(error)}", allow_retries=False)


def _with_audit_head(session: RunSession) -> RunSession:
    """Keep the audit chain's head in the working database too, so that a chain cut with its seal is found."""
    ctx = session.ctx
    keep_setting(ctx, AUDIT_HEAD, Chain(ctx.home.audit, ctx.keys.subkey(Purpose.AUDIT)).head())
    return session


class RegistryHome(dg.ConfigurableResource[Any]):
    """One office's home. Empty ``as_of`` is today, empty ``inbox`` the home's own."""

    home: str
    office: str = ""
    inbox: str = ""
    as_of: str = ""
    profile: str = ""
    _session: RunSession | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[RegistryHome]:
        """Open the run; the session is there while the run's steps are executed."""
        global LAST
        LAST = Ending()
        session = self._entered()
        try:
            self._session = session
            yield self
        finally:
            self._session = None
            session.__exit__(None, None, None)

    def _entered(self) -> RunSession:
        failure: dg.Failure
        try:
            return _with_audit_head(self._new_session().__enter__())
        except Exception as error:
            LAST.error = error
            failure = masked(error, "the home cannot be opened")
        raise failure  # outside the handler: the first error is no context of it, so its text is not logged

    def _new_session(self) -> RunSession:
        return RunSession(
            Path(self.home),
            office=self.office or None,
            inbox=Path(self.inbox) if self.inbox else None,
            as_of=date.fromisoformat(self.as_of) if self.as_of else None,
            profile=self.profile or None,
        )

    @property
    def session(self) -> RunSession:
        """The open session of this run."""
        if self._session is None:
            raise RuntimeError("no run is open")
        return self._session
