"""A home of a few rows that lives through some days: deliveries, decisions, runs, and what is published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import duckdb

from assets.run import RunSummary
from assets.store.decisions import Decision, append_decision
from assets.store.home import Home, forget_opened_home
from assets.store.keys import load_keys
from assets.store.reading import open_published
from tests.robustness.ledgers import AREAS, COMMUNITY, HEADINGS, number, run, write

DAY = date(2026, 5, 4)
ADDRESS = "青石县柳河镇东塘社区松涛路{}号1幢1单元101室"
Row = Mapping[str, str]


def registered(record: str, **more: str) -> dict[str, str]:
    """One row of floating_population by heading; sound unless ``more`` says otherwise."""
    base = {"登记编号": record, "姓名": "", "居住地址": ADDRESS.format(8), "社区代码": COMMUNITY, "登记日期": "2026-04-01",
            "状态": "在住"}  # fmt: skip
    return base | more


@dataclass
class Living:
    """One home under ``folder``; files are delivered from an inbox of each day."""

    folder: Path
    office: str = "residence"

    @property
    def home(self) -> Path:
        """The home's folder."""
        return self.folder / "home"

    def deliver(
        self, on: date, rows: Iterable[Row], feed: str = "floating_population", mode: str = "delta"
    ) -> None:
        """A file for the day's inbox."""
        lines = [tuple(row.get(heading, "") for heading in HEADINGS[feed]) for row in rows]
        write(self.folder / f"{on}", f"{feed}_{mode}_{on:%Y%m%d}.csv", lines, feed)

    def run(self, on: date) -> RunSummary:
        """Bring the home up to a day, with what was delivered on it."""
        inbox = self.folder / f"{on}"
        write(inbox, f"areas_full_{on:%Y%m%d}.csv", AREAS)
        return run(self.home, on, office=self.office, inbox=inbox)

    def decide(self, kind: str, reason: str, a: str, b: str | None = None, field: str | None = None,
               on: date = date(2026, 1, 2)) -> None:  # fmt: skip
        """A clerk's decision of a day; records of floating_population by number (a case by its id, for *resolve*)."""
        forget_opened_home()
        home = Home.open(self.home)
        feed = "floating_population"
        decision = Decision(
            kind, reason, "clerk", a_feed=None if kind == "resolve" else feed, a_record=a,
            b_feed=feed if b else None, b_record=b, field=field,
        )  # fmt: skip
        append_decision(home, load_keys(home, {}), decision, datetime.combine(on, time(12)))
        forget_opened_home()

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        """Rows of a query on what is published."""
        forget_opened_home()
        home = Home.open(self.home)
        try:
            with open_published(home, load_keys(home, {})) as con:
                return _rows(con, sql, values)
        finally:
            forget_opened_home()

    def case(self, record: str, rule: str = "FP-09") -> dict[str, Any]:
        """The one exception of a rule about a record."""
        (row,) = self.rows(
            "SELECT * FROM exception WHERE record_id = $record AND rule_code = $rule",
            record=record,
            rule=rule,
        )
        return row

    def events(self, exception_id: str) -> list[tuple[str, str, str, str | None]]:
        """(event, actor kind, reason, record that ended it) in order."""
        found = self.rows(
            """SELECT event, actor_kind, reason_code, record_id FROM exception_event WHERE exception_id = $id
               ORDER BY happened_at, run_id""",
            id=exception_id,
        )
        return [tuple(row.values()) for row in found]


def _rows(con: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
    cursor = con.execute(sql, values) if values else con.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def person(order: int) -> dict[str, str]:
    """Name, number and phone of one of a few invented people."""
    names = ("欧阳甲一", "欧阳乙二", "欧阳丙三", "欧阳丁四", "欧阳戊五", "欧阳己六", "欧阳庚七", "欧阳辛八")
    born = date(1980 + order, 3, 5)
    return {"姓名": names[order], "证件号码": number(born, 100 + order), "联系电话": f"1390099{order:04d}"}
