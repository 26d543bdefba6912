"""What commands share: their common options, opening a home, and writing down a pull."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry_pipelines.cli.output import Format
from registry_pipelines.failures import CommandError
from registry_pipelines.words import CODES

if TYPE_CHECKING:
    import duckdb

    from assets.store.home import Home
    from assets.store.keys import KeyRing
    from registry_pipelines.audit import Chain, FilterValue

HOME_DEFAULT = Path("registry-home")

HomeOption = Annotated[
    Path,
    typer.Option("--home", metavar="DIR", envvar="REGISTRY_HOME", help="本办公室的目录 the office's home."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="输出格式 how rows are written.")]
ReasonOption = Annotated[
    str,
    typer.Option("--reason", metavar="CODE", help="原因代码 one of the list that `registry codes` prints."),
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="截至日 the day to bring the home up to; today."),
]
DayOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="历史 as it stood on that day, from the case log."),
]


@dataclass(frozen=True)
class Opened:
    """A home that is open for reading: its published database, its keys and its audit chain."""

    home: Home
    keys: KeyRing
    chain: Chain


def day(text: str | None) -> date | None:
    """``text`` as a day; CommandError if it is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError("--as-of is no day: write it as 2026-10-31") from None


def reason(code: str) -> str:
    """``code`` if it is one of the closed list; CommandError names the list otherwise."""
    if code not in CODES:
        raise CommandError(f"--reason has to be one of {', '.join(CODES)} (registry codes explains them)")
    return code


def open_home(path: Path) -> Opened:
    """The home at ``path`` with its keys and audit chain; HomeError if there is none."""
    from assets.store.home import Home
    from assets.store.keys import Purpose, load_keys
    from registry_pipelines.audit import Chain

    home = Home.open(path)
    keys = load_keys(home)
    return Opened(home, keys, Chain(home.audit, keys.subkey(Purpose.AUDIT)))


@cache
def query(name: str) -> str:
    """The text of ``queries/NAME.sql``."""
    return (resources.files("registry_pipelines") / "queries" / f"{name}.sql").read_text(encoding="utf-8")


def fetch(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, object] | None = None
) -> list[dict[str, Any]]:
    """Rows of ``sql`` as dictionaries. Only the parameters that the text names are bound."""
    named = {k: v for k, v in (parameters or {}).items() if re.search(rf"\${k}\b", sql)}
    cursor = con.execute(sql, named) if named else con.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def pulled(opened: Opened, command: str, filters: Mapping[str, FilterValue], rows: Sequence[object]) -> None:
    """Write the pull into the audit chain, before anything is shown."""
    opened.chain.append(command, filters, len(rows))


def record_name(text: str) -> tuple[str, str]:
    """``FEED/ID`` as (feed, canonical id); CommandError if it has another form or names no feed."""
    feed, slash, record_id = text.partition("/")
    return known_feed(feed, text if not slash or not record_id else ""), canonical_id(record_id)


def known_feed(feed: str, malformed: str = "") -> str:
    """``feed`` if a contract has it; CommandError otherwise."""
    from sources.contract import contracts

    if malformed:
        raise CommandError("a record is written as FEED/ID, for example tenancies/ZZ-104")
    if feed not in contracts():
        raise CommandError(f"there is no feed of that name: use one of {', '.join(contracts())}")
    return feed


def canonical_id(text: str) -> str:
    """A record number as it is published: half-width, upper case, without blanks."""
    import unicodedata

    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def keeping_home(path: Path) -> Opened:
    """The home at ``path`` of an office that keeps a ledger; CommandError for a statistics home."""
    opened = open_home(path)
    if opened.home.office == "statistics":
        raise CommandError("a statistics home keeps no ledger: registry sql reads its counts")
    return opened


def kept_days(opened: Opened) -> int:
    """How many days the home's profile keeps how cases stood before they changed."""
    from quality.profiles import DEFAULT, load_profile

    return load_profile(opened.home.settings.profile or DEFAULT).superseded_days


def one_listing(row: Mapping[str, Any], fmt: Format) -> None:
    """One row in a machine's format: still an array."""
    from registry_pipelines.cli.output import write_csv, write_json

    (write_json if fmt is Format.json else write_csv)([row], list(row))
