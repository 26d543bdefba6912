"""Dwellings over many runs: what is written of a change alone equals what working everything out anew would write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from types import SimpleNamespace
from typing import cast

import duckdb
import polars as pl
import pytest

from assets.context import RunContext
from assets.stations import dwellings
from assets.store.forgetting import forget_records
from assets.store.keys import KeyRing
from assets.store.schema import create_current_views, migrate
from quality.dwellings import resolve
from tests.quality.workdb import put

DAY = date(2026, 10, 1)
SOME: dict[str, list[str | None]] = {
    "community_code": ["992626100002", "992626100003", "992626101002", "992626100000", None],
    "addr_township": ["锦屏镇", "柳河街道", None],
    "addr_community": ["碧松社区", "碧松村委会", "东塘村", None, None],
    "addr_group": ["1", None, None, None],
    "addr_road": ["解放路", "碧松村", "东塘村", None],
    "addr_number": ["50", "51", "a1", None],
    "addr_estate": ["阳光", "阳光小区", "第3组", None, None],
    "addr_building": ["1", "2", None],
    "addr_unit": ["1", None, None],
    "addr_room": ["101", "102", None],
}
FULL = dict.fromkeys(SOME) | {
    "community_code": "992626100002", "addr_road": "解放路", "addr_number": "50", "addr_room": "101",
}  # fmt: skip
FEEDS = {"residence": ["floating_population"], "housing": ["rental_housing", "tenancies", "tenancies"]}
RESULT = {
    "dwelling": "SELECT * FROM dwelling ORDER BY ALL",
    "member": "SELECT * FROM dwelling_member ORDER BY ALL",
    "part": "SELECT * FROM dwelling_part ORDER BY ALL",
    "alias": "SELECT * FROM dwelling_alias ORDER BY ALL",
    "address": """SELECT * FROM address ORDER BY rid""",
    "order": "SELECT rid FROM ranking ORDER BY rank",
}


class Ledger:
    """Records, versions and addresses as the station *records* leaves them, in memory."""

    def __init__(self, office: str, seed: int = 0) -> None:
        self.rng, self.office, self.content, self.last, self.day = Random(seed), office, 0, 0, DAY
        self.con = duckdb.connect(":memory:")
        migrate(self.con, office)
        create_current_views(self.con, office)
        self.ctx = cast(
            RunContext,
            SimpleNamespace(con=self.con, office=office, keys=KeyRing(b"k" * 32, office), as_of=DAY, run_id=1,
                            records_changed=True, anew=False),
        )  # fmt: skip

    def add(self, feed: str | None = None, **known: str | None) -> int:
        """A new record; its rid."""
        self.last += 1
        feed = feed or self.rng.choice(FEEDS[self.office])
        # Surrogates are not in the order of days or numbers.
        number = f"{feed[:1].upper()}{(self.last * 37) % 1009:04d}"
        first = self.day + timedelta(days=self.rng.randrange(5))
        self.con.execute(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, NULL)",
            [self.last, feed, number, number, first, first],
        )
        self.write(self.last, **known)
        return self.last

    def write(self, rid: int, **known: str | None) -> None:
        """A new row of the record; columns that are not given are drawn."""
        self.lose(rid)
        self.content += 1
        feed, number = self.con.execute("SELECT feed, record_id FROM record WHERE rid = ?", [rid]).fetchall()[
            0
        ]
        row = {c: self.rng.choice(some) for c, some in SOME.items()}
        if self.rng.random() < 0.6:  # one of some rooms of two houses, so that there are parts
            row |= {c: v for c, v in FULL.items() if c not in ("addr_number", "addr_building", "addr_room")}
        row |= known
        typed = {"rid": rid, "content": self.content, "record_id": number, **row}
        if feed == "tenancies" and "house_id" not in known:
            typed["house_id"] = self.rng.choice([None, *self.houses()])
        put(self.con, f"typed_{feed}", [typed])
        self.con.execute(
            "INSERT INTO sighting VALUES (?, 1, 1, ?, ?, ?, true)", [rid, DAY, DAY, self.content]
        )

    def houses(self) -> list[str]:
        rows = self.con.execute("SELECT record_id FROM record WHERE feed = 'rental_housing'").fetchall()
        return [r[0] for r in rows]

    def lose(self, rid: int) -> None:
        """The record has no current version any more: its newest row was rejected."""
        self.con.execute("UPDATE sighting SET is_current = false WHERE rid = ?", [rid])

    def earlier(self, rid: int) -> None:
        """A late file of an earlier day has the record."""
        self.con.execute("UPDATE record SET first_day = first_day - 9 WHERE rid = ?", [rid])

    def forget(self, rid: int) -> None:
        forget_records(self.con, [rid])

    def happen(self) -> None:
        """Something, to some record; some days later, so that what is new may stand behind all there is."""
        self.day += timedelta(days=self.rng.choice([0, 0, 6]))
        held = [r[0] for r in self.con.execute("SELECT rid FROM record ORDER BY rid").fetchall()]
        rid, does = self.rng.choice(held), self.rng.random()
        one: Callable[[int], None] = (
            self.write
            if does < 0.7
            else self.lose
            if does < 0.8
            else self.earlier
            if does < 0.95
            else self.forget
        )
        if does < 0.35 or len(held) < 4:
            self.add()
        else:
            one(rid)

    def run(self, *, anew: bool = False) -> dict[str, pl.DataFrame]:
        """The station; what there is then."""
        self.ctx.anew = anew
        dwellings.station(self.ctx)
        return {name: self.con.sql(sql).pl() for name, sql in RESULT.items()}

    def run_anew(self) -> dict[str, pl.DataFrame]:
        """What the station would leave if it worked everything out anew."""
        self.con.execute("BEGIN")
        result = self.run(anew=True)
        self.con.execute("ROLLBACK")
        return result

    def resolved(self) -> pl.DataFrame:
        """rid, dwelling, conflict by `resolve` from the texts of all addresses."""
        dwellings.ranked(self.ctx)
        parts = [
            f"""SELECT c.rid, k.rank, c.feed, c.record_id, {"c.house_id" if feed == "tenancies" else "NULL::VARCHAR"} AS house_id,
                {", ".join("c." + n for n in SOME)} FROM cur_{feed} c JOIN ranking k USING (rid)"""
            for feed in set(FEEDS[self.office])
        ]
        return resolve(self.con.sql(" UNION ALL ".join(parts)).pl()).members.sort("rid")


@pytest.mark.parametrize("office", FEEDS)
@pytest.mark.parametrize("seed", range(3))
def test_what_changes_is_written_as_if_everything_were(office: str, seed: int) -> None:
    ledger = Ledger(office, seed)
    for _ in range(30):
        ledger.add()
    kept = 0
    for step in range(15):
        anew = ledger.run_anew()
        found = ledger.run()
        assert {name for name in RESULT if not found[name].equals(anew[name])} == set(), step
        member = ledger.con.sql(
            """SELECT m.rid, d.founding_rid AS dwelling, m.conflict FROM dwelling_member m
               JOIN dwelling d USING (dwelling_key) ORDER BY m.rid"""
        ).pl()
        assert member.equals(ledger.resolved())
        kept += found["alias"].height + (found["part"].height if office == "housing" else 1)
        for _ in range(ledger.rng.choice([0, 1, 1, 3])):
            ledger.happen()
    assert kept > 15


def test_nothing_is_resolved_if_no_address_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger("residence")
    rids = [ledger.add(**FULL) for _ in range(3)]
    before = ledger.run()
    assert before["member"].height == 3 and before["dwelling"].height == 1
    with monkeypatch.context() as patch:
        patch.delattr(dwellings, "located")
        assert {n: f.equals(before[n]) for n, f in ledger.run().items()} == dict.fromkeys(RESULT, True)
    ledger.earlier(rids[2])  # its day alone makes another record the founding one
    after = ledger.run()
    assert after["dwelling"]["founding_rid"].to_list() == [rids[2]]
    assert after["alias"]["event"].to_list() == ["merge"]


def test_a_dwelling_that_a_record_left_is_named_by_those_that_stay() -> None:
    ledger = Ledger("residence")
    near, far = "992626100002", "992626100003"
    named = {"addr_township": "锦屏镇", "addr_community": "碧松社区"}
    first = ledger.add(**FULL | named)
    ledger.earlier(first)  # it founds
    others = [ledger.add(**FULL | named | {"community_code": far}) for _ in range(2)]
    for _ in range(3):  # so that the name goes with the first code, whatever code a row has
        ledger.add(**FULL | named | {"addr_room": "103"})
        ledger.add(**FULL | named | {"addr_community": "城东社区", "community_code": far})
    of_it = pl.col("founding_rid") == first
    assert ledger.run()["dwelling"].filter(of_it)["area_code"].to_list() == [far]
    for rid in others:
        ledger.write(rid, **FULL | named | {"addr_room": "104"})
    assert ledger.run()["dwelling"].filter(of_it)["area_code"].to_list() == [near]


def test_a_house_that_moves_is_left_by_its_rooms_and_found_by_others() -> None:
    ledger = Ledger("housing")
    house = ledger.add("rental_housing", **FULL | {"addr_room": None})
    rooms = [ledger.add("rental_housing", **FULL | {"addr_number": n}) for n in ("50", "51")]
    key = {r: k for k, r in ledger.run()["dwelling"].select("dwelling_key", "founding_rid").rows()}
    assert ledger.run()["part"].rows() == [(key[rooms[0]], key[house])]
    ledger.write(house, **FULL | {"addr_room": None, "addr_number": "51"})
    assert ledger.run()["part"].rows() == [(key[rooms[1]], key[house])]


def test_an_address_is_prepared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger("residence")
    for _ in range(5):
        ledger.add(**FULL)
    ledger.run()
    seen: list[int] = []

    def prepare(frame: pl.DataFrame) -> pl.DataFrame:
        seen.extend(frame["rid"])
        return original(frame)

    from assets.stations import addresses

    original = addresses.prepare
    monkeypatch.setattr(addresses, "prepare", prepare)
    ledger.write(2, **FULL | {"addr_room": "102"})
    new = ledger.add(**FULL)
    ledger.run()
    assert sorted(seen) == [2, new]


def test_a_record_that_is_forgotten_leaves_no_trace_of_its_address() -> None:
    ledger = Ledger("housing")
    first, second = (ledger.add("rental_housing", **FULL) for _ in range(2))
    ledger.run()
    ledger.forget(first)
    assert ledger.con.sql("SELECT rid FROM address").fetchall() == [(second,)]
    found = ledger.run()
    assert found["dwelling"]["founding_rid"].to_list() == [second]
    assert found["member"]["rid"].to_list() == [second]


def test_a_home_of_an_earlier_version_keeps_its_keys() -> None:
    """Its dwellings are there, what its addresses say is not: all are prepared, and no key that stays moves."""
    ledger = Ledger("housing")
    first = ledger.add("rental_housing", **FULL)
    ledger.add("tenancies", **FULL | {"addr_room": None, "house_id": None})
    before = ledger.run()
    ledger.con.execute("DELETE FROM address; DELETE FROM setting")
    last = ledger.add("tenancies", **FULL | {"house_id": None})
    ledger.con.execute("UPDATE record SET first_day = first_day + 30 WHERE rid = ?", [last])
    after = ledger.run()
    assert after["alias"].is_empty()
    assert before["dwelling"]["dwelling_key"].to_list() == after["dwelling"]["dwelling_key"].to_list()
    assert after["address"].height == 3
    assert (
        before["member"].filter(pl.col("rid") == first).equals(after["member"].filter(pl.col("rid") == first))
    )


def test_an_office_without_an_address_has_no_dwelling() -> None:
    assert {n: f.height for n, f in Ledger("housing").run().items()} == dict.fromkeys(RESULT, 0)
