"""Stories of the residence desk: one person twice, a home moved out of, numbers that cannot be."""

from __future__ import annotations

from datetime import date

from tests.scenarios.story import DAY, SNAPSHOTS, Row, T, home, household, numbered, person, registered, story

LONG_AGO = date(2025, 5, 6)
FIRST, MIDDLE, LAST = SNAPSHOTS


def _moved(days_ago: int, **older: object) -> tuple[Row, Row]:
    p = person()
    before = registered(p, home(), LONG_AGO, **older)  # type: ignore[arg-type]
    return before, registered(p, home(), T - days_ago * DAY)


def moving() -> None:
    old, new = _moved(11)
    story("an old address left open, eleven days after the new one", old, new, expect=[("FP-07", old)])
    story("an old address left open, on the tenth day", *_moved(10))
    story("the old address was closed", *_moved(60, status="已注销", closed=T - 60 * DAY))
    old, new = _moved(60, closed=T + DAY)
    story("the old address closes tomorrow, so it is still open", old, new, expect=[("FP-07", old)])
    story("the old address closes today", *_moved(60, closed=T))
    p, day = person(), date(2026, 9, 1)
    a, b = registered(p, home(), day), registered(p, home(), day)
    story("two homes from one day: the lower number is the older", a, b, expect=[("FP-07", a)])
    p = person()
    a, b, c = (registered(p, home(), LONG_AGO + k * 30 * DAY) for k in range(3))
    story("three homes: both older ones", a, b, c, expect=[("FP-07", a), ("FP-07", b)])
    p = person()
    a, b = registered(p, home(), LONG_AGO), registered(p, home(), T + DAY)
    story("the new address begins tomorrow", a, b)


def the_household_register() -> None:
    for status, found in (("正常", True), ("死亡", True), ("注销", False)):
        p = person()
        row = registered(p, home(), LONG_AGO)
        story(f"a household row that is {status}", row, household(p, status), expect=[("FP-08", row)] * found)
    p = person()
    story(
        "a household row, the residence row closed",
        registered(p, home(), LONG_AGO, closed=T),
        household(p, "死亡"),
    )


def places() -> None:
    where = home()
    row = registered(person(), where, LONG_AGO, at="青石县柳河镇")
    story("an address that names a township alone", row, expect=[("FP-09", row)])
    row = registered(person(), where, LONG_AGO, at="青石县柳河镇杏花路")
    story("a road without a number", row, expect=[("FP-09", row)])
    story("a road and a number", registered(person(), where, LONG_AGO, at="青石县柳河镇杏花路8号"))
    story("a village and a number", registered(person(), where, LONG_AGO, at="青石县石桥镇上河村12号"))
    story(
        "unlocatable, but closed",
        registered(person(), where, LONG_AGO, at="青石县", status="已注销", closed=LONG_AGO),
    )
    story("unlocatable, but begins tomorrow", registered(person(), where, T + DAY, at="青石县"))
    row = registered(person(), where, LONG_AGO, at="青石县", permit=T - 400 * DAY)
    story("an expired permit ends nothing", row, expect=[("FP-09", row)])


def withdrawn_rows() -> None:
    where = home()
    story(
        "no longer in the last full file",
        registered(person(), where, LONG_AGO, at="青石县", days=(FIRST, MIDDLE)),
    )
    row = registered(person(), where, LONG_AGO, at="青石县", days=(FIRST, LAST))
    story("withdrawn and back", row, expect=[("FP-09", row)])


def doubles() -> None:
    p, where = person(), home()
    a, b, c = (registered(p, where, LONG_AGO + k * DAY) for k in range(3))
    story(
        "one person three times in one home: each but the first", a, b, c, expect=[("FP-10", b), ("FP-10", c)]
    )
    p, where = person(), home()
    a, b = registered(p, where, LONG_AGO, record="LR90001"), registered(p, where, LONG_AGO, record="LR90002")
    story("twice on one day: the higher number", a, b, expect=[("FP-10", b)])
    p, where = person(), home()
    story(
        "twice, the first closed",
        registered(p, where, LONG_AGO, closed=LONG_AGO + DAY),
        registered(p, where, LONG_AGO + DAY),
    )
    p, where = person(), home()
    a = registered(p, where, LONG_AGO, name="阿依古丽·買買提")
    b = registered(p, where, LONG_AGO + DAY, name="阿依古丽•买买提", number=" " + p.number.lower())
    story("one name written in two scripts with two dots", a, b, expect=[("FP-10", b)])
    born = date(1975, 6, 7)
    p, where = person("男", born, 33), home()
    short = p.number[:6] + p.number[8:17]
    a, b = registered(p, where, LONG_AGO), registered(p, where, LONG_AGO + DAY, number=short)
    story("a number of fifteen digits is the one of eighteen", a, b, expect=[("FP-10", b)])
    p, where = person(), home()
    a, b = registered(p, where, LONG_AGO), registered(p, where, LONG_AGO + DAY, number="无")
    story("no number, but name, birth date and phone", a, b, expect=[("FP-10", b)])


def unlike_people() -> None:
    born, where = date(2001, 2, 3), home()
    one, two = person("女", born, 52), person("女", born, 54)
    story("twins: one surname, birth date and home, numbers two apart",
          registered(one, where, LONG_AGO, name="欧阳春晓"), registered(two, where, LONG_AGO, name="欧阳秋月"))  # fmt: skip
    where = home()
    father, son = person("男", date(1968, 4, 5)), person("男", date(1995, 8, 9))
    story("father and son in one home", registered(father, where, LONG_AGO, name="司徒建国"),
          registered(son, where, LONG_AGO, name="司徒建军"))  # fmt: skip
    a, b = person("女"), person("男")
    first = registered(a, home(), LONG_AGO)
    second = registered(b, home(), LONG_AGO + DAY, number=a.number, born="")
    story(
        "one number on two people",
        first,
        second,
        expect=[("DQ-02", first), ("DQ-02", second), ("DQ-03", second)],
    )


def numbers() -> None:
    p = person()
    wrong = p.number[:17] + ("0" if p.number[17] != "0" else "1")
    row = registered(p, home(), LONG_AGO, number=wrong)
    story("a wrong check digit", row, expect=[("DQ-01", row)])
    row = registered(person(), home(), LONG_AGO, number="9.92701E+17")
    story("a number that a spreadsheet cut", row, expect=[("DQ-01", row)])
    p = person()
    row = registered(p, home(), LONG_AGO, number=p.number[:15] + "000")
    story("a number whose last three digits became zeros", row, expect=[("DQ-01", row)])
    row = registered(person(), home(), LONG_AGO, number="99270119", status="已注销", closed=LONG_AGO + DAY)
    story("a number too short, on a closed row", row, expect=[("DQ-01", row)])
    story(
        "a number too short, on a withdrawn row",
        registered(person(), home(), LONG_AGO, number="99270119", days=(FIRST, MIDDLE)),
    )
    story("a passport is not judged", registered(person(), home(), LONG_AGO, doc="护照", number="EB1234567"))
    p = person("男", date(1994, 8, 23))
    story("a residence permit number of 81", registered(p, home(), LONG_AGO, doc="港澳台居民居住证",
                                                          number=numbered(p.born, 21, "810000")))  # fmt: skip


def contradictions() -> None:
    p = person()
    row = registered(p, home(), LONG_AGO, born=(p.born + 400 * DAY).isoformat())
    story("a birth date against the number", row, expect=[("DQ-03", row)])
    row = registered(person("女"), home(), LONG_AGO, sex="男")
    story("a sex against the number", row, expect=[("DQ-03", row)])
    row = registered(person(), home(), LONG_AGO, status="已注销", closed=LONG_AGO - DAY)
    story("closed before it was registered", row, expect=[("DQ-03", row)])
    story(
        "closed on the day it was registered",
        registered(person(), home(), LONG_AGO, status="已注销", closed=LONG_AGO),
    )
    p = person("女", date(2003, 3, 3))
    row = registered(p, home(), LONG_AGO, arrived=date(2003, 3, 2))
    story("here before birth", row, expect=[("DQ-03", row)])
    story(
        "here on the day of birth",
        registered(person("女", date(2003, 3, 4)), home(), LONG_AGO, arrived=date(2003, 3, 4)),
    )


def tell() -> None:
    """Add every story of this page."""
    for part in (
        moving,
        the_household_register,
        places,
        withdrawn_rows,
        doubles,
        unlike_people,
        numbers,
        contradictions,
    ):
        part()
