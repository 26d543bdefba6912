"""What homes keep of their facts from run to run equals working everything out anew, whatever came and whatever day it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

import pytest

from assets.context import RunContext
from assets.run import RunSummary
from assets.stations import facts
from assets.store.database import open_working
from assets.store.decisions import Decision, append_decision
from assets.store.home import Home, forget_opened_home
from assets.store.keys import load_keys
from quality.profiles import DEFAULT, load_profile
from tests.assets.living import ADDRESS, DAY, Living, person, registered
from tests.robustness.histories import FIRST, OFFICES, Ledgers
from tests.robustness.ledgers import AREAS, COMMUNITY, HEADINGS, write
from tests.robustness.test_histories import HISTORIES, county, live

pytestmark = pytest.mark.slow

DAYS = (1, 1, 1, 2, 3, 7, 30, 180, 200)
FEEDS = {"residence": (*OFFICES["residence"], "resident_population"), "housing": OFFICES["housing"]}
STATUSES = ("正常", "迁出", "死亡")
BEGINS = {"floating_population": 7, "tenancies": 7, "request_receipts": 1}
"""Where a row has the day without which it is rejected."""


class Daily(Ledgers):
    """Ledgers that offices send changes of; household rows too, and ends that lie ahead."""

    def __init__(self, rng: Random) -> None:
        super().__init__(rng, 16)
        self.rows["resident_population"] = {}
        for _ in range(6):
            self.settle(FIRST)
        self.sent: dict[str, dict[str, list[str]]] = {feed: {} for feed in self.rows}

    def settle(self, day: date) -> None:
        """A household row, new or changed, of somebody who may have a residence row."""
        name, sex, numbered, _ = self.rng.choice(self.people)
        row = [self._new("HJ"), name, sex, numbered, "", COMMUNITY, self.rng.choice(STATUSES), str(day)]
        self.rows["resident_population"][row[0]] = row

    def ahead(self, day: date) -> None:
        """A row that ends, or begins, some days from now."""
        to_come = str(day + timedelta(days=self.rng.randrange(1, 9)))
        feed, at = self.rng.choice(
            [("floating_population", 9), ("tenancies", 8), ("tenancies", 9), ("tenancies", 7)]
        )
        if (row := self._pick(feed)) is not None:
            row[at] = to_come

    def moves(self, day: date) -> None:
        """One thing that happens."""
        kind = self.rng.random()
        if kind < 0.15:
            self.settle(day)
        elif kind < 0.35:
            self.ahead(day)
        else:
            self.change(day)

    def deliver(self, inbox: Path, feed: str, day: date, mode: str) -> None:
        """A file of a feed, in full or what changed since the last one; now and then with a row that cannot be used."""
        rows = self.rows[feed]
        some = [list(r) for r in rows.values() if mode == "full" or self.sent[feed].get(r[0]) != r]
        if some and feed in BEGINS and self.rng.random() < 0.3:
            self.rng.choice(some)[BEGINS[feed]] = "昨天"
        write(inbox, f"{feed}_{mode}_{day:%Y%m%d}.csv", some)
        self.sent[feed] = {k: list(r) for k, r in rows.items()}


@contextmanager
def opened(path: Path, as_of: date) -> Iterator[RunContext]:
    """A home's working database in a transaction that is rolled back."""
    forget_opened_home()
    home = Home.open(path)
    keys = load_keys(home, {})
    with open_working(home, keys) as con:
        con.execute("BEGIN")
        try:
            yield RunContext(
                con=con, home=home, keys=keys, office=home.office, as_of=as_of, run_id=0, inbox=home.inbox,
                profile=load_profile(home.settings.profile or DEFAULT), started_at=datetime(2026, 1, 1),
            )  # fmt: skip
        finally:
            con.execute("ROLLBACK")
    forget_opened_home()


def decide(path: Path, rng: Random, records: Sequence[str]) -> None:
    """A clerk says of two residence rows that they are one person, or undoes that."""
    forget_opened_home()
    home, kind = Home.open(path), rng.choice(["merge", "merge", "unmerge"])
    a, b = rng.sample(records, 2)
    feed = "floating_population"
    decision = Decision(kind, "same_person" if kind == "merge" else "different", "clerk", feed, a, feed, b)
    if kind == "unmerge":
        decision = Decision(kind, "different", "clerk", feed, a)
    append_decision(home, load_keys(home, {}), decision, datetime.combine(FIRST, time(12)))
    forget_opened_home()


def wrong(home: Path, day: date) -> int:
    """Kept rows that say something else than what is worked out anew."""
    with opened(home, day) as ctx:
        return facts.differing(ctx)


@pytest.mark.parametrize("seed", range(HISTORIES // 4))
def test_kept_facts_are_those_worked_out_anew(tmp_path: Path, seed: int) -> None:
    """Changes, late ones, rejected rows, full files, decisions, mail, days on which only time passes, old versions that end."""
    rng, day = Random(seed), FIRST
    ledgers, folder = Daily(rng), county(tmp_path / "county")
    taken_over = 0

    def check(office: str, summary: RunSummary) -> None:
        nonlocal taken_over
        if summary.changed:
            taken_over += summary.reports["facts"].counts["worked_out_anew"] == 0
            assert (n, office, wrong(folder / office, day)) == (n, office, 0)

    for n in range(8):
        inbox = tmp_path / f"in{n}"
        for office, feeds in FEEDS.items():
            if n == 0:
                write(inbox / office, f"areas_full_{day:%Y%m%d}.csv", AREAS)
            for feed in feeds:
                mode = "full" if n == 0 or rng.random() < 0.1 else "delta"
                if n == 0 or rng.random() < 0.7:
                    late = rng.randrange(3) if n and rng.random() < 0.3 else 0
                    ledgers.deliver(inbox / office, feed, day - timedelta(days=late), mode)
        if n > 2 and rng.random() < 0.4:
            decide(folder / "residence", rng, sorted(ledgers.rows["floating_population"]))
        live(folder, day, {office: sorted((inbox / office).glob("*")) for office in FEEDS}, check)
        day += timedelta(days=rng.choice(DAYS))
        for _ in range(rng.randrange(2, 8)):
            ledgers.moves(day)
    assert taken_over > 5


def ran(living: Living, on: date, *, anew: bool) -> list[date | None]:
    """A run that takes kept facts over or not, as it should, and keeps true ones; since when each record is withdrawn."""
    assert living.run(on).reports["facts"].counts["worked_out_anew"] == anew
    assert wrong(living.home, on) == 0
    return [row["withdrawn_on"] for row in living.rows("SELECT withdrawn_on FROM record ORDER BY record_id")]


def test_a_late_full_file_takes_out_what_it_lacks(tmp_path: Path) -> None:
    """Its day lies before the last run, so no day between the two runs tells of it."""
    living, first = Living(tmp_path), DAY + timedelta(days=2)
    rows = [registered(f"LR{n}", **person(n)) for n in range(5)]
    living.deliver(DAY, rows, mode="full")
    assert ran(living, DAY, anew=True) == [None] * 5
    assert ran(living, DAY + timedelta(days=4), anew=False) == [None] * 5
    lines = [tuple(row.get(h, "") for h in HEADINGS["floating_population"]) for row in rows[:4]]
    now = DAY + timedelta(days=5)
    write(tmp_path / f"{now}", f"floating_population_full_{first:%Y%m%d}.csv", lines)
    assert ran(living, now, anew=True) == [None] * 4 + [first]


def test_a_rejected_row_says_that_its_record_is_back(tmp_path: Path) -> None:
    """Nothing of it is used, but it is presence."""
    living, second = Living(tmp_path), DAY + timedelta(days=2)
    rows = [registered(f"LR{n}", **person(n)) for n in range(5)]
    living.deliver(DAY, rows, mode="full")
    ran(living, DAY, anew=True)
    living.deliver(second, rows[:4], mode="full")
    assert ran(living, second, anew=True) == [None] * 4 + [second]
    third = second + timedelta(days=2)
    living.deliver(third, [rows[4] | {"登记日期": "昨天"}])
    assert ran(living, third, anew=False) == [None] * 5


def test_a_tenancy_whose_person_lost_its_other_row_is_the_first_again(tmp_path: Path) -> None:
    """It is told by what is kept of its person: nothing else of it has changed."""
    living, today = Living(tmp_path, "housing"), DAY
    common = {"房屋地址": ADDRESS.format(8), "社区代码": COMMUNITY, "联系电话": ""}
    founding = common | {
        "租住编号": "ZZ1",
        "承租人姓名": person(0)["姓名"],
        "证件号码": person(0)["证件号码"],
        "起租日期": "2026-04-20",
    }
    earlier = founding | {"租住编号": "ZZ2", "起租日期": "2026-04-01"}
    corrected = earlier | {"承租人姓名": person(1)["姓名"], "证件号码": person(1)["证件号码"]}
    for rows, turns in (([founding], [1]), ([earlier], [2, 1]), ([corrected], [1, 1])):
        living.deliver(today, rows, "tenancies")
        ran(living, today, anew=rows == [founding])
        with opened(living.home, today) as ctx:
            assert ctx.con.execute("SELECT turn FROM facts_tenancies ORDER BY rid").fetchall() == [
                (n,) for n in turns
            ]
        today += timedelta(days=1)


def test_a_receipt_about_a_row_that_lost_an_old_version_is_not_wrong(tmp_path: Path) -> None:
    """Since when the row has been active is told by another version then, from the next run on in both of them."""
    living, row = Living(tmp_path), registered("LR1", **person(0))
    living.deliver(DAY, [row | {"更新时间": str(DAY)}])
    receipt = {
        "请求编号": "QQ1",
        "收到日期": "2026-05-01",
        "处理结果": "已办",
        "办结日期": "2026-05-02",
        "登记编号": "LR1",
    }
    living.deliver(DAY, [receipt], "request_receipts")
    ran(living, DAY, anew=True)
    second = DAY + timedelta(days=3)
    living.deliver(second, [row | {"联系电话": person(1)["联系电话"], "更新时间": str(second)}])
    ran(living, second, anew=False)
    since = []
    # On the first of these days the areas' full file has become old.
    for days, anew in ((369, True), (370, False), (371, False)):
        ran(living, DAY + timedelta(days=days), anew=anew)
        with opened(living.home, DAY) as ctx:
            since += ctx.con.execute(
                """SELECT r.row_since, f.active_since, (SELECT count(*) FROM facts_due)
                   FROM facts_request_receipts r JOIN facts_floating_population f ON f.rid = r.row_rid"""
            ).fetchall()
    assert since == [(DAY, DAY, 1), (second, second, 0), (second, second, 0)]
