"""Letters: who is written to, by record number, and what the letter says.

Belongs here: the texts (zh, en), the SQL that says which records are due a letter, and the listing. There are
two letters. ``tenancy`` (housing): every tenancy that began in the last 30 days; nobody is picked, no column
but the first day is looked at. ``renewal`` (residence): every active row whose 居住证有效期至 lies in the next
30 days. Does not belong here: names or addresses; the clerk looks them up in the office's own system.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from hashlib import blake2b
from importlib import resources
from types import MappingProxyType

import duckdb
import polars as pl

from quality.profiles import Profile

KINDS: Mapping[str, str] = MappingProxyType({"housing": "tenancy", "residence": "renewal"})
"""Office → the one kind of letter it hands out."""

FEEDS: Mapping[str, str] = MappingProxyType({"tenancy": "tenancies", "renewal": "floating_population"})
_ID_LETTERS = str.maketrans("0123456789abcdef", "BCDFGHJKLMNPQRST")


@cache
def _read(name: str) -> str:
    return (resources.files("quality.letters") / name).read_text(encoding="utf-8")


def letter_text(kind: str) -> dict[str, str]:
    """The text of a kind of letter, ``zh`` and ``en``; the same for everybody, with no field to fill in."""
    return {language: _read(f"{kind}.{language}.txt").strip() for language in ("zh", "en")}


def letter_id(kind: str, record_id: str, day: date, key: bytes) -> str:
    """``L`` and 16 letters: a keyed BLAKE2b of kind, record number and the day that the letter is about."""
    text = f"{kind}\x1f{record_id}\x1f{day.isoformat()}"
    return "L" + blake2b(text.encode(), key=key[:64], digest_size=8).hexdigest().translate(_ID_LETTERS)


def due_letters(
    con: duckdb.DuckDBPyConnection, office: str, as_of: date, profile: Profile, key: bytes
) -> int:
    """Bring table ``letter`` up to ``as_of``; gives the number of letters on the list.

    In this order: what is past or rests on no current row is forgotten; what is due and has no letter yet gets
    one; an answer 不再提醒 ends the letter it names. A record has one letter at a time, so one whose letter
    was ended gets no other until that one is past. Running it again changes nothing.
    """
    kind = KINDS.get(office)
    if kind is None:
        return 0
    days = timedelta(days=profile.letter_window_days)
    con.execute(_read(f"forget_{kind}.sql"), {"kind": kind, "as_of": as_of})
    window = {"kind": kind, "as_of": as_of, "from_day": as_of - days, "to_day": as_of + days}
    text = _read(f"due_{kind}.sql")
    due = con.sql(text, params={k: v for k, v in window.items() if f"${k}" in text}).pl()
    ids = [letter_id(kind, record, day, key) for record, day in due.select("record_id", "day").iter_rows()]
    new = due.select(pl.Series("letter_id", ids, dtype=pl.String), "rid", "until")
    con.register("new_letter", new)
    con.execute(
        "INSERT INTO letter SELECT letter_id, rid, $kind, $as_of, until, false FROM new_letter",
        {"kind": kind, "as_of": as_of},
    )
    con.unregister("new_letter")
    con.execute(_read("end.sql"))
    row = con.execute(
        "SELECT count(*) FROM letter WHERE kind = $kind AND NOT ended AND until >= $as_of",
        {"kind": kind, "as_of": as_of},
    ).fetchone()
    return int(row[0]) if row else 0


def letters_listed(con: duckdb.DuckDBPyConnection, office: str, as_of: date) -> pl.DataFrame:
    """The letters to hand out: letter_id, feed, record_id (as shown), area_code, kind, offered_on, until.

    One row for each letter that is neither ended nor past; join ``letter_text`` for the words.
    """
    kind = KINDS.get(office, "")
    feed = FEEDS.get(kind)
    if feed is None:
        return con.sql(
            "SELECT letter_id, '' AS feed, '' AS record_id, '' AS area_code, kind, offered_on, until FROM letter LIMIT 0"
        ).pl()
    return con.sql(_read("listed.sql").format(feed=feed), params={"kind": kind, "as_of": as_of}).pl()
