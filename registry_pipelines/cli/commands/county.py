"""``registry sample``, ``round`` and ``demo``: an invented county, its homes, and a first look."""

from __future__ import annotations

import json
import shutil
import sys
import time
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from registry_pipelines.cli import common
from registry_pipelines.cli.common import AsOfOption
from registry_pipelines.cli.output import Format, console, listing, note
from registry_pipelines.details import for_people
from registry_pipelines.failures import CommandError
from registry_pipelines.words import OFFICE_WORDS, Heading, headings

DEMO = Path("registry-demo")
DEMO_MARK = ".made-by-registry-demo"
DEMO_PERSONS = 3000
DEMO_SEED = 11
LISTED = 12

CountyOption = Annotated[
    Path, typer.Option("--county", metavar="DIR", help="县 the folder of the four homes.")
]


def sample(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="目录 where to write; must be new or empty.")
    ],
    persons: Annotated[
        int, typer.Option("--persons", metavar="N", min=1, max=5_000_000, help="人数 how many people.")
    ],
    seed: Annotated[
        int, typer.Option("--seed", metavar="S", help="种子 the same seed gives the same county.")
    ],
    as_of: AsOfOption = None,
) -> None:
    """样例 writes an invented county: one inbox folder for each office, and the truth beside them."""
    day = common.day(as_of) or date.today()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CommandError(f"{out} is not empty: give a new folder with --out")
    make_sample(out, persons, seed, day)
    note(f"已写入 written: {out}/inbox, {out}/truth", "green")


def make_sample(out: Path, persons: int, seed: int, day: date) -> None:
    """Write the county; no number in it can be a living person's."""
    from sources.county import write_county

    write_county(out, persons=persons, seed=seed, as_of=day)


def round_county(
    county: CountyOption,
    inbox: Annotated[
        Path | None,
        typer.Option(
            "--inbox", metavar="DIR", help="收件 inbox/OFFICE for each office; the homes' own if left out."
        ),
    ] = None,
    as_of: AsOfOption = None,
) -> None:
    """轮转 for invented data: runs the four homes in turn and carries their mail until none is left."""
    day = common.day(as_of)
    if inbox is not None and not inbox.is_dir():
        raise CommandError(
            f"inbox {inbox} is no folder: give the folder that holds one inbox for each office"
        )
    turn(county, inbox, day)


def turn(county: Path, inbox: Path | None, day: date | None) -> None:
    """One round, told on stderr. Files with numbers as real ones are get refused before anything is loaded."""
    from registry_pipelines.county import ORDER, run_round
    from registry_pipelines.invented import refuse_real_files, refuse_real_inboxes

    began = time.monotonic()
    if inbox is not None:
        refuse_real_files(inbox)
    refuse_real_inboxes({office: county / office / "inbox" for office in ORDER})
    runs = run_round(county, inbox, day, lambda line: note(line))
    note(f"完成 done: {len(runs)} runs in {time.monotonic() - began:.0f} s", "green")


def demo() -> None:
    """演示 a sample county with its four homes in ./registry-demo: runs it, shows a list and where to look next."""
    root = DEMO
    if root.exists():
        if not (root / DEMO_MARK).exists():
            raise CommandError("./registry-demo is there but was not made by registry demo: move it away")
        shutil.rmtree(root)
    root.mkdir(mode=0o700)
    (root / DEMO_MARK).touch(mode=0o600)
    day = date.today()
    note(f"样例县 an invented county of {DEMO_PERSONS:,} people, as of {day}", "bold")
    make_sample(root / "sample", DEMO_PERSONS, DEMO_SEED, day)
    turn(root / "county", root / "sample" / "inbox", day)
    _summary(root / "county")
    shown = _first_list(root / "county")
    _next(root / "county", shown)


def _rows(home: Path, *arguments: str) -> list[dict[str, Any]]:
    """What a command lists in a home, asked in a process of its own."""
    from registry_pipelines.county import command

    done = command(*arguments, "--format", "json", home=home)
    if done.returncode:
        raise CommandError(done.stderr.strip().splitlines()[-1], done.returncode)
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def _summary(county: Path) -> None:
    rows = []
    for office in ("residence", "housing", "aftercare"):
        files = [d for d in _rows(county / office, "deliveries") if d["outcome"] == "loaded"]
        found = _rows(county / office, "exceptions")
        rows.append(
            {"office": f"{OFFICE_WORDS[office]} {office}", "files": len(files)}
            | {name: sum(d[name] or 0 for d in files) for name in ("rows", "accepted", "rejected")}
            | {"exceptions": len(found), "rules": ", ".join(_counted(found))}
        )  # fmt: skip
    shown = [Heading("office", "办公室", "office"), Heading("files", "文件", "files", numeric=True),
             *headings("rows", "accepted", "rejected"), Heading("exceptions", "缺口", "exceptions", numeric=True),
             Heading("rules", "按规则", "by rule")]  # fmt: skip
    listing(rows, shown, Format.table, title="各办公室只看自己的台账 each office sees its own ledger alone")


def _counted(found: list[dict[str, Any]]) -> list[str]:
    counts: dict[str, int] = {}
    for row in found:
        counts[row["rule_code"]] = counts.get(row["rule_code"], 0) + 1
    return [f"{rule} {n}" for rule, n in sorted(counts.items())]


def _first_list(county: Path) -> list[dict[str, Any]]:
    """Show a few exceptions of each rule of the residence desk, as its list shows them; those that were shown."""
    found = _rows(county / "residence", "exceptions")
    rules = sorted({row["rule_code"] for row in found})
    each = max(1, LISTED // max(1, len(rules)))
    rows = [row for rule in rules for row in [r for r in found if r["rule_code"] == rule][:each]]
    shown = [for_people(row) for row in rows]
    names = ("gap", "about", "area_name", "opened_on", "answer_by", "details")
    listing(shown, headings(*names), Format.table, title="缺口清单（节选） from the residence desk's exception list",
            caption=f"节选 {len(rows)} / {len(found)} 条 rows")  # fmt: skip
    return rows


def _next(county: Path, shown: list[dict[str, Any]]) -> None:
    call, desk = _called_as(), f"--home {county}/residence"
    linked = [row["exception_id"] for row in shown if row["rule_code"] in ("FP-07", "FP-10")]
    example = (linked or [row["exception_id"] for row in shown] or ["EXCEPTION"])[0]
    lines = [
        (f"{call} exceptions {desk}", "全部清单 the whole list"),
        (f"{call} explain {example} {desk}", "为什么 why one is on it"),
        (f"{call} exceptions {desk} --output list.xlsx", "工作簿 as a workbook to fill in"),
        (f"{call} letters --home {county}/housing", "告知函 information letters"),
        (f'{call} sql "FROM population" --home {county}/statistics', "受保护的计数 protected counts"),
        (f"{call} check {desk}", "核查 does the home hold what it promises"),
    ]
    width = max(len(line) for line, _ in lines)
    console().print(
        "接下来 where to look next\n" + "\n".join(f"  {line:<{width}}  {words}" for line, words in lines)
    )


def _called_as() -> str:
    """How this program was called, so that the lines can be typed as they are."""
    called = Path(sys.argv[0])
    if called.name != "registry" or shutil.which("registry") == str(called):
        return "registry"
    return str(called.relative_to(Path.cwd()) if called.is_relative_to(Path.cwd()) else called)
