"""Readers without pause while runs go on: no lock error, no torn or backward read. 3 here, 10 in `make soak`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from sources.county import write_county
from tests.robustness.ledgers import run

pytestmark = pytest.mark.slow

DAY = date(2026, 10, 31)
READERS = int(os.environ.get("REGISTRY_READERS", "3"))
RUNS = 3 if READERS < 10 else 12
ROOT = Path(__file__).resolve().parents[2]


def test_readers_never_meet_a_lock_or_a_torn_version(tmp_path: Path) -> None:
    write_county(tmp_path / "county", persons=300, seed=7, as_of=DAY)
    home = tmp_path / "home"
    run(home, DAY, office="housing", inbox=tmp_path / "county" / "inbox" / "housing")
    readers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.robustness.reader", str(home), "300"], cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(READERS)
    ]  # fmt: skip
    try:
        for number in range(1, RUNS + 1):
            day = DAY + timedelta(days=30 * number)
            if number == 1:
                for path in (tmp_path / "county" / "inbox2" / "housing").glob("*"):
                    shutil.copy(path, home / "inbox")
            run(home, day)
        (tmp_path / "stop").touch()
        said = [reader.communicate(timeout=120) for reader in readers]
    finally:
        for reader in readers:
            reader.kill()
    for out, err in said:
        queries, versions, torn, errors = map(int, out.split())
        assert (torn, errors) == (0, 0), err
        assert queries > 20 and versions >= 2
