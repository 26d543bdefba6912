"""The same work in Dagster: one asset a station, checks that block, one transaction, nothing personal in its log."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from assets import checks, run
from assets.context import CheckResult
from assets.store.home import forget_opened_home
from registry_pipelines import headless, resource
from registry_pipelines.definitions import defs
from registry_pipelines.sensors import inbox_sensor, look
from registry_pipelines.settings import JOB, NO_INVITATION, POOL, SETTLE_SECONDS, dagster_home
from registry_pipelines.stations import STATION_ASSETS, check_names
from tests.registry_pipelines.conftest import DAY, Call


@pytest.fixture(autouse=True)
def dagster_variables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DAGSTER_HOME", "")
    yield


def test_every_station_is_an_asset_with_description_group_kind_and_pool() -> None:
    found = {asset.key.to_user_string(): asset for asset in STATION_ASSETS}
    assert list(found) == list(run.STATIONS)
    for asset in found.values():
        spec = next(iter(asset.specs))
        assert spec.description and spec.group_name and spec.kinds
        assert asset.op.pool == POOL


def test_stations_follow_one_another() -> None:
    order = list(run.STATIONS)
    for before, after in itertools.pairwise(order):
        asset = next(a for a in STATION_ASSETS if a.key.to_user_string() == after)
        assert dg.AssetKey(before) in asset.dependency_keys


def test_every_check_blocks() -> None:
    specs = [spec for asset in STATION_ASSETS for spec in asset.check_specs]
    assert {spec.name for spec in specs} >= {
        "rows_reconcile",
        "contract_schema",
        "sealed_absent",
        "closed_domains",
    }
    assert all(spec.blocking for spec in specs)
    assert {spec.name for spec in specs} == {
        name for station in run.STATIONS for name in check_names(station)
    }


def test_definitions_load_with_schedule_and_sensor() -> None:
    dg.Definitions.validate_loadable(defs)
    assert {s.name for s in defs.schedules or []} == {"nightly"}
    assert {s.name for s in defs.sensors or []} == {"inbox"}


def load(home: Path, county: Path, office: str = "aftercare") -> run.RunSummary:
    forget_opened_home()
    return headless.run(home, office=office, inbox=county / "sample" / "inbox" / office, as_of=DAY)


def test_headless_run_publishes_and_a_second_one_changes_nothing(county: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    summary = load(home, county)
    assert summary.changed and list(summary.reports) == list(run.STATIONS)
    published = (home / "published" / "registry.duckdb").resolve().read_bytes()
    again = load(home, county)
    assert not again.changed
    assert (home / "published" / "registry.duckdb").resolve().read_bytes() == published
    os.environ["DAGSTER_HOME"] = str(home / "dagster")
    with dg.DagsterInstance.get() as instance:
        runs = instance.get_runs()
        assert [r.status for r in runs] == [dg.DagsterRunStatus.SUCCESS] * 2
        assert not instance.telemetry_enabled and not instance.nux_enabled
        event = instance.get_latest_materialization_event(dg.AssetKey("records"))
        assert event is not None and event.asset_materialization is not None
    assert_counts_only(home, county)


def test_an_older_homes_dagster_asks_nobody_for_an_address_either(tmp_path: Path) -> None:
    folder = dagster_home(tmp_path / "dagster")
    path = folder / "dagster.yaml"
    own = path.read_text().replace(NO_INVITATION, "") + "# a line of the administrator's"
    path.write_text(own)
    dagster_home(folder)
    os.environ["DAGSTER_HOME"] = str(folder)
    with dg.DagsterInstance.get() as instance:
        assert not instance.nux_enabled and not instance.telemetry_enabled
    assert own in path.read_text()
    before = path.read_text()
    dagster_home(folder)
    assert path.read_text() == before


def assert_counts_only(home: Path, county: Path) -> None:
    """No number or phone of the sample is in Dagster's storage, its compressed cells and texts included."""
    text = ""
    for path in (home / "dagster").rglob("*.db"):
        with sqlite3.connect(path) as con:
            for (table,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                text += str(con.execute(f'SELECT * FROM "{table}"').fetchall())
    people = pl.read_parquet(county / "sample" / "truth" / "person.parquet")
    values = [
        str(v) for c in ("id", "phone") if c in people.columns for v in people[c].drop_nulls().to_list()
    ]
    assert "records" in text and values
    assert not [v for v in values if v in text]


def test_a_failing_check_publishes_nothing_and_is_exit_1(
    county: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(ctx: object, station: str) -> list[CheckResult]:
        return [CheckResult("rows_reconcile", "records", 3, "count again")] if station == "records" else []

    monkeypatch.setattr(checks, "of_station", broken)
    home, inbox = tmp_path / "home", tmp_path / "inbox"
    shutil.copytree(county / "sample" / "inbox" / "aftercare", inbox)
    before = sorted(p.name for p in inbox.iterdir())
    answer = call("run", "--home", home, "--office", "aftercare", "--inbox", inbox, "--as-of", DAY)
    assert answer.status == 1 and "rows_reconcile (3): count again" in answer.err
    assert not (home / "published" / "registry.duckdb").exists()
    assert sorted(p.name for p in inbox.iterdir()) == before
    assert resource.LAST.walked == ["deliveries", "records"]


def test_a_fault_rolls_back_and_its_text_is_nowhere(
    county: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(ctx: object) -> None:
        raise ValueError("欧阳测试 110101199001010015")

    monkeypatch.setitem(run.STATIONS, "facts", fault)
    home = tmp_path / "home"
    answer = call("run", "--home", home, "--office", "aftercare", "--inbox",
                  county / "sample" / "inbox" / "aftercare", "--as-of", DAY)  # fmt: skip
    assert answer.status == 1 and "ValueError" in answer.err and len(answer.err.strip().splitlines()) == 1
    assert "欧阳" not in answer.err and "110101" not in answer.err
    assert not (home / "published" / "registry.duckdb").exists()
    for path in (home / "dagster").rglob("*"):
        if path.is_file():
            assert b"110101199001010015" not in path.read_bytes()
            assert "欧阳测试".encode() not in path.read_bytes() and b"\\u6b27\\u9633" not in path.read_bytes()


def test_a_home_that_is_held_is_exit_3(aftercare: Path, call: Call) -> None:
    from assets.store.home import file_lock

    with file_lock(aftercare / "work" / ".lock") as held:
        assert held
        answer = call("run", "--home", aftercare, "--as-of", DAY)
    assert answer.status == 3 and len(answer.err.strip().splitlines()) == 1


def test_an_earlier_day_or_another_office_is_exit_2(aftercare: Path, call: Call) -> None:
    assert call("run", "--home", aftercare, "--as-of", "2026-10-01").status == 2
    assert call("run", "--home", aftercare, "--office", "housing").status == 2
    assert call("run", "--home", aftercare, "--profile", "atlantis").status == 2
    assert call("run", "--home", aftercare, "--inbox", aftercare / "nowhere").status == 2


def test_what_a_killed_run_left_is_cleared(aftercare: Path) -> None:
    os.environ["DAGSTER_HOME"] = str(dagster_home(aftercare / "dagster"))
    job = defs.resolve_job_def(JOB)
    with dg.DagsterInstance.get() as instance:
        dead = instance.create_run_for_job(job_def=job)
        instance.report_run_canceling(dead)
        instance.event_log_storage.set_concurrency_slots(POOL, 1)
        instance.event_log_storage.claim_concurrency_slot(POOL, dead.run_id, "records")
        assert headless.clear_killed_runs(instance) == 1
        found = instance.get_run_by_id(dead.run_id)
        assert found is not None and found.status == dg.DagsterRunStatus.FAILURE
        assert instance.event_log_storage.get_concurrency_info(POOL).active_slot_count == 0


def test_single_assets_are_refused(aftercare: Path) -> None:
    home = resource.RegistryHome(home=str(aftercare), as_of=DAY.isoformat())
    result = dg.materialize(
        STATION_ASSETS, selection=["records"], resources={"registry": home}, raise_on_error=False
    )
    assert not result.success


def test_the_sensor_waits_for_a_half_copied_file(tmp_path: Path) -> None:
    path = tmp_path / "tenancies_full_20261031.csv"
    path.write_text("a")
    now = time.time()
    first = look(tmp_path, (), now)
    assert not first.settled and len(first.moving) == 1
    still = look(tmp_path, first.moving, now + SETTLE_SECONDS + 1)
    assert len(still.settled) == 1 and not still.moving
    path.write_text("ab")
    os.utime(path, (now + SETTLE_SECONDS, now + SETTLE_SECONDS))
    grown = look(tmp_path, first.moving, now + SETTLE_SECONDS + 1)
    assert not grown.settled and len(grown.moving) == 1


def test_the_sensor_starts_one_run_for_new_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "tenancies_full_20261031.csv").write_text("a")
    (inbox / "notes.txt").write_text("no delivery")
    os.utime(inbox / "tenancies_full_20261031.csv", (time.time() - 100, time.time() - 100))
    monkeypatch.setenv("REGISTRY_INBOX", str(inbox))
    with dg.DagsterInstance.ephemeral() as instance:
        seen = inbox_sensor(dg.build_sensor_context(instance=instance))
        assert isinstance(seen, dg.SensorResult) and not seen.run_requests
        ready = inbox_sensor(dg.build_sensor_context(instance=instance, cursor=seen.cursor))
        assert isinstance(ready, dg.SensorResult) and len(ready.run_requests or []) == 1
        assert "tenancies" not in str(ready.cursor)
        after = inbox_sensor(dg.build_sensor_context(instance=instance, cursor=ready.cursor))
        assert isinstance(after, dg.SensorResult) and not after.run_requests
