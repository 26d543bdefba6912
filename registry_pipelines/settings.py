"""Settings of what runs around a home: Dagster's own storage inside it, and the names used everywhere.

What belongs here: the generated ``home/dagster/dagster.yaml`` and constants of the run.
"""

from __future__ import annotations

import os
from pathlib import Path

JOB = "registry_run"
POOL = "registry_writer"
AUDIT_HEAD = "audit_head"
"""Name of the setting in the working database that holds the audit chain's head as of the last run."""
HOME_VARIABLE = "REGISTRY_HOME"
INBOX_VARIABLE = "REGISTRY_INBOX"
NIGHTLY = "15 2 * * *"
TIMEZONE = "Asia/Shanghai"
SETTLE_SECONDS = 20
"""A file counts as complete once it has not changed for this long and from one look to the next."""

NO_INVITATION = """\
nux:
  enabled: false              # no window that asks for an e-mail address and sends it away
"""
DAGSTER_YAML = f"""\
# Written by `registry`; delete it to have it written anew. Everything Dagster keeps lies in this folder.
# It holds counts, codes and file names of the contract's form; what a step prints is not kept.
telemetry:
  enabled: false
{NO_INVITATION}concurrency:
  pools:
    granularity: op
    default_limit: 1          # {POOL}: one writer
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
  start_timeout_seconds: 120
  poll_interval_seconds: 30
  free_slots_after_run_end_seconds: 30   # without it a killed run would hold its slot for ever
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
retention:
  schedule: {{purge_after_days: {{skipped: 7, failure: 90, success: 90}}}}
  sensor: {{purge_after_days: {{skipped: 2, failure: 30, success: 30}}}}
"""


def dagster_home(folder: Path) -> Path:
    """``folder`` (home/dagster) made ready for Dagster; files there are 0600 because the process's umask is 077."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "dagster.yaml"
    if not path.exists():
        path.write_text(DAGSTER_YAML, encoding="utf-8")
        path.chmod(0o600)
    elif "nux:" not in (text := path.read_text(encoding="utf-8")):  # of a home that is older than this
        path.write_text(f"{text.rstrip()}\n{NO_INVITATION}", encoding="utf-8")
    return folder


def home_of_environment() -> Path:
    """The home that Dagster's code location serves: $REGISTRY_HOME, else ./registry-home."""
    return Path(os.environ.get(HOME_VARIABLE) or "registry-home")


def inbox_of_environment() -> Path | None:
    """An inbox outside the home, if $REGISTRY_INBOX names one."""
    text = os.environ.get(INBOX_VARIABLE)
    return Path(text) if text else None
