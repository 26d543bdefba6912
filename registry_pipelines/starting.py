"""Starting a process that imports much: Dagster alone is some two thousand modules."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module

AT_FIRST_USE = ("dagster._core.storage.base_storage", "upath.core")
"""What Dagster imports only when a run begins, and in every run (measured: 0.2 s)."""


def import_the_rest() -> None:
    """Import what Dagster will need in any case, while imports are set aside. What only a run with files needs (Pandera,
    PyArrow's datasets) stays where it is used: most runs find nothing new."""
    for name in AT_FIRST_USE:
        with suppress(ImportError):  # another version of the library may have it elsewhere: then at first use
            import_module(name)


@contextmanager
def imports_set_aside() -> Iterator[None]:
    """Around the imports: they make much and leave nothing behind, so nothing is searched for garbage meanwhile (a quarter
    of their time), nor is what they made ever again (0.3 s each time)."""
    if gc.get_freeze_count() or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
