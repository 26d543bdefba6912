"""What homes hold after a history equals a rebuild from all deliveries, whatever arrived when.

8 histories in `make test`, REGISTRY_HISTORIES in `make soak` (200).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import polars as pl
import pytest

from assets.run import RunSummary
from assets.store.database import open_working
from assets.store.home import Home, forget_opened_home
from assets.store.keys import KeyRing, load_keys
from registry_pipelines.county import carry_mail
from tests.principles.homes import Tables, published
from tests.robustness.histories import FIRST, OFFICES, Ledgers, Step, history
from tests.robustness.ledgers import AREAS, run, write

pytestmark = pytest.mark.slow

HISTORIES = int(os.environ.get("REGISTRY_HISTORIES", "8"))
STAMPS = ("started_at", "finished_at", "loaded_at", "happened_at", "run_id", "notes", "stands_since")
OF_DELIVERIES = ("delivery", "run")
OF_THE_WAY = ("exception_event", "exception_history", "dwelling_alias", "letter")
"""What tells how a home came to where it is; a rebuild in one run has not gone that way."""
AfterRun = Callable[[str, RunSummary], None]


def county(folder: Path) -> Path:
    """A residence and a housing home that know each other, with fixed keys."""
    rings = {}
    for n, office in enumerate(OFFICES, start=1):
        keys = folder / office / "keys"
        keys.mkdir(mode=0o700, parents=True)
        (folder / office).chmod(0o700)
        (keys / "master.key").write_text(f"{n:02d}" * 32, encoding="utf-8")
        rings[office] = KeyRing(bytes.fromhex(f"{n:02d}" * 32), office)
    for office, peer in (("residence", "housing"), ("housing", "residence")):
        forget_opened_home()
        home = Home.open(folder / office, office)
        load_keys(home, {})
        home.add_peer(peer, rings[peer].public)
    for office in ("aftercare", "statistics"):
        (folder / office / "outbox").mkdir(parents=True)
    return folder


def live(folder: Path, day: date, files: dict[str, list[Path]], after: AfterRun = lambda *_: None) -> None:
    """One day of both homes: their files arrive, they run, and run again as long as there is mail.

    ``after`` is called with office and summary of every run, before another home runs.
    """
    for office, arrived in files.items():
        for path in arrived:
            shutil.copy(path, folder / office / "inbox" / path.name)
    for office in files:
        after(office, run(folder / office, day))
        if len(files) > 1:
            carry_mail(folder)
    if len(files) < len(OFFICES):
        return
    if list((folder / "residence" / "inbox").glob("MAIL*")):
        after("residence", run(folder / "residence", day))
    carry_mail(folder)
    for left in (folder / "housing" / "inbox").glob("MAIL*"):
        left.unlink()  # said again on the same day


def told(home: Path) -> Tables:
    """The published tables in a fixed order, without moments."""
    forget_opened_home()
    tables = published(home)
    forget_opened_home()
    tables["delivery"] = tables["delivery"].with_columns(  # sealed mail is never the same twice
        pl.when(pl.col("file_name").str.starts_with("MAIL"))
        .then(None)
        .otherwise(pl.col("sha256"))
        .alias("sha256")
    )
    plain = {name: frame.drop([c for c in STAMPS if c in frame.columns]) for name, frame in tables.items()}
    return {name: frame.sort(pl.all(), nulls_last=True) for name, frame in plain.items()}


def present(tables: Tables) -> Tables:
    """What is so today, however it came about."""
    kept = {n: f for n, f in tables.items() if n not in (*OF_DELIVERIES, *OF_THE_WAY)}
    kept["exception"] = kept["exception"].filter(pl.col("status").is_in(["open", "held"]))
    return kept


def differing(a: Tables, b: Tables) -> dict[str, tuple[list[str], list[str]]]:
    """Some rows that one has and the other has not, by table."""
    found = {}
    for name in sorted(a.keys() | b.keys()):
        if not a[name].equals(b[name]):
            first, second = ({repr(row) for row in t[name].to_dicts()} for t in (a, b))
            found[name] = (sorted(first - second)[:3], sorted(second - first)[:3])
    return found


def forget_what_was_worked_out(home: Path) -> None:
    """As after a new version of the program: the next run works everything out anew."""
    forget_opened_home()
    opened = Home.open(home)
    with open_working(opened, load_keys(opened, {})) as con:
        con.execute("UPDATE setting SET value = 'another' WHERE name = 'last_program'")
    forget_opened_home()


def step_by_step(folder: Path, steps: list[Step], *, anew: bool = False) -> dict[str, Tables]:
    county(folder)
    for step in steps:
        live(folder, step.day, step.files)
        if anew:
            for office in step.files:
                forget_what_was_worked_out(folder / office)
    return {office: told(folder / office) for office in steps[0].files}


KINDS = (("residence", "housing"), ("residence",), ("housing",), ("housing",))
"""Which offices live through a history; only where both do is there mail."""


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_what_grew_day_by_day_is_what_a_rebuild_gives(tmp_path: Path, seed: int) -> None:
    """A rebuild in one run holds the same today; one that works everything out anew each day has the same past too."""
    steps = history(tmp_path / "files", seed, KINDS[seed % len(KINDS)])
    grown = step_by_step(tmp_path / "grown", steps)
    if seed % 3 == 1:
        replayed = step_by_step(tmp_path / "replayed", steps, anew=True)
        for office, tables in grown.items():
            first, second = ({n: f for n, f in t.items() if n != "run"} for t in (tables, replayed[office]))
            assert differing(first, second) == {}
        return
    every = {o: [path for step in steps for path in step.files[o]] for o in grown}
    for files in every.values():
        Random(seed).shuffle(files)
    county(tmp_path / "rebuilt")
    live(tmp_path / "rebuilt", steps[-1].day, every)
    assert sum(tables["record"].height for tables in grown.values()) > 5  # one of the two may have few
    for office, tables in grown.items():
        rebuilt = told(tmp_path / "rebuilt" / office)
        assert not tables["delivery"].filter(pl.col("outcome") == "set_aside").height
        assert differing(present(tables), present(rebuilt)) == {}


def test_twelve_months_change_no_key_of_what_nobody_touched(tmp_path: Path) -> None:
    """Each month 5 % of the rows change; dwelling keys and exception ids of all others are what they were."""
    rng = Random(12)
    ledgers = Ledgers(rng, 80)
    home = county(tmp_path / "county") / "housing"
    touched: set[str] = set()
    seen: list[Tables] = []
    day = FIRST
    for month in range(13):
        before = {feed: {k: list(r) for k, r in rows.items()} for feed, rows in ledgers.rows.items()}
        size = sum(len(ledgers.rows[feed]) for feed in OFFICES["housing"])
        for _ in range(round(size * 0.05) if month else 0):
            ledgers.change(day)
        if not month:
            write(tmp_path / "in0", f"areas_full_{day:%Y%m%d}.csv", AREAS)
        for feed in OFFICES["housing"]:
            write(tmp_path / f"in{month}", f"{feed}_full_{day:%Y%m%d}.csv", ledgers.rows[feed].values())
            now = ledgers.rows[feed]
            touched |= (
                {k for k in now.keys() | before[feed].keys() if now.get(k) != before[feed].get(k)}
                if month
                else set()
            )
        run(home, day, inbox=tmp_path / f"in{month}")
        seen.append(told(home))
        day += timedelta(days=30)
    first, last = (
        {r["record_id"]: r["dwelling_key"] for r in t["record"].to_dicts()} for t in (seen[0], seen[-1])
    )
    untouched = {r for r in first if r not in touched and first[r]}
    assert len(untouched) > 30
    assert [r for r in untouched if first[r] != last[r]] == []
    ids = [
        {(r["rule_code"], r["record_id"] or r["dwelling_key"]): r for r in t["exception"].to_dicts()}
        for t in seen
    ]
    for earlier, later in pairwise(ids):
        assert earlier.keys() <= later.keys()  # closed ones are kept for two years
        assert [k for k in earlier if earlier[k]["exception_id"] != later[k]["exception_id"]] == []
    still = [k for k, r in ids[0].items() if r["record_id"] in untouched and k[0] == "DQ-01"]
    assert still and all(
        ids[-1][k]["status"] == "open" and ids[-1][k]["opened_on"] == ids[0][k]["opened_on"] for k in still
    )


def test_a_part_that_has_the_bytes_of_another_file_is_a_part_all_the_same(tmp_path: Path) -> None:
    """Found by history 8: two header-only files, one of them half of a snapshot, which then waited for ever."""
    inbox, home = tmp_path / "in", county(tmp_path / "county") / "housing"
    row = ("FW-1", "青石县柳河镇东塘社区松涛路1号", "992701100001", "周房东", "", "出租中")
    write(inbox, f"rental_housing_full_{FIRST:%Y%m%d}_part1of2.csv", [])
    write(inbox, f"rental_housing_full_{FIRST:%Y%m%d}_part2of2.csv", [row])
    write(inbox, f"rental_housing_delta_{FIRST:%Y%m%d}.csv", [])
    run(home, FIRST, inbox=inbox)
    deliveries = {r["file_name"][15:]: r["outcome"] for r in told(home)["delivery"].to_dicts()}
    assert deliveries == {
        "full_20260803_part1of2.csv": "loaded",
        "full_20260803_part2of2.csv": "loaded",
        "delta_20260803.csv": "loaded",
    }
    assert told(home)["record"]["record_id"].to_list() == ["FW-1"]
