"""Generated counties, their homes, and what can be read in them: with the key, and without it.

The homes are run in this process, one after the other, with the master key of each fixed, so that two
counties can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import duckdb
import polars as pl

from assets.run import run_home
from assets.store.database import attach, instance
from assets.store.home import Home, forget_opened_home, possible_peers
from assets.store.keys import KeyRing, Purpose, load_keys
from assets.store.settings import parse_public
from registry_pipelines.county import carry_mail
from sources.offices import KEEPING, OFFICES

T = date(2026, 10, 31)
ORDER = ("residence", "aftercare", "housing", "statistics")
Tables = dict[str, pl.DataFrame]


def open_home(path: Path, office: str | None = None) -> Home:
    """A home, whichever was open before. Only tests may do this."""
    forget_opened_home()
    return Home.open(path, office=office)


def keys_of(path: Path) -> KeyRing:
    """The keys of a home."""
    return load_keys(open_home(path), {})


def make_homes(county: Path) -> None:
    """Four homes that know each other, each with a fixed key."""
    for number, office in enumerate(ORDER):
        keys = county / office / "keys"
        keys.mkdir(mode=0o700, parents=True)
        (county / office).chmod(0o700)
        (keys / "master.key").write_text(f"{number + 1:02d}" * 32 + "\n", encoding="utf-8")
        (keys / "master.key").chmod(0o600)
        load_keys(open_home(county / office, office), {})
    for office in ORDER:
        home = open_home(county / office)
        for peer in sorted(possible_peers(office)):
            home.add_peer(
                peer, parse_public((county / peer / "keys" / "office.pub").read_text(encoding="utf-8"))
            )


def run(county: Path, office: str, inbox: Path | None = None, as_of: date = T) -> None:
    """One run of one home."""
    forget_opened_home()
    run_home(county / office, inbox=inbox, as_of=as_of)


def carry(county: Path) -> None:
    """Carry the mail; a copy of each sealed file is kept in ``county``/mail, to be looked into."""
    (county / "mail").mkdir(exist_ok=True)
    for letter in sorted(county.glob("*/outbox/*.sealed")):
        (county / "mail" / letter.name).write_bytes(letter.read_bytes())
    carry_mail(county)


def run_round(county: Path, inboxes: Mapping[str, Path]) -> None:
    """Every home, and again those that got mail, until there is none."""
    make_homes(county)
    for office in ("residence", "aftercare", "housing"):
        run(county, office, inboxes[office])
        carry(county)
    for office in ("residence", "housing", "residence"):
        if any((county / office / "inbox").iterdir()):
            run(county, office)
            carry(county)
    run(county, "statistics")


def tables_in(path: Path, key: str | None) -> Tables:
    """Every table of one DuckDB file, read with its key."""
    con = instance(None)
    try:
        attach(con, path, "looked_at", key, read_only=True)
        names = con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'looked_at'"
        ).fetchall()
        return {name: con.sql(f"SELECT * FROM looked_at.main.{name}").pl() for (name,) in names}
    finally:
        con.close()


def published(home: Path) -> Tables:
    """The published tables of a home."""
    keys = keys_of(home)
    key = None if keys.office == "statistics" else keys.database_key(Purpose.PUBLISHED_DB)
    return tables_in((home / "published" / "registry.duckdb").resolve(), key)


def working(home: Path) -> Tables:
    """The tables of the working database, which the pipeline alone opens."""
    return tables_in(home / "work" / "working.duckdb", keys_of(home).database_key(Purpose.WORKING_DB))


def texts(tables: Tables) -> dict[tuple[str, str], pl.Series]:
    """Every column as text, JSON included, by (table, column)."""
    return {
        (name, column): frame[column].drop_nulls().cast(pl.String)
        for name, frame in tables.items()
        for column, kind in frame.schema.items()
        if not isinstance(kind, (pl.List, pl.Struct, pl.Binary))
    }


@dataclass(frozen=True)
class Generated:
    """A county from the project's own generator: ``sample`` has inboxes and truth, ``homes`` the four homes."""

    sample: Path
    homes: Path

    def truth(self, name: str) -> pl.DataFrame:
        """One truth table."""
        return pl.read_parquet(self.sample / "truth" / f"{name}.parquet")

    @cached_property
    def people(self) -> pl.DataFrame:
        """The invented people."""
        return self.truth("person")

    @cached_property
    def published(self) -> dict[str, Tables]:
        """Published tables by office."""
        return {office: published(self.homes / office) for office in OFFICES}

    def inboxes(self) -> dict[str, Path]:
        """Inbox folders by office."""
        return {office: self.sample / "inbox" / office for office in KEEPING}


def canonical(ids: Sequence[str] | pl.Series) -> set[str]:
    """Record ids as the contract publishes them: half-width, upper case, no spaces."""
    from unicodedata import normalize

    return {"".join(normalize("NFKC", i).split()).upper() for i in ids if i is not None}


def connection(home: Path) -> duckdb.DuckDBPyConnection:
    """A connection with the published file of a home attached as ``looked_at``."""
    keys = keys_of(home)
    con = instance(None)
    attach(
        con,
        (home / "published" / "registry.duckdb").resolve(),
        "looked_at",
        keys.database_key(Purpose.PUBLISHED_DB),
        read_only=True,
    )
    return con
