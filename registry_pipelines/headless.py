"""``registry run``: the job ``registry_run`` executed in this process, with the home's own Dagster storage.

What belongs here: starting that job without a server and saying how it ended. The home's file lock, not
Dagster, decides that one run goes on at a time; a run that was killed leaves its marks in Dagster's storage,
and they are cleared here, while the lock shows that no run is alive.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError

from assets.run import CheckFailed, RunSummary
from assets.store.home import Home
from registry_pipelines import resource
from registry_pipelines.definitions import defs
from registry_pipelines.event_log import kept_open
from registry_pipelines.failures import CHECK_FAILED, CommandError
from registry_pipelines.jobs import resource_values
from registry_pipelines.schedules import BUSY
from registry_pipelines.settings import JOB, POOL, dagster_home

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run(
    home_path: Path, *, office: str | None = None, inbox: Path | None = None, as_of: date | None = None,
    profile: str | None = None,
) -> RunSummary:  # fmt: skip
    """Execute the job; its summary. HomeError, HomeBusy, ProfileError and CheckFailed as the run raised them;
    CommandError for a fault that was not foreseen."""
    warnings.simplefilter("ignore")
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    home = Home.open(home_path, office=office, profile=profile)
    values = resource_values(
        home=home.path,
        office=office,
        inbox=inbox,
        as_of=as_of.isoformat() if as_of else None,
        profile=profile,
    )
    os.environ["DAGSTER_HOME"] = str(dagster_home(home.dagster))
    with kept_open(), dg.DagsterInstance.get() as instance:
        with home.lock():
            clear_killed_runs(instance)
        job = defs.resolve_job_def(JOB)
        config = {**QUIET, "resources": {"registry": {"config": values}}}
        with noticed_interrupts() as interrupted:
            try:
                job.execute_in_process(run_config=config, instance=instance, raise_on_error=False)
            except DagsterExecutionInterruptedError:
                raise KeyboardInterrupt from None
            if resource.LAST.summary is None and interrupted():
                raise KeyboardInterrupt
    return _ending()


@contextmanager
def noticed_interrupts() -> Iterator[Callable[[], bool]]:
    """Tells afterwards whether Ctrl-C came. Dagster and DuckDB each handle it in their own way, and what they
    raise then is any of several errors; the wake-up descriptor hears of every signal whoever handles it."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def came() -> bool:
        try:
            return signal.SIGINT in os.read(reading, 4096)
        except BlockingIOError:
            return False

    try:
        yield came
    finally:
        signal.set_wakeup_fd(before)
        os.close(reading)
        os.close(writing)


def _ending() -> RunSummary:
    ending = resource.LAST
    if ending.error is not None:
        raise ending.error
    if ending.failed:
        raise CheckFailed("; ".join(f"{c.name} ({c.failures}): {c.remedy}" for c in ending.failed))
    if ending.summary is None:
        raise CommandError("the run did not end as it should; nothing was published: run again", CHECK_FAILED)
    return ending.summary


def clear_killed_runs(instance: dg.DagsterInstance) -> int:
    """Mark runs that were killed as failed and free their slots in the pool; how many there were.

    To be called while this process holds the home's lock, so that no run can be alive.
    """
    killed = instance.get_runs(
        dg.RunsFilter(job_name=JOB, statuses=[s for s in BUSY if s.name not in ("QUEUED", "NOT_STARTED")])
    )
    for dead in killed:
        instance.report_run_failed(dead, "the process ended before the run did; nothing was published")
    storage = instance.event_log_storage
    if storage.supports_global_concurrency_limits and POOL in storage.get_concurrency_keys():
        for run_id in storage.get_concurrency_info(POOL).active_run_ids:
            storage.free_concurrency_slots_for_run(run_id)
    return len(killed)
