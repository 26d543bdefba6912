"""What ``dagster dev -w workspace.yaml`` and ``registry run`` load: assets, checks, job, schedule, sensor."""

from __future__ import annotations

import dagster as dg

from registry_pipelines.jobs import registry_run, resource_values
from registry_pipelines.resource import RegistryHome
from registry_pipelines.schedules import nightly
from registry_pipelines.sensors import inbox_sensor
from registry_pipelines.stations import STATION_ASSETS

defs = dg.Definitions(
    assets=STATION_ASSETS,
    jobs=[registry_run],
    schedules=[nightly],
    sensors=[inbox_sensor],
    resources={"registry": RegistryHome(**resource_values())},
    executor=dg.in_process_executor,
)
