"""Feed contracts: one TOML file a feed, from which everything about its columns is derived.

A contract says for each column its English name (used in every table and query), the Chinese heading
and its synonyms, how its cells are read (``type``), and its *class*: ``key``, ``code``, ``date``,
``count``, ``area`` or ``personal``. Columns of class ``personal`` exist in the encrypted working
database only; everything that is published is built from the other classes.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

CLASSES = ("key", "code", "date", "count", "area", "personal")
TYPES = (
    "record_id",  # the record's own number, canonical: half-width, upper case, no spaces
    "number_ref",  # another record's, request's, notice's or consent's number, canonical likewise
    "name",
    "sex",
    "doc_type",
    "id_number",
    "date",
    "updated_at",
    "phone",
    "address",
    "area_code",
    "code",
    "text",
    "integer",
    "decimal",
    "verification",  # 缺口编号: exception_id or letter id
)


@dataclass(frozen=True)
class Column:
    """One column of a feed. ``mandatory``: the file is set aside without it. ``required``: a row whose
    cell is blank or unreadable is rejected. ``codes`` maps what is written to the canonical code."""

    name: str
    heading: str
    type: str
    klass: str
    synonyms: tuple[str, ...] = ()
    mandatory: bool = False
    required: bool = False
    codes: tuple[tuple[str, str], ...] = ()
    comment: str = ""


@dataclass(frozen=True)
class FeedContract:
    """One feed. ``role`` is what the person named in a row is to it (subject, tenant, landlord) or None."""

    feed: str
    office: str | None
    title_zh: str
    title_en: str
    columns: tuple[Column, ...]
    role: str | None
    person_needed: bool
    cadence_days: int
    legal_basis: str
    dropped_note: str

    def column(self, name: str) -> Column:
        """The column called ``name``; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def has(self, name: str) -> bool:
        """Whether the feed has a column called ``name``."""
        return any(c.name == name for c in self.columns)

    @property
    def id_column(self) -> Column:
        """The column that names the record."""
        return next(c for c in self.columns if c.type in ("record_id", "verification"))

    def of_type(self, *types: str) -> tuple[Column, ...]:
        """The columns whose type is one of ``types``, in contract order."""
        return tuple(c for c in self.columns if c.type in types)


def _column(raw: dict[str, object]) -> Column:
    codes = raw.get("codes", {})
    assert isinstance(codes, dict)
    pairs = tuple((str(alias), str(code)) for code, aliases in codes.items() for alias in (code, *aliases))
    synonyms = raw.get("synonyms", ())
    assert isinstance(synonyms, (list, tuple))
    return Column(
        name=str(raw["name"]),
        heading=str(raw["heading"]),
        type=str(raw["type"]),
        klass=str(raw["class"]),
        synonyms=tuple(str(s) for s in synonyms),
        mandatory=bool(raw.get("mandatory", False)),
        required=bool(raw.get("required", False)),
        codes=pairs,
        comment=str(raw.get("comment", "")),
    )


def parse_contract(text: str) -> FeedContract:
    """A contract from TOML text; ValueError names the column whose type or class is unknown."""
    raw = tomllib.loads(text)
    columns = tuple(_column(c) for c in raw["column"])
    for column in columns:
        if column.type not in TYPES or column.klass not in CLASSES:
            raise ValueError(f"feed {raw['feed']}: column {column.name} has an unknown type or class")
    return FeedContract(
        feed=raw["feed"],
        office=raw.get("office"),
        title_zh=raw["title_zh"],
        title_en=raw["title_en"],
        columns=columns,
        role=raw.get("role"),
        person_needed=bool(raw.get("person_needed", False)),
        cadence_days=int(raw.get("cadence_days", 30)),
        legal_basis=raw.get("legal_basis", ""),
        dropped_note=raw.get("dropped_note", ""),
    )


@cache
def contracts() -> dict[str, FeedContract]:
    """All feed contracts by feed name, in a stable order."""
    root = resources.files("sources") / "feeds"
    found = [
        parse_contract(path.read_text(encoding="utf-8"))
        for folder in sorted(root.iterdir(), key=lambda p: p.name)
        if folder.is_dir()
        for path in sorted(folder.iterdir(), key=lambda p: p.name)
        if path.name.endswith(".toml")
    ]
    return {contract.feed: contract for contract in found}
