"""Random histories of small ledgers: what offices deliver over some weeks, in full, in parts, as changes, late, twice.

A history is a list of steps; a step is a day and the files that arrive by then. Made from a seed alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from tests.robustness.ledgers import AREAS, COMMUNITY, number, write

FIRST = date(2026, 8, 3)
OFFICES = {
    "residence": ("floating_population", "request_receipts"),
    "housing": ("rental_housing", "tenancies", "requests"),
}
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", ("云帆", "晓棠", "立诚", "秋实", "念真", "博远", "雨桐")
Row = list[str]


@dataclass
class Step:
    """The day as of which the homes are run, and the files that have arrived, by office."""

    day: date
    files: dict[str, list[Path]]


class Ledgers:
    """What the offices have written in their ledgers today, by feed and record id."""

    def __init__(self, rng: Random, people: int) -> None:
        self.rng, self.serial = rng, 0
        self.rows: dict[str, dict[str, Row]] = {feed: {} for feeds in OFFICES.values() for feed in feeds}
        self.people = [self._person(i) for i in range(people)]
        self.homes = [
            f"青石县柳河镇东塘社区松涛路{10 + i}号{1 + i % 3}幢1单元{101 + i}室" for i in range(people // 2)
        ]
        for _ in range(people):
            self.add(FIRST)

    def _person(self, i: int) -> tuple[str, str, str, str]:
        sex = self.rng.choice("男女")
        born = date(1960, 1, 1) + timedelta(days=self.rng.randrange(15000))
        name = self.rng.choice(SURNAMES) + self.rng.choice(GIVEN)
        return name, sex, number(born, 2 * i + (sex == "男") + 100), f"199{10000000 + i * 7919:08d}"

    def _new(self, prefix: str) -> str:
        self.serial += 1
        return f"{prefix}{self.serial:04d}"

    def add(self, day: date) -> None:
        """A new row somewhere, as happens on that day."""
        rng = self.rng
        name, sex, numbered, phone = rng.choice(self.people)
        where, began = rng.choice(self.homes), day - timedelta(days=rng.randrange(40))
        if rng.random() < 0.15:
            numbered = numbered[:-1] + rng.choice("0123456789X")
        kind = rng.random()
        if kind < 0.4:
            row = [
                self._new("LR"),
                name,
                sex,
                numbered,
                phone,
                where,
                COMMUNITY,
                str(began),
                "在住",
                "",
                str(day),
            ]
            self.rows["floating_population"][row[0]] = row
        elif kind < 0.6:
            filed = "" if rng.random() < 0.4 else "2025-03-03"
            row = [self._new("FW"), where, COMMUNITY, "周房东", filed, "出租中"]
            self.rows["rental_housing"][row[0]] = row
        else:
            row = [self._new("ZZ"), "", where, COMMUNITY, name, numbered, phone, str(began), "", ""]
            self.rows["tenancies"][row[0]] = row
            if rng.random() < 0.7:
                asked = [self._new("QQ"), row[0], "登记", self._new("PZ"), str(began), "", ""]
                self.rows["requests"][asked[0]] = asked

    def change(self, day: date) -> None:
        """One thing that happens: a new row, a correction, an ending, a row taken out, a request taken up or decided."""
        rng, kind = self.rng, self.rng.random()
        if kind < 0.25:
            self.add(day)
        elif kind < 0.45:
            self._correct(day)
        elif kind < 0.65:
            self._end(day)
        elif kind < 0.75:
            feed = rng.choice(["floating_population", "tenancies", "rental_housing"])
            if len(self.rows[feed]) > 8:
                del self.rows[feed][rng.choice(sorted(self.rows[feed]))]
        else:
            self._take_up(day)

    def _pick(self, feed: str) -> Row | None:
        held = self.rows[feed]
        return held[self.rng.choice(sorted(held))] if held else None

    def _correct(self, day: date) -> None:
        feed = self.rng.choice(["floating_population", "tenancies"])
        if (row := self._pick(feed)) is not None:
            name, _, numbered, phone = self.rng.choice(self.people)
            at = {"floating_population": (1, 3, 4), "tenancies": (4, 5, 6)}[feed]
            column, value = self.rng.choice(list(zip(at, (name, numbered, phone), strict=True)))
            row[column] = value
            if feed == "floating_population":
                row[10] = str(day)

    def _end(self, day: date) -> None:
        feed = self.rng.choice(["floating_population", "tenancies", "rental_housing", "requests"])
        if (row := self._pick(feed)) is not None:
            if feed == "floating_population":
                row[8:11] = ["已注销", str(day), str(day)]
            elif feed == "tenancies":
                row[self.rng.choice([8, 9])] = str(day)
            elif feed == "rental_housing":
                row[4 if not row[4] else 5] = str(day) if not row[4] else self.rng.choice(["停租", "出租中"])
            else:
                row[6] = str(day)

    def _take_up(self, day: date) -> None:
        asked, done = self._pick("requests"), self._pick("floating_population")
        if asked is None or done is None:
            return
        held = self.rows["request_receipts"]
        if asked[0] not in held:
            held[asked[0]] = [asked[0], str(day), "", "", ""]
        else:
            held[asked[0]] = [asked[0], held[asked[0]][1], "已办", str(day), done[0]]


def history(
    folder: Path, seed: int, offices: Sequence[str] = tuple(OFFICES), *, steps: int = 4, people: int = 14
) -> list[Step]:
    """Steps of one history, its files under ``folder``."""
    rng = Random(seed)
    ledgers, late, sent = Ledgers(rng, people), list[tuple[str, Path]](), list[tuple[str, Path]]()
    before: dict[str, dict[str, Row]] = {}
    found: list[Step] = []
    day = FIRST
    for index in range(steps):
        step = Step(day, {office: [] for office in offices})
        for _ in range(rng.randrange(3, 9) if index else 0):
            ledgers.change(day - timedelta(days=rng.randrange(3)))
        arrived, late = late, []
        if not index:
            arrived += [(o, write(folder / o, f"areas_full_{day:%Y%m%d}.csv", AREAS)) for o in offices]
        for office, path in _files(folder, rng, ledgers, before, day, first=not index):
            is_late = 0 < index < steps - 1 and rng.random() < 0.2
            (late if is_late else arrived).append((office, path))
        if sent and rng.random() < 0.3:
            arrived.append(rng.choice(sent))
        arrived = [(office, path) for office, path in arrived if office in offices]
        for office, path in arrived:
            step.files[office].append(path)
        sent += arrived
        before = {feed: {k: list(r) for k, r in rows.items()} for feed, rows in ledgers.rows.items()}
        found.append(step)
        day += timedelta(days=rng.choice([1, 2, 7, 13]))
    return found


def _files(
    folder: Path, rng: Random, ledgers: Ledgers, before: dict[str, dict[str, Row]], day: date, *, first: bool
) -> Iterator[tuple[str, Path]]:
    """This day's files of every feed: full, in two parts, changes only, or none."""
    for office, feeds in OFFICES.items():
        for feed in feeds:
            rows = [list(r) for r in ledgers.rows[feed].values()]
            rng.shuffle(rows)
            mode = 0.0 if first else rng.random()
            if mode < 0.4:
                yield office, write(folder / office, f"{feed}_full_{day:%Y%m%d}.csv", rows)
            elif mode < 0.55:
                half = rng.randrange(len(rows) + 1)
                for part, some in enumerate((rows[:half], rows[half:]), start=1):
                    yield office, write(folder / office, f"{feed}_full_{day:%Y%m%d}_part{part}of2.csv", some)
            elif mode < 0.9:
                changed = [r for r in rows if before[feed].get(r[0]) != r]
                yield office, write(folder / office, f"{feed}_delta_{day:%Y%m%d}.csv", changed)
