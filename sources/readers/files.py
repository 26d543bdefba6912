"""The entry as a file: is it one, may it be read, is it all there, which bytes are they."""

from __future__ import annotations

import errno
import hashlib
import stat
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sources.problems import FileProblem, file_problem


@contextmanager
def plain_problems() -> Iterator[None]:
    """Turns whatever a library raises into a FileProblem, so that no text of a file gets into a message."""
    try:
        yield
    except (FileProblem, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except IsADirectoryError:
        raise file_problem("folder") from None
    except FileNotFoundError:
        raise file_problem("vanished") from None
    except PermissionError:
        raise file_problem("permissions") from None
    except MemoryError:
        raise file_problem("too_large") from None
    except BaseException:  # a panic in a Rust reader is no Exception
        raise file_problem("unreadable") from None


def check_file(path: Path) -> None:
    """FileProblem if ``path`` is a folder, a device or pipe, unreadable, or has no byte."""
    with plain_problems():
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise file_problem("folder")
        if not stat.S_ISREG(status.st_mode):
            raise file_problem("not_a_file")
        with path.open("rb"):
            pass
        if status.st_size == 0:
            raise file_problem("empty_file")


def file_fault(path: Path) -> FileProblem | None:
    """What ``check_file`` has to say of ``path``, or None; for callers that settle it without reading on."""
    try:
        check_file(path)
    except FileProblem as problem:
        return problem
    return None


def sha256_of(path: Path) -> str:
    """SHA-256 of the file's bytes (64 hex digits), read in blocks; OSError if it cannot be read or is no file."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "a folder has no bytes")
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "not an ordinary file")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def looks_complete(path: Path, quiet_seconds: float = 5.0, now: float | None = None) -> bool:
    """Whether ``path`` is a file that is no longer being copied.

    Unchanged for ``quiet_seconds``, and: an xlsx has its central directory, a parquet its footer mark. A
    csv (and mail) is complete at once if it ends with a line break, else when it has been quiet ten times as
    long, since many programs write no last line break.
    """
    try:
        status = path.stat()
    except OSError:
        return False
    if not stat.S_ISREG(status.st_mode):
        return False
    age = (time.time() if now is None else now) - status.st_mtime
    if age < quiet_seconds:
        return False
    try:
        return _ends_well(path, status.st_size) or age >= 10 * quiet_seconds
    except OSError:
        return age >= 10 * quiet_seconds


def _ends_well(path: Path, size: int) -> bool:
    suffix = path.suffix.lower().removeprefix(".")
    if suffix == "xlsx":
        return zipfile.is_zipfile(path)
    with path.open("rb") as file:
        file.seek(max(0, size - 4))
        tail = file.read(4)
    if suffix == "parquet":
        return tail == b"PAR1"
    return tail.endswith((b"\n", b"\r", b"\n\0", b"\0\n")) if suffix == "csv" else size > 0
