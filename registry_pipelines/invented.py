"""Is this invented data? Real identity numbers of residents begin with 11 to 71; invented ones never do.

What belongs here: the guard of ``round`` and ``evaluate``, which are for invented data alone. It counts and
names files; it never keeps or shows a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from quality.values.identity_numbers import canonical, parse
from registry_pipelines.failures import CommandError
from sources.contract import contracts
from sources.naming import parse_entry
from sources.offices import OFFICES, office_of
from sources.problems import FileProblem
from sources.readers import RawTable, read_delivery
from sources.refused import load_refusals

if TYPE_CHECKING:
    import duckdb

REAL = r"^(1[1-9]|[2-6]\d|7[01])"
_INSIDE = r"(?:1[1-9]|[2-6]\d|7[01])\d{15}[\dXxＸｘ]"


def real_numbers(texts: pl.Series, *, identity: bool) -> int:
    """How many cells hold a valid identity number that begins with 11 to 71.

    ``identity``: the column is of identity numbers, so the whole cell is read as one (15 digits, full-width
    digits, look-alike X); otherwise numbers are looked for inside the text.
    """
    filled = texts.drop_nulls()
    if identity:
        candidates = canonical(filled)
    else:
        candidates = filled.filter(filled.str.contains(_INSIDE)).str.extract_all(_INSIDE).explode()
    candidates = candidates.drop_nulls().unique()
    if candidates.is_empty():
        return 0
    judged = parse(candidates, file_day=date.today())
    return judged.filter((pl.col("id_state") == "valid") & pl.col("id_number").str.contains(REAL)).height


def refuse_real_files(inbox: Path) -> None:
    """As ``refuse_real_inboxes`` for the folders ``inbox/OFFICE``."""
    refuse_real_inboxes({office: inbox / office for office in OFFICES})


def refuse_real_inboxes(inboxes: Mapping[str, Path]) -> None:
    """CommandError naming the first file that holds a real number, before anything is loaded."""
    for office, path in _files(inboxes):
        table = _read(office, path)
        if table is not None and _real_in(table, path):
            raise CommandError(
                f"{path.name} of {office} holds identity numbers that begin with 11 to 71, as real ones do: "
                "a round is for invented data only; nothing was loaded"
            )


def _files(inboxes: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    for office, folder in inboxes.items():
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.is_file():
                yield office, path


def _read(office: str, path: Path) -> RawTable | None:
    """The file as a run would read it; None for what a run takes nothing from."""
    entry = parse_entry(path.name)
    if entry is None or entry.feed is None or office_of(entry.feed) not in (office, None):
        return None
    if entry.feed not in contracts():
        return None
    try:
        return read_delivery(path, contracts()[entry.feed], office, load_refusals(None))
    except FileProblem:
        return None


def _real_in(table: RawTable, path: Path) -> bool:
    entry = parse_entry(path.name)
    contract = contracts()[str(entry.feed if entry else "")]
    identity = {c.name for c in contract.of_type("id_number")}
    return any(
        real_numbers(table.frame[c.name], identity=c.name in identity)
        for c in contract.columns
        if table.frame[c.name].dtype == pl.String
    )


def refuse_real_home(con: duckdb.DuckDBPyConnection, office: str) -> None:
    """CommandError if the working database of a home holds a real number."""
    for contract in contracts().values():
        if contract.feed in OFFICES[office].feeds and contract.of_type("id_number"):
            row = con.execute(
                f"SELECT count(*) FROM typed_{contract.feed} WHERE id_state = 'valid' AND regexp_matches(id_number, $real)",
                {"real": REAL},
            ).fetchone()
            if row and row[0]:
                raise CommandError(
                    "this home holds identity numbers as real ones are: evaluate is for invented data only"
                )
