"""A ledger made by hand: typed rows in files, persons and dwellings as told, the rules' answer as rows.

For tests of rules and cases only. It stands in for reading, screening, dwellings and persons: a row is given
as it is after screening, and who is whom is said and not worked out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

import duckdb

from assets.store.schema import create_current_views, migrate
from quality.cases import advance
from quality.profiles import Profile, load_profile
from quality.rules import create_views, evaluate, load_rules

KEY = b"a key for tests, thirty-two byte"
Row = dict[str, Any]


def day(text: str) -> date:
    """``2026-05-01`` as a date."""
    return date.fromisoformat(text)


@cache
def _made(office: str) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 1})
    migrate(con, office)
    create_current_views(con, office)
    return con


def _empty(office: str) -> duckdb.DuckDBPyConnection:
    """A working database without a row; made once for each office, because making it takes longest."""
    con = _made(office)
    tables = con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
    for (table,) in tables:
        if table not in ("holiday", "schema_version"):
            con.execute(f"DELETE FROM {table}")
    return con


@dataclass
class Version:
    """One row of one file."""

    feed: str
    record_id: str
    values: Row
    file_day: date
    mode: str
    delivery: int


@dataclass
class Ledger:
    """One office's working database in memory, rebuilt from its files each time it is asked."""

    office: str
    profile: Profile = field(default_factory=lambda: load_profile("zhejiang"))

    def __post_init__(self) -> None:
        self.con = _empty(self.office)
        self.con.execute("INSERT INTO area VALUES ('330000000000', '县', '县', NULL)")
        self.con.execute("INSERT INTO area VALUES ('330000100001', '社区', '社区', '330000000000')")
        self.versions: list[Version] = []
        self.fulls: list[tuple[str, date, set[str]]] = []
        self.deliveries = 0
        self.runs = 0
        self.people: dict[str, str] = {}
        self.homes: dict[str, str] = {}
        self.areas: dict[str, str] = {}
        self.rids: dict[tuple[str, str], int] = {}

    def file(self, feed: str, on: str, rows: Sequence[Row], mode: str = "delta") -> None:
        """Deliver a file: each row needs record_id; area 330000100001 unless it says otherwise."""
        self.deliveries += 1
        self.con.execute(
            "INSERT INTO delivery BY NAME SELECT $id AS delivery_id, $name AS file_name, $feed AS feed, "
            "$mode AS mode, $day AS file_day, 'loaded' AS outcome, $run AS run_id",
            {
                "id": self.deliveries,
                "run": self.runs + 1,
                "name": f"{self.deliveries}",
                "feed": feed,
                "mode": mode,
                "day": day(on),
            },
        )
        for row in rows:
            values = {"community_code": "330000100001"} | dict(row)
            name = values.pop("record_id")
            self.rids.setdefault((feed, name), len(self.rids) + 1)
            self.versions.append(Version(feed, name, values, day(on), mode, self.deliveries))
        if mode == "full":
            self.fulls.append((feed, day(on), {row["record_id"] for row in rows}))

    def same_person(self, *record_ids: str) -> None:
        """These records are one person's."""
        for name in record_ids:
            self.people[name] = record_ids[0]

    def at(self, dwelling: str, *record_ids: str) -> None:
        """These records are of one dwelling."""
        for name in record_ids:
            self.homes[name] = dwelling

    def part(self, dwelling: str, whole: str) -> None:
        """One dwelling is a part of another."""
        self.con.execute("INSERT INTO dwelling_part VALUES ($d, $w)", {"d": dwelling, "w": whole})
        for key in (dwelling, whole):
            self.homes.setdefault(f"-{key}", key)

    def insert(self, table: str, **values: object) -> None:
        """One row into a table of the working database, by column name."""
        columns = ", ".join(f"${name} AS {name}" for name in values)
        self.con.execute(f"INSERT INTO {table} BY NAME SELECT {columns}", values)

    def rid(self, feed: str, record_id: str) -> int:
        """The surrogate of a record."""
        return self.rids[(feed, record_id)]

    def build(self) -> None:
        """Write records, sightings, typed rows, persons and dwellings anew."""
        for table in ("record", "sighting", "person_member", "dwelling_member", "dwelling"):
            self.con.execute(f"DELETE FROM {table}")
        for feed in {v.feed for v in self.versions}:
            self.con.execute(f"DELETE FROM typed_{feed}")
        for (feed, name), rid in self.rids.items():
            self._record(feed, name, rid)
        for key in sorted(set(self.homes.values())):
            area = self.areas.get(key, "330000100001")
            self.con.execute("INSERT INTO dwelling VALUES ($k, NULL, $a, NULL)", {"k": key, "a": area})

    def _record(self, feed: str, name: str, rid: int) -> None:
        seen = [v for v in self.versions if (v.feed, v.record_id) == (feed, name)]
        last = max(v.file_day for v in seen)
        gone = [on for f, on, names in self.fulls if f == feed and on > last and name not in names]
        self.con.execute(
            "INSERT INTO record VALUES ($rid, $feed, $name, $name, $first, $last, $gone)",
            {
                "rid": rid,
                "feed": feed,
                "name": name,
                "first": min(v.file_day for v in seen),
                "last": last,
                "gone": min(gone, default=None),
            },
        )
        ordered = sorted(seen, key=lambda v: (v.file_day, v.mode == "delta", v.delivery))
        contents: list[Row] = []
        for number, version in enumerate(ordered):
            if version.values not in contents:
                contents.append(version.values)
                self._typed(feed, name, rid, len(contents), version.values)
            content = contents.index(version.values) + 1
            self.con.execute(
                "INSERT INTO sighting VALUES ($rid, $delivery, 1, $day, $day, $content, $current)",
                {
                    "rid": rid,
                    "delivery": version.delivery,
                    "day": version.file_day,
                    "content": content,
                    "current": number == len(ordered) - 1,
                },
            )
        person = self.rids.get(
            (feed, self.people.get(name, name)), self._any_rid(self.people.get(name, name))
        )
        self.con.execute("INSERT INTO person_member VALUES ($rid, $person)", {"rid": rid, "person": person})
        if name in self.homes:
            self.con.execute(
                "INSERT INTO dwelling_member VALUES ($rid, $home, false)",
                {"rid": rid, "home": self.homes[name]},
            )

    def _any_rid(self, name: str) -> int:
        return next(rid for (_, known), rid in self.rids.items() if known == name)

    def _typed(self, feed: str, name: str, rid: int, content: int, values: Mapping[str, Any]) -> None:
        known = {
            row[0] for row in self.con.execute(f"SELECT column_name FROM (DESCRIBE typed_{feed})").fetchall()
        }
        row = {"rid": rid, "content": content, "record_id": name}
        row |= {k: day(v) if _is_day(k, v) else v for k, v in values.items() if k in known}
        self.insert(f"typed_{feed}", **row)

    def findings(self, as_of: str, *codes: str) -> list[Row]:
        """Today's findings (of the rules named, else of all) as rows: rule, record_id and ``finding``'s columns."""
        self.runs += 1
        self.insert("run", run_id=self.runs, as_of=day(as_of))
        self.build()
        create_views(self.con, self.office, day(as_of), self.profile)
        rules = [rule for rule in load_rules(self.office) if not codes or rule.code in codes]
        evaluate(self.con, rules, day(as_of), self.profile, self.runs)
        found = self.con.execute(
            "SELECT f.rule_code AS rule, r.record_id, f.* FROM finding f LEFT JOIN record r USING (rid) "
            "ORDER BY rule_code, r.record_id, dwelling_key"
        )
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, values, strict=True)) for values in found.fetchall()]
        return [row | {"details": json.loads(row["details"])} for row in rows]

    def of(self, rule: str, as_of: str) -> list[Row]:
        """Today's findings of one rule."""
        return self.findings(as_of, rule)

    def named(self, rule: str, as_of: str) -> list[str]:
        """The record ids or dwelling keys of today's findings of one rule that are not held."""
        return [row["record_id"] or row["dwelling_key"] for row in self.of(rule, as_of) if not row["held"]]

    def run(self, as_of: str) -> dict[str, int]:
        """Findings, then the case log, as a run does."""
        self.findings(as_of)
        return advance(
            self.con,
            as_of=day(as_of),
            run_id=self.runs,
            exception_id_key=KEY,
            now=datetime.fromisoformat(as_of),
        )

    def cases(self) -> dict[str, Row]:
        """The case log by ``RULE record`` or ``RULE dwelling``."""
        found = self.con.execute(
            "SELECT c.*, r.record_id FROM exception_case c LEFT JOIN record r USING (rid)"
        )
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, values, strict=True)) for values in found.fetchall()]
        return {f"{row['rule_code']} {row['record_id'] or row['dwelling_key']}": row for row in rows}

    def events(self) -> list[tuple[str, str]]:
        """(event, reason code) in the order in which they happened."""
        return self.con.execute("SELECT event, reason_code FROM exception_event ORDER BY rowid").fetchall()


def _is_day(name: str, value: object) -> bool:
    return isinstance(value, str) and (name.endswith(("_on", "_until")) or name in ("birth_date", "id_birth"))
