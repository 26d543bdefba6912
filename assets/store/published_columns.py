"""What a published table and column are, and the columns that several tables share.

Here: the two classes, shared columns. Not here: the tables (`assets.store.published`, `assets.store.published_cases`).
"""

from __future__ import annotations

from dataclasses import dataclass

from assets.store import domains as d
from assets.store.domains import Domain, code
from sources.contract import contracts


@dataclass(frozen=True)
class PublishedColumn:
    """``type`` is DuckDB's; ``comment`` is English with the Chinese term."""

    name: str
    type: str
    comment: str
    domain: Domain


@dataclass(frozen=True)
class PublishedTable:
    """One table; ``columns`` in their order in the file."""

    name: str
    comment: str
    columns: tuple[PublishedColumn, ...]

    def of_kind(self, *kinds: str) -> tuple[PublishedColumn, ...]:
        """The columns whose domain is of one of these kinds."""
        return tuple(c for c in self.columns if c.domain.kind in kinds)

    def has(self, *names: str) -> bool:
        """Whether the table has all of these columns."""
        return set(names) <= {c.name for c in self.columns}


def column(name: str, kind: str, comment: str, domain: Domain) -> PublishedColumn:
    return PublishedColumn(name, kind, comment, domain)


def feed_column(feeds: tuple[str, ...]) -> PublishedColumn:
    return column("feed", "VARCHAR", "Ledger of this office 台账", code(*feeds))


def fields(feeds: tuple[str, ...]) -> Domain:
    return code(*sorted({c.name for feed in feeds for c in contracts()[feed].columns}))


RECORD_ID = column("record_id", "VARCHAR", "Own record number, or FILE#ROW 本台账编号", d.OWN_RECORD)
DWELLING_KEY = column("dwelling_key", "VARCHAR", "Dwelling, housing office only 住所键", d.KEY)
AREA_CODE = column("area_code", "VARCHAR", "Community, township or county 区划代码", d.AREA_CODE)
EXCEPTION_ID = column("exception_id", "VARCHAR", "Exception; the same tomorrow 缺口编号", d.KEY)
RULE_CODE = column("rule_code", "VARCHAR", "Rule 规则代码", d.RULE_CODE)
RUN_ID = column("run_id", "INTEGER", "Run 批次", d.COUNT)
