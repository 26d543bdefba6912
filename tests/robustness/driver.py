"""A process of its own for one home: runs it as told, one step a line. Started by the tests, killed by some.

``python -m tests.robustness.driver HOME OFFICE`` reads lines ``DAY INBOX`` (INBOX ``-`` is the home's own) and answers
each with ``done CHANGED`` or ``failed``.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from assets.run import run_home


def main() -> None:
    home, office = Path(sys.argv[1]), sys.argv[2]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        day, inbox = line.split()
        summary = run_home(
            home, office=office, as_of=date.fromisoformat(day), inbox=None if inbox == "-" else Path(inbox)
        )
        sys.stdout.write(f"done {summary.changed}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
