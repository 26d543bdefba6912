"""One round of the pipeline over the county of all stories, and what came out, as a command line shows it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.scenarios import aftercare_stories, housing_stories, residence_stories
from tests.scenarios.story import STORIES, Story, T, write_inboxes

OFFICES = ("residence", "housing", "aftercare")

if not STORIES:
    for page in (residence_stories, housing_stories, aftercare_stories):
        page.tell()


def registry(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """One command, as typed; no key of the environment leaks in."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("REGISTRY_")}
    return subprocess.run(
        [sys.executable, "-m", "registry_pipelines.cli", *arguments],
        cwd=cwd, env=kept, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One open exception: the record it is about, or the own rows on which a dwelling's finding rests."""

    rule: str
    about: str | None
    rests_on: frozenset[str]

    def is_about(self, record_id: str) -> bool:
        """A dwelling's finding is about every row that it rests on."""
        return self.about == record_id or (self.about is None and record_id in self.rests_on)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value.rpartition("/")[2]
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


@dataclass(frozen=True)
class County:
    """The folder of a county after one round."""

    folder: Path
    round: subprocess.CompletedProcess[str]

    def rows(self, office: str, *command: str) -> list[dict[str, Any]]:
        """A listing of one office's home as JSON rows."""
        name, *rest = command
        done = registry(name, *rest, "--home", str(self.folder / office), "--format", "json", cwd=self.folder)
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    @cached_property
    def exceptions(self) -> dict[str, list[dict[str, Any]]]:
        """Every exception of every office."""
        return {office: self.rows(office, "exceptions") for office in OFFICES}

    @cached_property
    def aftercare_text(self) -> str:
        """Everything that the aftercare home publishes, as one text."""
        names = [
            r["table_name"] for r in self.rows("aftercare", "sql", "SELECT table_name FROM duckdb_tables()")
        ]
        every = " UNION ALL ".join(f"SELECT to_json(t)::VARCHAR AS line FROM {name} t" for name in names)
        return "\n".join(r["line"] for r in self.rows("aftercare", "sql", every))

    @cached_property
    def findings(self) -> list[Finding]:
        """The open ones."""
        return [
            Finding(row["rule_code"], row["record_id"], frozenset(_texts(row["details"])))
            for rows in self.exceptions.values()
            for row in rows
            if row["status"] == "open"
        ]


def tell_county(folder: Path) -> County:
    """Write the inboxes and make one round."""
    write_inboxes(folder / "inbox", STORIES)
    arguments = ("--county", str(folder), "--inbox", str(folder / "inbox"), "--as-of", T.isoformat())
    return County(folder, registry("round", *arguments, cwd=folder))


def of(story: Story, findings: list[Finding]) -> list[Finding]:
    """The findings about any row of the story."""
    ids = {row.record_id for row in story.rows}
    return [f for f in findings if any(f.is_about(i) for i in ids)]
