"""``registry run``: bring a home up to a day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry_pipelines.cli import common
from registry_pipelines.cli.common import HOME_DEFAULT, AsOfOption, HomeOption
from registry_pipelines.cli.output import note
from registry_pipelines.failures import CHECK_FAILED, CommandError
from registry_pipelines.starting import import_the_rest, imports_set_aside

if TYPE_CHECKING:
    from assets.run import RunSummary

InboxOption = Annotated[
    Path | None,
    typer.Option("--inbox", metavar="DIR", help="收件 files to load; the home's own inbox if left out."),
]


def run(
    home: HomeOption = HOME_DEFAULT,
    office: Annotated[
        str | None,
        typer.Option(
            "--office", metavar="O", help="办公室 residence, housing, aftercare or statistics; once."
        ),
    ] = None,
    inbox: InboxOption = None,
    as_of: AsOfOption = None,
    profile: Annotated[
        str | None, typer.Option("--profile", metavar="NAME", help="地区口径 the profile.")
    ] = None,
) -> None:
    """装载并核对 load what is new in the inbox and bring the home up to the day. Runs the Dagster job in process."""
    day = common.day(as_of)
    if inbox is not None and not inbox.is_dir():
        raise CommandError(f"inbox {inbox} is no folder: give a readable folder")
    summary = execute(home, office=office, inbox=inbox, as_of=day, profile=profile)
    report(summary, home)


def execute(home: Path, **choices: object) -> RunSummary:
    """The run itself; errors of the contract as CommandError with their exit status."""
    from rich.status import Status

    from registry_pipelines.cli.output import console

    with Status("正在运行 running", console=console(stderr=True), spinner="line"):
        with imports_set_aside():
            from assets.run import CheckFailed
            from assets.stations.deliveries import InboxUnreadable
            from quality.profiles import ProfileError
            from registry_pipelines import headless

            import_the_rest()
        try:
            return headless.run(home, **choices)  # type: ignore[arg-type]
        except CheckFailed as error:
            raise CommandError(f"nothing was published; a check failed: {error}", CHECK_FAILED) from None
        except (InboxUnreadable, ProfileError) as error:
            raise CommandError(str(error)) from None


def report(summary: RunSummary, home: Path) -> None:
    """What the run did, on stderr: counts, notes, set-aside files, and the audit chain's head."""
    opened = common.open_home(home)
    done = f"已公布 published · 批次 run {summary.run_id}" if summary.changed else "无变化 nothing new"
    note(f"{summary.office} · {summary.as_of} · {done}", "green")
    for station, found in summary.reports.items():
        counts = "  ".join(
            f"{k} {v:,}" if isinstance(v, int) else f"{k} {v}" for k, v in found.counts.items()
        )
        if counts and "skipped" not in found.counts:
            note(f"  {station:<11}{counts}", "dim")
    for line in summary.notes:
        note(f"  {line}")
    if summary.set_aside:
        note(f"搁置 set aside: {summary.set_aside} files; registry deliveries says why", "yellow")
    note(f"审计链头 audit head (keep it elsewhere): {opened.chain.head()}", "dim")
