"""Imports are set aside: nothing is collected meanwhile, everything is collected again afterwards."""

from __future__ import annotations

import subprocess
import sys

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
