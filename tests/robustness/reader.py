"""A reader that never pauses: ``python -m tests.robustness.reader HOME SECONDS``; prints queries, versions, faults."""

from __future__ import annotations

import sys
import time
from itertools import pairwise
from pathlib import Path

from assets.store.home import Home
from assets.store.keys import load_keys
from assets.store.reading import open_published

ONE_VERSION = """
SELECT (SELECT count(*) FROM exception_event e ANTI JOIN exception x USING (exception_id)),
       (SELECT count(*) FROM exception x WHERE record_id IS NOT NULL AND NOT EXISTS (
          FROM record r WHERE r.feed = x.feed AND r.record_id = x.record_id)),
       (SELECT count(*) FROM record r WHERE dwelling_key IS NOT NULL AND NOT EXISTS (
          FROM dwelling d WHERE d.dwelling_key = r.dwelling_key)),
       (SELECT max(run_id) FROM run) - (SELECT max(run_id) FROM delivery WHERE outcome = 'loaded')
"""


def main() -> None:
    home = Home.open(sys.argv[1])
    keys = load_keys(home, {})
    end = time.monotonic() + float(sys.argv[2])
    queries, torn, errors, versions = 0, 0, 0, [0]
    while time.monotonic() < end and not (home.path.parent / "stop").exists():
        try:
            with open_published(home, keys) as con:
                for _ in range(5):
                    row = con.execute(ONE_VERSION).fetchone()
                    (run,) = con.execute("SELECT max(run_id) FROM run").fetchall()[0]
                    queries += 2
                    torn += row is None or any(row[:3]) or row[3] < 0
                    versions.append(run) if run != versions[-1] else None
        except Exception as error:
            errors += 1
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
    backward = sum(b < a for a, b in pairwise(versions))
    sys.stdout.write(f"{queries} {len(versions) - 1} {torn + backward} {errors}\n")


if __name__ == "__main__":
    assert Path(sys.argv[1]).is_dir()
    main()
