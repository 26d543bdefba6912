"""``make bench-delta``: a delivery of changed records into a large home, a run with nothing new, and a full rebuild.

``python -m benchmarks.delta [RECORDS] [CHANGED]`` (1,000,000 and 10,000): an invented county is written whose
residence inbox holds about so many records, and a month later's changes, of which so many rows are drawn. Each
run is a process of its own: the first load, the run with nothing new, the delta a day later, and a home that is
built from both at once. Seconds are told stage by stage; the last line gives delta against rebuild, both without
the start of the process.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from benchmarks.pipeline import PERSONS_PER_RECORD, measured_run, print_stages

FIRST, SECOND = date(2026, 11, 29), date(2026, 11, 30)
OFFICE, FEED = "residence", "floating_population"
STARTS = ("imports",)


def write_inboxes(folder: Path, records: int, changed: int) -> None:
    """Folders ``first`` and ``later`` (with ``changed`` rows of the month's delta) and ``both``."""
    from sources.contract import contracts
    from sources.county import write_county
    from sources.readers import read_delivery
    from sources.refused import load_refusals

    persons = int(records * PERSONS_PER_RECORD[OFFICE])
    write_county(folder, persons=persons, seed=7, as_of=date(2026, 10, 31), months=1, offices=(OFFICE,))
    (folder / "inbox" / OFFICE).rename(folder / "first")
    (delta,) = (folder / "inbox2" / OFFICE).glob(f"{FEED}_delta_*")
    contract = contracts()[FEED]
    rows = read_delivery(delta, contract, OFFICE, load_refusals(None)).frame
    rows = rows.select(column.name for column in contract.columns)
    chosen = sorted(random.Random(3).sample(range(rows.height), min(changed, rows.height)))
    headings = {name: contract.column(name).heading for name in rows.columns}
    (folder / "later").mkdir()
    target = folder / "later" / f"{FEED}_delta_{SECOND:%Y%m%d}.csv"
    rows[chosen].rename(headings).write_csv(target)
    (folder / "both").mkdir()
    for path in [*(folder / "first").iterdir(), target]:
        (folder / "both" / path.name).hardlink_to(path)


def _child(home: Path, inbox: Path, day: date) -> dict[str, object]:
    line = [sys.executable, "-m", "benchmarks.delta", "--run", str(home), str(inbox), day.isoformat()]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the run of {inbox.name} failed: {done.stderr.strip()[-300:]}")
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def _net(found: dict[str, object]) -> float:
    seconds = found["seconds"]
    assert isinstance(seconds, dict)
    return float(str(found["total"])) - sum(seconds[name] for name in STARTS)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="?", type=int, default=1_000_000)
    parser.add_argument("changed", nargs="?", type=int, default=10_000)
    parser.add_argument(
        "--work", type=Path, help="where to put sample and homes; a temporary folder if left out"
    )
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run is not None:
        home, inbox, day = arguments.run
        print(json.dumps(measured_run(Path(home), OFFICE, Path(inbox), date.fromisoformat(day))))
        return
    with tempfile.TemporaryDirectory(dir=arguments.work) as work:
        folder = Path(work)
        write_inboxes(folder, arguments.records, arguments.changed)
        found = {}
        for name, home, inbox, day in (
            ("first load", "home", "first", FIRST),
            ("nothing new", "home", "first", FIRST),
            ("delta", "home", "later", SECOND),
            ("rebuild", "other", "both", SECOND),
        ):
            found[name] = _child(folder / home, folder / inbox, day)
            print(f"\n{name}")
            print_stages(found[name])
        net = {name: _net(run) for name, run in found.items()}
        print(
            f"\nwithout the start of the process: delta {net['delta']:.1f} s, rebuild {net['rebuild']:.1f} s, "
            f"ratio {net['delta'] / net['rebuild']:.3f} (target 0.25); nothing new {net['nothing new']:.1f} s"
        )


if __name__ == "__main__":
    main()
