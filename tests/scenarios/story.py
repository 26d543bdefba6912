"""A small language for stories: a few rows in the feeds of one county, and the findings that must come of them.

All stories live in one invented county, each with people, homes and numbers of its own, so that one round of
the pipeline tells them all. A story says what the contract says; nothing here knows the program.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path

FIRST, MIDDLE, T = date(2026, 10, 9), date(2026, 11, 6), date(2026, 11, 20)
"""T is the as-of day: a Friday, with no public holiday in the four weeks before it."""

SNAPSHOTS = (FIRST, MIDDLE, T)
"""Days of the full files. A row is in all of them unless its story says otherwise."""

DAY = timedelta(days=1)
COUNTY = "992701000000"
TOWNS = {"992701100000": "柳河镇", "992701101000": "石桥镇"}
COMMUNITIES = {"992701100001": "东塘社区", "992701100002": "西塘社区", "992701101001": "南桥社区"}
OFFICE_OF = {
    "floating_population": "residence",
    "resident_population": "residence",
    "request_receipts": "residence",
    "rental_housing": "housing",
    "tenancies": "housing",
    "requests": "housing",
    "released_persons": "aftercare",
    "assistance_enrolment": "aftercare",
}
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章"
_GIVEN = (
    "云帆",
    "晓棠",
    "立诚",
    "秋实",
    "念真",
    "博远",
    "雨桐",
    "嘉树",
    "思齐",
    "望舒",
    "景行",
    "若水",
    "长青",
    "怀瑾",
    "知微",
)
_ROADS = ("松涛路", "柏荫路", "竹径路", "梅园路", "兰亭路", "荷塘路", "桂香路", "枫林路")
_serial = count()
Later = Mapping[date, Mapping[str, str]]
_BEGINS = {
    "floating_population": "登记日期",
    "resident_population": "",
    "request_receipts": "收到日期",
    "rental_housing": "",
    "tenancies": "起租日期",
    "requests": "同意日期",
    "released_persons": "释放日期",
    "assistance_enrolment": "接收日期",
}


def check_digit(body: str) -> str:
    """The 18th character of an identity number (GB 11643, MOD 11-2)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(w * int(c) for w, c in zip(weights, body, strict=True)) % 11]


@dataclass(frozen=True)
class Person:
    """An invented person; ``number`` uses a division code that was never assigned."""

    name: str
    sex: str
    born: date
    number: str
    phone: str


def numbered(born: date, order: int, prefix: str = "992701") -> str:
    """A valid identity number."""
    body = f"{prefix}{born:%Y%m%d}{order:03d}"
    return body + check_digit(body)


def person(sex: str = "女", born: date | None = None, order: int | None = None) -> Person:
    """Somebody who is in no other story."""
    i = next(_serial)
    born = born or date(1960, 1, 3) + timedelta(days=211 * i % 15000)
    name = _SURNAMES[i % len(_SURNAMES)] + _GIVEN[(i // len(_SURNAMES) * 7 + i) % len(_GIVEN)]
    order = order if order is not None else 2 * (i % 400) + (1 if sex == "男" else 2)
    return Person(name, sex, born, numbered(born, order), f"19{912345678 + i * 7919 % 80000000:09d}")


@dataclass(frozen=True)
class Home:
    """A home that is in no other story: a house on a road, and rooms under it."""

    house: str
    community: str

    def room(self, number: int = 301, building: int = 2, unit: int = 1) -> str:
        """The address of one room of it."""
        return f"{self.house}{building}幢{unit}单元{number}室"


def home() -> Home:
    """A home that is in no other story."""
    i = next(_serial)
    code = list(COMMUNITIES)[i % len(COMMUNITIES)]
    town = TOWNS[code[:9] + "000"]
    return Home(f"青石县{town}{COMMUNITIES[code]}{_ROADS[i % len(_ROADS)]}{100 + i}号", code)


@dataclass(frozen=True)
class Row:
    """One row of a feed; ``days`` are the full files that have it."""

    feed: str
    cells: Mapping[str, str]
    days: tuple[date, ...] = SNAPSHOTS
    later: Mapping[date, Mapping[str, str]] = field(default_factory=dict)
    """Cells that the full files from a day on have otherwise."""

    def cells_on(self, taken: date) -> dict[str, str]:
        """The row as the full file of that day has it."""
        changed = dict(self.cells)
        for since in sorted(d for d in self.later if d <= taken):
            changed |= self.later[since]
        return changed

    def held_on(self, taken: date) -> bool:
        """Whether the full file of that day has it; before its own date only the last one may."""
        begins = self.cells.get(_BEGINS[self.feed], "")
        return taken in self.days and (taken == T or begins <= taken.isoformat())

    @property
    def record_id(self) -> str:
        return next(iter(self.cells.values()))


@dataclass(frozen=True)
class Story:
    """``expect``: (rule, record id), for a dwelling's finding the id of any own row that its details name."""

    name: str
    rows: tuple[Row, ...]
    expect: frozenset[tuple[str, str]]
    gone: tuple[str, ...] = ()
    """Record ids that must have left no trace at all."""


STORIES: list[Story] = []


def story(name: str, *rows: Row, expect: Iterable[tuple[str, Row]] = (), gone: Iterable[Row] = ()) -> None:
    """Add a story to the county."""
    found = frozenset((rule, row.record_id) for rule, row in expect)
    STORIES.append(Story(name, rows, found, tuple(row.record_id for row in gone)))


def day(value: date | None) -> str:
    """A date as offices write it; blank for none."""
    return "" if value is None else value.isoformat()


def _id(prefix: str) -> str:
    return f"{prefix}{next(_serial):05d}"


_HEADERS: dict[str, tuple[str, ...]] = {
    "floating_population": ("登记编号", "姓名", "性别", "证件类型", "证件号码", "出生日期", "联系电话", "居住地址", "社区代码",
                            "来本地日期", "登记日期", "居住证有效期至", "状态", "注销日期"),
    "resident_population": ("户籍编号", "姓名", "性别", "证件号码", "出生日期", "社区代码", "状态"),
    "request_receipts": ("请求编号", "收到日期", "处理结果", "办结日期", "登记编号"),
    "rental_housing": ("房屋编号", "房屋地址", "社区代码", "出租人姓名", "出租人证件号码", "出租人电话", "房屋类型", "建筑面积",
                       "备案日期", "状态"),
    "tenancies": ("租住编号", "房屋编号", "房屋地址", "社区代码", "承租人姓名", "性别", "证件号码", "联系电话", "起租日期", "止租日期",
                  "退租日期"),
    "requests": ("请求编号", "租住编号", "事项", "同意凭证号", "同意日期", "同意期限至", "撤回日期"),
    "released_persons": ("通知书编号", "释放日期", "衔接地社区代码", "未成年封存"),
    "assistance_enrolment": ("帮教编号", "通知书编号", "姓名", "证件号码", "出生日期", "联系电话", "社区代码", "接收日期", "状态",
                             "同意日期", "同意期限至", "约定联系间隔", "最近联系日期", "解除日期"),
}  # fmt: skip


def _row(feed: str, values: Iterable[str], days: tuple[date, ...], later: Later) -> Row:
    return Row(feed, dict(zip(_HEADERS[feed], values, strict=True)), days, later)


def registered(
    p: Person, where: Home, on: date, *, at: str | None = None, status: str = "在住", closed: date | None = None,
    number: str | None = None, doc: str = "居民身份证", born: str | None = None, sex: str | None = None, name: str | None = None,
    arrived: date | None = None, permit: date | None = None, record: str | None = None,
    days: tuple[date, ...] = SNAPSHOTS, later: Later | None = None,
) -> Row:  # fmt: skip
    """A row of the residence register."""
    values = (record or _id("LR"), name or p.name, sex or p.sex, doc, p.number if number is None else number,
              day(p.born) if born is None else born, p.phone, where.room() if at is None else at, where.community,
              day(arrived or on), day(on), day(permit), status, day(closed))  # fmt: skip
    return _row("floating_population", values, days, later or {})


def household(p: Person, status: str) -> Row:
    """A row of the household register."""
    values = (_id("HJ"), p.name, p.sex, p.number, day(p.born), next(iter(COMMUNITIES)), status)
    return _row("resident_population", values, SNAPSHOTS, {})


def let(
    where: Home, *, at: str | None = None, filed: date | None = date(2025, 3, 3), status: str = "出租中",
    days: tuple[date, ...] = SNAPSHOTS,
) -> Row:  # fmt: skip
    """A rental row: the room unless ``at`` says otherwise, filed unless ``filed`` is None."""
    owner = person("男")
    values = (_id("FW"), where.room() if at is None else at, where.community, owner.name, owner.number, owner.phone, "住宅", "60",
              day(filed), status)  # fmt: skip
    return _row("rental_housing", values, days, {})


def tenancy(
    p: Person, where: Home, starts: date, *, ends: date | None = None, left: date | None = None, at: str | None = None,
    house: Row | None = None, days: tuple[date, ...] = SNAPSHOTS,
) -> Row:  # fmt: skip
    """A tenancy of the room unless ``at`` says otherwise."""
    values = (_id("ZZ"), house.record_id if house else "", where.room() if at is None else at, where.community, p.name, p.sex,
              p.number, p.phone, day(starts), day(ends), day(left))  # fmt: skip
    return _row("tenancies", values, days, {})


def request(
    of: Row | str, on: date, *, kind: str = "登记", consent: str | None = None, until: date | None = None,
    withdrawn: date | None = None,
) -> Row:  # fmt: skip
    """A request that belongs to a tenancy (or to the tenancy number given)."""
    values = (_id("QQ"), of if isinstance(of, str) else of.record_id, kind, consent or _id("PZ"), day(on), day(until),
              day(withdrawn))  # fmt: skip
    return _row("requests", values, SNAPSHOTS, {})


def receipt(
    of: Row | str, on: date, *, outcome: str = "", finished: date | None = None, led_to: str = "",
    later: Later | None = None,
) -> Row:  # fmt: skip
    """What the residence desk did with a request."""
    number = of if isinstance(of, str) else of.record_id
    return _row("request_receipts", (number, day(on), outcome, day(finished), led_to), SNAPSHOTS, later or {})


def notice(released: date, *, sealed: str = "否", later: Later | None = None) -> Row:
    """A hand-over notice."""
    return _row(
        "released_persons",
        (_id("SF"), day(released), next(iter(COMMUNITIES)), sealed),
        SNAPSHOTS,
        later or {},
    )


def enrolment(
    received: date, *, of: Row | None = None, p: Person | None = None, status: str = "在册", consent: date | None = None,
    until: date | None = None, every: int | None = None, contact: date | None = None, ended: date | None = None,
    number: str | None = None,
) -> Row:  # fmt: skip
    """An enrolment; with a person only where the person consented."""
    values = (_id("BJ"), of.record_id if of else "", p.name if p else "", (p.number if number is None else number) if p else "",
              day(p.born) if p else "", p.phone if p else "", next(iter(COMMUNITIES)), day(received), status, day(consent),
              day(until), "" if every is None else str(every), day(contact), day(ended))  # fmt: skip
    return _row("assistance_enrolment", values, SNAPSHOTS, {})


def _areas() -> list[tuple[str, str, str, str]]:
    towns = [(code, name, "乡镇", COUNTY) for code, name in TOWNS.items()]
    places = [(code, name, "社区", code[:9] + "000") for code, name in COMMUNITIES.items()]
    return [(COUNTY, "青石县", "县", ""), *towns, *places]


def _write(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def write_inboxes(folder: Path, stories: Iterable[Story]) -> None:
    """``folder``/OFFICE with the county's full files of every snapshot day."""
    rows = [row for s in stories for row in s.rows]
    for office in sorted(set(OFFICE_OF.values())):
        _write(
            folder / office / f"areas_full_{SNAPSHOTS[0]:%Y%m%d}.csv",
            ("区划代码", "名称", "级别", "上级代码"),
            _areas(),
        )
    for feed, office in OFFICE_OF.items():
        for taken in SNAPSHOTS:
            cells = [r.cells_on(taken) for r in rows if r.feed == feed and r.held_on(taken)]
            header = _HEADERS[feed]
            _write(
                folder / office / f"{feed}_full_{taken:%Y%m%d}.csv",
                header,
                ([c[h] for h in header] for c in cells),
            )
