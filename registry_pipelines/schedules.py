"""The nightly run; it is left out while a run is going on."""

from __future__ import annotations

import dagster as dg

from registry_pipelines.jobs import registry_run
from registry_pipelines.settings import JOB, NIGHTLY, TIMEZONE

BUSY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def run_going_on(instance: dg.DagsterInstance) -> bool:
    """Whether a run of the job is queued or running."""
    return bool(instance.get_runs(dg.RunsFilter(job_name=JOB, statuses=BUSY), limit=1))


@dg.schedule(
    job=registry_run, cron_schedule=NIGHTLY, execution_timezone=TIMEZONE, name="nightly",
    description="每夜 every night: brings the home up to the day, so that grace periods end on time.",
)  # fmt: skip
def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """One run a night, with today as its day."""
    if run_going_on(context.instance):
        return dg.SkipReason("a run is queued or going on")
    return dg.RunRequest(run_key=None, tags={"registry/why": "nightly"})
