"""Something costly that all test workers share: built by the first one that asks, waited for by the others."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest


def once(factory: pytest.TempPathFactory, worker: str, name: str, build: Callable[[Path], None]) -> Path:
    """The folder that ``build`` filled. ``worker``: pytest-xdist's worker id, ``master`` without it."""
    base = factory.getbasetemp()
    root = base if worker == "master" else base.parent
    folder, done = root / name, root / f"{name}.done"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir()
            build(folder)
            done.touch()
    return folder


def worker_of(request: pytest.FixtureRequest) -> str:
    """The worker that runs this session."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "master"))
