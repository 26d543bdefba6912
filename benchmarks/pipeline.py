"""``make bench``: one home from files to published list, stage by stage: seconds, rows a second, peak memory.

``python -m benchmarks.pipeline 100000 1000000 [--office residence]``: for each size an invented county is
written whose inbox of that office holds about so many records; a process of its own then runs the home from
nothing through Dagster (as ``registry run`` does, its start included) and tells what each station took.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from registry_pipelines.starting import import_the_rest, imports_set_aside

DAY = date(2026, 10, 31)
PERSONS_PER_RECORD = {"residence": 0.82, "housing": 1.15, "aftercare": 9.0}
TARGETS = {100_000: (20.0, None), 1_000_000: (90.0, 4.0)}


def write_sample(folder: Path, office: str, records: int) -> float:
    """Write the county; seconds."""
    from sources.county import write_county

    began = time.perf_counter()
    write_county(
        folder,
        persons=int(records * PERSONS_PER_RECORD[office]),
        seed=7,
        as_of=DAY,
        months=0,
        offices=(office,),
    )
    return time.perf_counter() - began


def measured_run(home: Path, office: str, inbox: Path, day: date = DAY) -> dict[str, object]:
    """Run the home in this process, timing every station; seconds by stage, rows, peak memory in GB."""
    began, stolen = time.perf_counter(), _stolen()
    # Pandera takes Hypothesis along where it finds it (0.4 s); beside the product it is only here, for the tests.
    sys.modules["hypothesis"] = None  # type: ignore[assignment]
    with imports_set_aside():
        from assets import run
        from registry_pipelines import headless

        import_the_rest()

    seconds: dict[str, float] = {}
    processor = {"imports": time.process_time()}
    loaded = time.perf_counter() - began
    for name, station in list(run.STATIONS.items()):
        run.STATIONS[name] = _timed(name, station, seconds, processor)
    checks = run.blocking.of_station
    run.blocking.of_station = _timed("checks", checks, seconds, processor)
    summary = headless.run(home, office=office, inbox=inbox, as_of=day)
    total = time.perf_counter() - began
    seconds["imports"] = loaded
    processor["dagster, commit, link"] = time.process_time() - sum(processor.values())
    seconds["dagster, commit, link"] = total - sum(seconds.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    counts = {name: dict(report.counts) for name, report in summary.reports.items()}
    return {
        "seconds": seconds,
        "processor": processor,
        "total": total,
        "peak_gb": peak,
        "stolen": _stolen() - stolen,
        "rows": _rows(home),
        "counts": counts,
    }


def _timed(name, function, seconds, processor):  # type: ignore[no-untyped-def]
    def timed(*arguments):  # type: ignore[no-untyped-def]
        began, spent = time.perf_counter(), time.process_time()
        try:
            return function(*arguments)
        finally:
            seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - began
            processor[name] = processor.get(name, 0.0) + time.process_time() - spent

    return timed


def _stolen() -> float:
    """Core seconds since the machine started that its host gave to others while this machine had work for them (Linux;
    elsewhere 0). Every second of it is in somebody's time here, and in nobody's power."""
    try:
        cores = Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split()
        return int(cores[8]) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError):
        return 0.0


def _rows(home: Path) -> int:
    from assets.store.home import Home
    from assets.store.keys import load_keys
    from assets.store.reading import open_published

    opened = Home.open(home)
    with open_published(opened, load_keys(opened)) as con:
        found = con.execute("SELECT sum(rows) FROM delivery WHERE feed <> 'areas'").fetchone()
    return int(found[0]) if found and found[0] else 0


def print_stages(found: dict[str, object]) -> None:
    """Print seconds, processor seconds and rows a second of each stage as a table."""
    seconds, rows, total = found["seconds"], int(str(found["rows"])), float(str(found["total"]))
    processor = found["processor"]
    assert isinstance(seconds, dict) and isinstance(processor, dict)
    print(f"  {'stage':<24}{'seconds':>9}{'cpu s':>9}{'rows/s':>12}")
    for stage, took in seconds.items():
        rate = f"{rows / took:>12,.0f}" if took > 0.005 else f"{'':>12}"
        print(f"  {stage:<24}{took:>9.2f}{processor[stage]:>9.2f}{rate}")
    print(
        f"  {'total':<24}{total:>9.2f}{sum(processor.values()):>9.2f}{rows / total:>12,.0f}   peak {float(str(found['peak_gb'])):.2f} GB"
        f"   stolen by the host {float(str(found['stolen'])):.1f} core s"
    )


def show(size: int, written: float, found: dict[str, object]) -> None:
    """Print one size as a table."""
    total = float(str(found["total"]))
    print(
        f"\n{size:,} records asked for, {found['rows']:,} rows delivered (sample written in {written:.1f} s)"
    )
    print_stages(found)
    limit, memory = TARGETS.get(size, (None, None))
    if limit is not None:
        kept = total <= limit and (memory is None or float(str(found["peak_gb"])) <= memory)
        print(
            f"  target {limit:.0f} s{f', {memory:.0f} GB' if memory else ''}: {'kept' if kept else 'MISSED'}"
        )


def bench(size: int, office: str, work: Path) -> None:
    """One size: write, run in a process of its own, show, delete."""
    folder = work / str(size)
    written = write_sample(folder / "sample", office, size)
    line = [sys.executable, "-m", "benchmarks.pipeline", "--run", str(folder), "--office", office]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the run of {size:,} records failed: {done.stderr.strip()[-300:]}")
    show(size, written, json.loads(done.stdout.splitlines()[-1]))
    shutil.rmtree(folder)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--office", default="residence", choices=sorted(PERSONS_PER_RECORD))
    parser.add_argument(
        "--work", type=Path, help="where to put the sample and the home; a temporary folder if left out"
    )
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run is not None:
        folder = arguments.run
        print(
            json.dumps(
                measured_run(
                    folder / "home", arguments.office, folder / "sample" / "inbox" / arguments.office
                )
            )
        )
        return
    with tempfile.TemporaryDirectory(dir=arguments.work) as work:
        for size in arguments.sizes:
            bench(size, arguments.office, Path(work))


if __name__ == "__main__":
    main()
