"""A county for demonstration: four homes side by side, each run in a process of its own, mail carried between.

What belongs here: ``registry round``. Only for invented data. This process opens no home: it makes and runs
each by the command line in another process, and touches only public keys and sealed mail.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from registry_pipelines.failures import CommandError

ORDER = ("residence", "housing", "aftercare", "statistics")
FIRST_GROUPS = (("residence", "aftercare"), ("housing",))
"""Housing comes second, so that it has residence's mail at its first run."""
MOST_PASSES = 8
AT_A_TIME = 2
Say = Callable[[str], None]


@dataclass(frozen=True)
class Ran:
    """One run of one office: its exit status and what it said on stderr."""

    office: str
    status: int
    said: str


def command(*arguments: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    """One ``registry`` command on one home, in a process of its own."""
    return _process("registry_pipelines.cli", *arguments, "--home", home)


def _process(module: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, encoding="utf-8", check=False)


def run_round(county: Path, inbox: Path | None, as_of: date | None, say: Say) -> list[Ran]:
    """Run the four homes, carry mail, and run those that got some, until none is left; every run in order.

    CommandError with the office's own exit status and line if a run fails.
    """
    make_homes(county)
    runs: list[Ran] = []
    waiting: set[str] = set()
    for group in FIRST_GROUPS:
        runs += _run_group(county, group, {o: _own_inbox(inbox, o) for o in group}, as_of, say)
        waiting = (waiting - set(group)) | carry_mail(county)
    for _ in range(MOST_PASSES):
        keeping = [o for o in ORDER if o in waiting and o != "statistics"]
        if not keeping:
            return runs + _run_group(
                county, ["statistics"], {"statistics": _own_inbox(inbox, "statistics")}, as_of, say
            )
        runs += _run_group(county, keeping, dict.fromkeys(keeping), as_of, say)
        waiting = (waiting - set(keeping)) | carry_mail(county)
    raise CommandError(
        "mail does not come to an end between these homes: report this as a fault of the program", 1
    )


def _own_inbox(inbox: Path | None, office: str) -> Path | None:
    own = inbox / office if inbox is not None else None
    return own if own is not None and own.is_dir() else None


def make_homes(county: Path) -> None:
    """Make the homes that are missing and let every two that exchange mail know each other's public keys."""
    county.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        list(pool.map(lambda office: _make(county, office), ORDER))
        list(pool.map(lambda office: _introduce(county, office), ORDER))


def _make(county: Path, office: str) -> None:
    if not (county / office / "keys" / "office.pub").exists():
        _must(office, _process("registry_pipelines.introduce", county / office, office))


def _introduce(county: Path, office: str) -> None:
    """Add the peers that the home does not know yet."""
    from assets.store.home import possible_peers
    from assets.store.settings import parse_settings

    known = parse_settings((county / office / "office.toml").read_text(encoding="utf-8")).peers
    keyfiles = [county / peer / "keys" / "office.pub" for peer in sorted(possible_peers(office) - set(known))]
    if keyfiles:
        _must(office, _process("registry_pipelines.introduce", county / office, office, *keyfiles))


def _must(office: str, done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no reason given"]
        raise CommandError(f"{office}: {said[-1]}", done.returncode if done.returncode in (1, 2, 3) else 1)


def _run_group(
    county: Path, offices: Sequence[str], inboxes: Mapping[str, Path | None], as_of: date | None, say: Say
) -> list[Ran]:
    """Run these offices, two at a time."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        done = list(pool.map(lambda office: _run_one(county, office, inboxes[office], as_of), offices))
    for ran in done:
        say(f"{ran.office}: {ran.said.splitlines()[0] if ran.said else 'done'}")
    return done


def _run_one(county: Path, office: str, inbox: Path | None, as_of: date | None) -> Ran:
    arguments: list[str | Path] = ["run"]
    if inbox is not None:
        arguments += ["--inbox", inbox]
    if as_of is not None:
        arguments += ["--as-of", as_of.isoformat()]
    done = command(*arguments, home=county / office)
    _must(office, done)
    return Ran(office, done.returncode, done.stderr.strip())


def carry_mail(county: Path) -> set[str]:
    """Move what lies in each outbox into its receiver's inbox; the offices that got something."""
    got: set[str] = set()
    for office in ORDER:
        for letter in sorted((county / office / "outbox").glob("MAIL_*.sealed")):
            receiver = receiver_of(letter.name)
            if receiver is not None:
                letter.replace(county / receiver / "inbox" / letter.name)
                got.add(receiver)
    return got


def receiver_of(name: str) -> str | None:
    """The office that a mail is for, by its name ``MAIL_FROM_TO_YYYYMMDD_N.sealed``."""
    words = name.split("_")
    return words[2].lower() if len(words) == 5 and words[2].lower() in ORDER else None
