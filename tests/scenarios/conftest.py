"""One county, one round, for every test here and every worker."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.once import once, worker_of
from tests.scenarios.county import County, tell_county


def _tell(folder: Path) -> None:
    done = tell_county(folder).round
    (folder / "round.json").write_text(
        json.dumps([done.returncode, done.stdout, done.stderr]), encoding="utf-8"
    )


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> County:
    folder = once(tmp_path_factory, worker_of(request), "stories", _tell)
    status, out, err = json.loads((folder / "round.json").read_text(encoding="utf-8"))
    assert status == 0, err
    return County(folder, subprocess.CompletedProcess([], status, out, err))
