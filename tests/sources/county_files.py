"""Reads a sample county's files back without the house's own readers, for tests of the generator."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path

import polars as pl

from sources.contract import contracts
from sources.offices import KEEPING, OFFICES, office_of

Row = dict[str, str | None]


def decode(data: bytes) -> str:
    """The text of a csv file, by its byte order mark, else UTF-8, else GB18030."""
    if data.startswith(b"\xff\xfe"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _table(path: Path) -> pl.DataFrame:
    if path.suffix == ".parquet":
        return pl.read_parquet(path)
    if path.suffix == ".csv":
        text = decode(path.read_bytes())
        separator = max(",;\t", key=text.split("\n", 1)[0].count)
        names, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        body = [[cell or None for cell in row] for row in rows]
        return pl.DataFrame(body, schema=dict.fromkeys(names, pl.String), orient="row")
    raw = pl.read_excel(path, has_header=False, infer_schema_length=0, drop_empty_rows=False)
    rows = raw.rows()
    known = {
        h
        for c in contracts()[path.name.split("_full")[0].split("_delta")[0]].columns
        for h in (c.heading, *c.synonyms)
    }
    first = next(i for i, row in enumerate(rows) if sum(cell in known for cell in row) >= 1)
    two = sum(cell is not None for cell in rows[first]) < len(rows[first])
    under = rows[first + 1] if two else rows[first]
    names = [b or a for a, b in zip(rows[first], under, strict=True)]
    body = rows[first + 1 + two : -2]
    return pl.DataFrame(body, schema=dict.fromkeys(names, pl.String), orient="row")


def read_feed(folder: Path, feed: str, mode: str = "full") -> pl.DataFrame:
    """The one file of ``feed`` in ``folder`` under contract column names, all text."""
    (path,) = folder.glob(f"{feed}_{mode}_*")
    frame = _table(path)
    headings = {h: c.name for c in contracts()[feed].columns for h in (c.heading, *c.synonyms)}
    return frame.rename({h: headings[h] for h in frame.columns if h in headings})


def canonical(text: str) -> str:
    """A record number without regard to case, width and spaces."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def valid(number: str) -> bool:
    """Whether 18 characters pass the check of GB 11643-1999 (the plain loop, unlike the generator's)."""
    if len(number) != 18 or not number[:17].isdigit():
        return False
    weights = [pow(2, 17 - i, 11) for i in range(17)]
    total = sum(int(d) * w for d, w in zip(number[:17], weights, strict=True))
    return (total + (10 if number[17] == "X" else int(number[17]) if number[17].isdigit() else 99)) % 11 == 1


def read_feeds(out: Path) -> dict[str, list[Row]]:
    """All full deliveries of a county, by feed."""
    names = [feed for office in KEEPING for feed in sorted(OFFICES[office].feeds)]
    return {feed: read_feed(out / "inbox" / (office_of(feed) or ""), feed).to_dicts() for feed in names}


def read_truth(out: Path) -> dict[str, pl.DataFrame]:
    """All truth tables of a county, by name."""
    return {path.stem: pl.read_parquet(path) for path in (out / "truth").iterdir()}
