"""The job: all stations, in one process, one run at a time."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from registry_pipelines.settings import JOB, home_of_environment, inbox_of_environment
from registry_pipelines.stations import STATION_ASSETS

registry_run = dg.define_asset_job(
    JOB,
    selection=dg.AssetSelection.assets(*STATION_ASSETS),
    description="Loads what is new in the inbox and brings the home up to the day.",
)


def resource_values(
    *,
    home: Path | None = None,
    office: str | None = None,
    inbox: Path | None = None,
    as_of: str | None = None,
    profile: str | None = None,
) -> dict[str, str]:
    """The values of the ``registry`` resource, from arguments or else the environment."""
    chosen = inbox or inbox_of_environment()
    return {
        "home": str((home or home_of_environment()).absolute()),
        "office": office or "",
        "inbox": str(chosen.absolute()) if chosen else "",
        "as_of": as_of or "",
        "profile": profile or "",
    }
