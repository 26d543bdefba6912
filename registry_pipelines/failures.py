"""Errors that end a command: one plain line with its remedy, and an exit status.

What belongs here: the exit statuses of the contract and the translation of any exception into one of
them. No text of a foreign exception is ever shown, because it may hold a value of a row; only its type
and the place in our own code are.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

DONE = 0
CHECK_FAILED = 1
USAGE = 2
BUSY = 3

_PACKAGES = ("registry_pipelines", "assets", "quality", "sources")


class CommandError(Exception):
    """A command cannot go on. ``line`` says what and how to mend it; ``status`` is the exit status."""

    def __init__(self, line: str, status: int = USAGE) -> None:
        super().__init__(line)
        self.line = line
        self.status = status


def one_line(text: str) -> str:
    """``text`` on one line, control characters and runs of blanks removed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def place(trace: TracebackType | None) -> str:
    """The deepest frame of ``trace`` that is our own code, as ``package/module.py:line``; "unknown" if none."""
    found = "unknown"
    root = Path(__file__).resolve().parent.parent
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(root) and path.relative_to(root).parts[0] in _PACKAGES:
            found = f"{path.relative_to(root)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


def describe(error: BaseException) -> str:
    """What an unforeseen ``error`` may say outside: its type and place in our code, never its text."""
    return f"{type(error).__name__} at {place(error.__traceback__)}"
