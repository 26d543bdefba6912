"""Imports are set aside: nothing is collected meanwhile, everything is collected again afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import gc
from registry_pipelines.starting import imports_set_aside
with imports_set_aside():
    assert not gc.isenabled()
    import fractions
first = gc.get_freeze_count()
assert gc.isenabled() and first > 0
with imports_set_aside():
    assert gc.isenabled()  # once a process: the second time there is little to import
    kept = [[] for _ in range(10)]
assert gc.get_freeze_count() == first
try:
    with imports_set_aside():
        raise ImportError
except ImportError:
    pass
assert gc.isenabled()
"""


def test_imports_are_set_aside_once_a_process() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


LATE = """
import sys
from datetime import date
from pathlib import Path
from registry_pipelines.starting import AT_FIRST_USE, import_the_rest, imports_set_aside
folder = Path(sys.argv[1])
with imports_set_aside():
    from assets import run
    from registry_pipelines import headless
    import_the_rest()
before = set(sys.modules)
from sources.county import write_county
write_county(folder, persons=200, seed=3, as_of=date(2026, 5, 1), months=0, offices=("residence",))
summary = headless.run(folder / "home", office="residence", inbox=folder / "inbox" / "residence", as_of=date(2026, 5, 1))
assert summary.reports["records"].counts["files"] == 4
for name in AT_FIRST_USE:
    assert name in before, f"{name}: no such module any more"
late = [name for name in set(sys.modules) - before if name.split(".")[0] in {n.split(".")[0] for n in AT_FIRST_USE}]
assert len(late) < 50, sorted(late)  # without the list 116
"""


def test_dagster_imports_little_once_a_run_has_begun(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LATE, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
