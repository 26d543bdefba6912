"""The tail of an address, from its first digit: numbers, estate, building, unit, room.

The tail comes as a *skeleton*: every run of digits is one ``9``. ``parse_tail`` says which run (slot 0, 1 …)
is which element, so that equal skeletons are parsed once and the digits are filled in by expressions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import polars as pl

SLOTS = ("group", "number", "building", "unit", "room")
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "estate_first": pl.String,
    "estate_tail": pl.String,
    "hash_only": pl.Boolean,
}
for _name in SLOTS:
    SCHEMA |= {f"{_name}_slot": pl.Int8, f"{_name}_second": pl.Int8}
    SCHEMA |= {f"{_name}_before": pl.String, f"{_name}_after": pl.String}

_GROUP = re.compile(r"第?9(?:村民小组|居民小组|小组|组(?!团)|队|社(?!区))")
_SUBNUMBER = re.compile(r"9(?:号(?:之|附|-)|附|-|之)9号?(?![楼栋幢座房-]|单元|室)")
_LANE = re.compile(r"9弄")
_COURT = re.compile(r"9号(?:院|大院|院内)")
_BUILDING = re.compile(
    r"([A-Z]?)(?:区-?)?(9?)([A-Z]?)-?(?:号楼|[栋幢](?:楼|房)?|座(?:楼)?|#楼?|号[栋幢]|楼(?=-?[9A-Z]单元))"
)
_NAMED_BUILDING = re.compile(r"([甲乙丙丁东西南北中主副前后])(?:栋|幢|座)")
_UNIT = re.compile(r"([A-Z东西南北中甲乙丙丁]?)(9?)-?(?:单元|门(?=9))-?")
_FLOOR = re.compile(r"[负-]?9(?:楼|层|F(?![A-Z]))")
_DASHED = re.compile(r"([A-Z]?)9((?:-9){1,3})(?:号房|号室|号|室|房|户)?(?!东)")
_ROOM = re.compile(r"([A-Z]?)9([A-Z]?)(?:-9)?(?:号房间?|号室|室|房间?|户|号门面?|号铺)(?!东)")
_NUMBER = re.compile(r"9([A-Z]?)号")
_BARE = re.compile(r"9([A-Z]?)(?![0-9A-Z])")
_TEXT = re.compile(r"(?:[A-Z]{2,}|[A-Z](?=[\u4e00-\u9fff]{2}))?[\u4e00-\u9fff·]+|[A-Z]{2,}")
_STOP = re.compile(r"(?:房东|电话|联系|手机|自住|转租|业主|户主)")
_REMARK = re.compile(
    r"^(?:.{0,2}(?:出租|租房|门面|商铺|铺面|附近|对面|旁边|后面|前面|后院|隔壁|楼上|楼下|地下|车库|阁楼|平房|瓦房|院内|小卖部|临街)"
    r"|[内的旁左右靠租号之第负]|单元|室|楼|层|房)"
)
_BUILDING_AHEAD = re.compile(
    r"-?(?:[A-Z]?区?9?[A-Z]?-?(?:号楼|[栋幢座#]|号[栋幢]|单元|楼(?=-?[9A-Z]单元))|[甲乙丙丁东西南北中](?:栋|幢|座|单元)|[A-Z]?9(?:-9)+|[A-Z]?9[A-Z]?(?:号房|号室|号|室|房(?!东)|户|$| ))"
)
_ESTATE_END = re.compile(
    r"(?:小区|花园|公寓|家园|宿舍|宿舍区|家属院|家属区|家属楼|大院|大厦|广场|名居|名苑|雅苑|[嘉佳丽名雅]苑|苑|新村|新居|华府|人家"
    r"|[〇一二三四五六七八九十]期|供销社|市场|厂|院|坊|园|府|庭|名第)$"
)


@dataclass
class _Element:
    slot: int | None = None
    second: int | None = None
    before: str | None = None
    after: str | None = None

    def row(self) -> tuple[int | None, int | None, str | None, str | None]:
        return self.slot, self.second, self.before or None, self.after or None


@dataclass
class _Tail:
    """A scan of one skeleton: where we are, which run of digits comes next, what was found."""

    text: str
    at: int = 0
    slot: int = 0
    hash_only: bool = False  # a building that is written 39# alone: along a road that is a house number
    closed: bool = False  # after a remark no bare number is taken: it may be a phone
    estate_first: str | None = None
    estate: str | None = None
    found: dict[str, _Element] = field(default_factory=dict)

    def has(self, *names: str) -> bool:
        return any(name in self.found for name in names)

    def eat(self, match: re.Match[str]) -> int:
        """Passes over a match; the first slot in it."""
        first, self.at = self.slot, match.end()
        self.slot += match.group(0).count("9")
        return first

    def put(self, name: str, slot: int | None, **more: str | int | None) -> None:
        self.found.setdefault(name, _Element(slot, **more))  # type: ignore[arg-type]


def _building(tail: _Tail) -> bool:
    match = _BUILDING.match(tail.text, tail.at)
    if match and (match.group(1) or match.group(2) or match.group(3)):
        letter, digit, after = match.groups()
        tail.hash_only = match.group(0) == "9#" and not tail.found
        slot = tail.eat(match)
        tail.put(
            "building",
            slot if digit else None,
            before=letter or (None if digit else after),
            after=after if digit else None,
        )
        return True
    match = _NAMED_BUILDING.match(tail.text, tail.at)
    if match:
        tail.eat(match)
        tail.put("building", None, before=match.group(1))
        return True
    return False


def _unit(tail: _Tail) -> bool:
    match = _UNIT.match(tail.text, tail.at)
    if not match or not (match.group(1) or match.group(2)):
        return False
    if "门" in match.group(0) and not tail.has("building"):
        return False
    slot = tail.eat(match)
    tail.put("unit", slot if match.group(2) else None, before=match.group(1) or None)
    return True


def _dashed(tail: _Tail) -> bool:
    """3-2-1204 by what is known already: building, unit, (floor,) room."""
    match = _DASHED.match(tail.text, tail.at)
    if not match:
        return False
    parts = match.group(2).count("9") + 1
    inside = tail.has("number", "building", "unit") or tail.estate is not None
    if tail.has("unit") or (parts == 2 and not inside):
        if not tail.has("unit"):
            return False
        slot = tail.eat(match)
        tail.put("room", slot + parts - 1)
        return True
    slot = tail.eat(match)
    names = ["unit"] if tail.has("building") else ["building", "unit"] if parts > 2 else ["building"]
    for offset, name in enumerate(names):
        tail.put(name, slot + offset, before=match.group(1) if offset == 0 else None)
    tail.put("room", slot + parts - 1)
    return True


def _number_or_room(tail: _Tail) -> bool:
    match = _NUMBER.match(tail.text, tail.at)
    if match:
        after = match.group(1) or None
        inside = tail.has("building", "unit")
        lane = tail.has("number") and tail.found["number"].after == "弄"
        slot = tail.eat(match)
        if inside:
            tail.put("room", slot, after=after)
        elif tail.has("number"):
            ahead = lane or bool(re.match(r"-?[9A-Z]单元", tail.text[tail.at :]))
            tail.put("building" if ahead else "room", slot, after=after)
        else:
            tail.put("number", slot, after=after)
        return True
    match = _BARE.match(tail.text, tail.at)
    if not match:
        return False
    slot = tail.eat(match)
    if not tail.closed:
        inside = tail.has("building", "unit", "number") or tail.estate is not None
        tail.put("room" if inside else "number", slot, after=match.group(1) or None)
    return True


def _text(tail: _Tail) -> bool:
    match = _TEXT.match(tail.text, tail.at)
    if not match:
        return False
    words = match.group(0)
    stop = _STOP.search(words)
    if stop:
        tail.at = len(tail.text)
        return True
    ahead = _BUILDING_AHEAD.match(tail.text, match.end())
    named = (
        not _REMARK.match(words)
        and len(words) > 1
        and (ahead is not None or _ESTATE_END.search(words) is not None)
    )
    if named and tail.slot == 0 and not tail.found:
        tail.estate_first = words
    elif named and tail.estate is None and not tail.has("building", "unit", "room"):
        tail.estate = words.removeprefix("内").removesuffix("小区内")
    elif not named:
        tail.closed = True
    tail.at = match.end()
    return True


def _simple(tail: _Tail) -> bool:
    """Groups, lanes, courts, sub-numbers, floors: one pattern each."""
    text, at = tail.text, tail.at
    if match := _GROUP.match(text, at):
        tail.put("group", tail.eat(match))
    elif match := _LANE.match(text, at):
        tail.put("number", tail.eat(match), after="弄")
    elif match := _COURT.match(text, at):
        tail.put("number", tail.eat(match))
    elif not tail.has("number", "building", "unit", "room") and (match := _SUBNUMBER.match(text, at)):
        slot = tail.eat(match)
        tail.put("number", slot, second=slot + 1)
    elif match := _FLOOR.match(text, at):
        if _UNIT.match(text, match.end()):
            return False
        tail.eat(match)
    else:
        return False
    return True


def _room(tail: _Tail) -> bool:
    match = _ROOM.match(tail.text, tail.at)
    if not match:
        return False
    slot = tail.eat(match)
    second = slot + 1 if "-" in match.group(0) else None
    tail.put("room", slot, second=second, before=match.group(1) or None, after=match.group(2) or None)
    return True


_STEPS = (_building, _unit, _simple, _dashed, _room, _number_or_room, _text)


def parse_tail(text: str) -> tuple[object, ...]:
    """The columns of ``SCHEMA`` for one skeleton; elements that the tail does not name are null."""
    tail = _Tail(text)
    while tail.at < len(text):
        if not any(step(tail) for step in _STEPS):
            tail.slot += text[tail.at] == "9"
            tail.at += 1
    values: list[object] = [tail.estate_first, tail.estate, tail.hash_only and not tail.has("unit")]
    for name in SLOTS:
        values.extend(tail.found.get(name, _Element()).row())
    return tuple(values)
