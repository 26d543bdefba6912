"""One invented county, loaded once without Dagster; tests get copies of its homes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assets.run import run_home
from assets.store.home import forget_opened_home
from registry_pipelines import cli
from sources.county import write_county
from tests.once import once, worker_of

DAY = date(2026, 10, 31)


@dataclass(frozen=True)
class Answer:
    """What a command gave: its exit status, stdout and stderr."""

    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of a JSON listing."""
        rows: list[dict[str, Any]] = json.loads(self.out)
        return rows


Call = Callable[..., Answer]


def _build(root: Path) -> None:
    write_county(root / "sample", persons=400, seed=5, as_of=DAY)
    for office in ("residence", "aftercare"):
        forget_opened_home()
        run_home(root / office, office=office, inbox=root / "sample" / "inbox" / office, as_of=DAY)
    forget_opened_home()


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """``sample/inbox/OFFICE`` and the homes ``residence`` and ``aftercare``, brought up to DAY."""
    return once(tmp_path_factory, worker_of(request), "commands", _build)


def _copied(county: Path, office: str, target: Path) -> Path:
    shutil.copytree(county / office, target, symlinks=True)
    return target


@pytest.fixture
def residence(county: Path, tmp_path: Path) -> Path:
    """A residence home of the test's own."""
    return _copied(county, "residence", tmp_path / "residence")


@pytest.fixture
def aftercare(county: Path, tmp_path: Path) -> Path:
    """An aftercare home of the test's own."""
    return _copied(county, "aftercare", tmp_path / "aftercare")


@pytest.fixture(autouse=True)
def another_process() -> Iterator[None]:
    """Each test stands for a process of its own, which opens one home."""
    forget_opened_home()
    yield
    forget_opened_home()


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Call:
    """Run one command in this process."""

    def run(*arguments: object) -> Answer:
        forget_opened_home()
        capfd.readouterr()
        status = cli.run([str(a) for a in arguments])
        out, err = capfd.readouterr()
        return Answer(status, out, err)

    return run
