"""Counties from the generator: two run in this process, one by the command line with Dagster."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.store.home import forget_opened_home
from sources.county import write_county
from tests.once import once, worker_of
from tests.principles.homes import Generated, T, run_round

SEEDS = (5, 23)
PERSONS = 420
Changed = Callable[[str], Generated]


def _sample(folder: Path, seed: int) -> Generated:
    write_county(folder / "sample", persons=PERSONS, seed=seed, as_of=T)
    return Generated(folder / "sample", folder / "homes")


def _with_round(seed: int) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        county = _sample(folder, seed)
        run_round(county.homes, county.inboxes())
        forget_opened_home()

    return build


def _by_command(folder: Path) -> None:
    county = _sample(folder, 41)
    (folder / "tmp").mkdir()
    kept = {k: v for k, v in os.environ.items() if not k.startswith("REGISTRY_")} | {
        "TMPDIR": str(folder / "tmp")
    }
    line = [sys.executable, "-m", "registry_pipelines.cli", "round", "--county", str(county.homes), "--inbox",
            str(county.sample / "inbox"), "--as-of", T.isoformat()]  # fmt: skip
    done = subprocess.run(
        line, env=kept, capture_output=True, text=True, check=False, timeout=900, cwd=folder
    )
    (folder / "said.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session", params=SEEDS)
def county(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Generated:
    """A county after its round, for each seed."""
    folder = once(tmp_path_factory, worker_of(request), f"county{request.param}", _with_round(request.param))
    return Generated(folder / "sample", folder / "homes")


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Generated:
    """The county of the first seed."""
    folder = once(tmp_path_factory, worker_of(request), f"county{SEEDS[0]}", _with_round(SEEDS[0]))
    return Generated(folder / "sample", folder / "homes")


@pytest.fixture(scope="session")
def commanded(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A county whose round was typed: ``homes``, ``sample``, ``tmp`` (its temporary folder), ``said.txt``."""
    return once(tmp_path_factory, worker_of(request), "commanded", _by_command)


@pytest.fixture(autouse=True)
def _no_home_stays_open() -> None:
    forget_opened_home()
