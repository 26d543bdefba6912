"""Stories of the housing office: homes let without a filing, leases that ran out, requests on their way."""

from __future__ import annotations

from datetime import date

from tests.scenarios.story import (
    DAY,
    SNAPSHOTS,
    Row,
    T,
    home,
    let,
    person,
    receipt,
    registered,
    request,
    story,
    tenancy,
)

LONG_AGO = date(2025, 5, 6)
MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
"""Three working days after Monday is yesterday, after Tuesday it is today."""

FIRST, MIDDLE, LAST = SNAPSHOTS
TAKEN_UP = date(2026, 10, 14)


def homes_without_a_filing() -> None:
    row = tenancy(person(), home(), MONDAY)
    story("let without a rental row, on the fourth working day", row, expect=[("RH-01", row)])
    story("let without a rental row, on the third working day", tenancy(person(), home(), TUESDAY))
    where = home()
    story("a rental row for the room", let(where), tenancy(person(), where, LONG_AGO))
    where = home()
    story("a rental row for the whole house", let(where, at=where.house), tenancy(person(), where, LONG_AGO))
    where = home()
    row = tenancy(person(), where, LONG_AGO)
    story("a rental row for another room", let(where, at=where.room(302)), row, expect=[("RH-01", row)])
    where = home()
    row = tenancy(person(), where, LONG_AGO, at=where.house)
    story("the whole house is let, a room is on file", let(where), row, expect=[("RH-01", row)])
    for status in ("停租", "空置"):
        where = home()
        row = tenancy(person(), where, LONG_AGO)
        story(f"a rental row that is {status}", let(where, status=status), row, expect=[("RH-01", row)])
    where = home()
    row = tenancy(person(), where, LONG_AGO)
    story("a rental row that was withdrawn", let(where, days=(FIRST, MIDDLE)), row, expect=[("RH-01", row)])
    where = home()
    one, two = tenancy(person(), where, LONG_AGO), tenancy(person("男"), where, LONG_AGO)
    story("two tenants of one home are one finding", one, two, expect=[("RH-01", one)])
    story("left today", tenancy(person(), home(), LONG_AGO, left=T))
    row = tenancy(person(), home(), LONG_AGO, left=T + DAY)
    story("leaves tomorrow", row, expect=[("RH-01", row)])
    story("begins tomorrow", tenancy(person(), home(), T + DAY))
    row = tenancy(person(), home(), LONG_AGO, ends=T)
    story("its last day is today", row, expect=[("RH-01", row)])
    where = home()
    house = let(where)
    written = where.house + "２栋1单元301"
    story(
        "the room written otherwise, with the house's number",
        house,
        tenancy(person(), where, LONG_AGO, at=written, house=house),
    )
    where = home()
    house = let(where, at=where.house)
    story("the house's number, but a finer address", house, tenancy(person(), where, LONG_AGO, house=house))


def filings() -> None:
    where = home()
    row = let(where, filed=None)
    story(
        "not filed, thirty-one days on", row, tenancy(person(), where, T - 31 * DAY), expect=[("RH-02", row)]
    )
    where = home()
    story("not filed, thirty days on", let(where, filed=None), tenancy(person(), where, T - 30 * DAY))
    where = home()
    row = let(where, at=where.house, filed=None)
    story(
        "a whole house not filed, a room of it let",
        row,
        tenancy(person(), where, LONG_AGO),
        expect=[("RH-02", row)],
    )
    where = home()
    story("not filed and nobody there", let(where, filed=None))
    where = home()
    a, b = let(where), let(where)
    story("one home on file twice", a, b, expect=[("RH-09", b)])
    where = home()
    story("on file twice, once no longer let", let(where), let(where, status="停租"))
    where = home()
    story("two rooms of one house", let(where), let(where, at=where.room(302)))


def leases_that_ran_out() -> None:
    where = home()
    row = tenancy(person(), where, LONG_AGO, ends=MONDAY)
    story("ran out, on the fourth working day", let(where), row, expect=[("RH-03", row)])
    where = home()
    story("ran out, on the third working day", let(where), tenancy(person(), where, LONG_AGO, ends=TUESDAY))
    where = home()
    story("ran out and left", let(where), tenancy(person(), where, LONG_AGO, ends=MONDAY, left=MONDAY))
    where, p = home(), person()
    story(
        "ran out and renewed",
        let(where),
        tenancy(p, where, LONG_AGO, ends=MONDAY),
        tenancy(p, where, MONDAY + DAY),
    )
    where = home()
    row = tenancy(person(), where, LONG_AGO, ends=date(2026, 9, 1))
    story("ran out, and somebody else moved in", let(where), row, tenancy(person(), where, date(2026, 9, 2)),
          expect=[("RH-03", row)])  # fmt: skip


def double_leases() -> None:
    where, p = home(), person()
    a, b = tenancy(p, where, LONG_AGO), tenancy(p, where, LONG_AGO + DAY)
    story("one person, one home, two leases", let(where), a, b, expect=[("RH-04", b)])
    where = home()
    story(
        "two people, one home",
        let(where),
        tenancy(person(), where, LONG_AGO),
        tenancy(person(), where, LONG_AGO),
    )
    p, one, two = person(), home(), home()
    story("one person, two homes", let(one), let(two), tenancy(p, one, LONG_AGO), tenancy(p, two, LONG_AGO))
    where = home()
    row = tenancy(person(), where, LONG_AGO, left=LONG_AGO - DAY)
    story("left before it began", let(where), row, expect=[("DQ-03", row)])


def _leased(**more: object) -> tuple[Row, Row]:
    where = home()
    return let(where), tenancy(person(), where, LONG_AGO, **more)  # type: ignore[arg-type]


def requests_on_their_way() -> None:
    rows = _leased()
    asked = request(rows[1], MONDAY)
    story("no desk took it up, fourth working day", *rows, asked, expect=[("RQ-01", asked)])
    rows = _leased()
    story("no desk took it up, third working day", *rows, request(rows[1], TUESDAY))
    rows = _leased()
    asked = request(rows[1], date(2026, 10, 12))
    story("sent back is taken up", *rows, asked, receipt(asked, TAKEN_UP, outcome="退回", finished=TAKEN_UP))
    rows = _leased()
    story("consent taken back", *rows, request(rows[1], LONG_AGO, withdrawn=T))
    rows = _leased()
    asked = request(rows[1], date(2026, 10, 12), withdrawn=T + DAY)
    story("consent taken back from tomorrow", *rows, asked, expect=[("RQ-01", asked)])
    rows = _leased()
    story("consent ran out yesterday", *rows, request(rows[1], LONG_AGO, until=T - DAY))
    rows = _leased()
    asked = request(rows[1], LONG_AGO, until=T)
    story("consent runs out today", *rows, asked, expect=[("RQ-01", asked)])
    rows = _leased()
    asked = request(rows[1], T - 365 * DAY)
    story("consent without an end, 365 days old", *rows, asked, expect=[("RQ-01", asked)])
    rows = _leased()
    story("consent without an end, 366 days old", *rows, request(rows[1], T - 366 * DAY))
    rows = _leased()
    story("consent dated tomorrow", *rows, request(rows[1], T + DAY))
    rows = _leased()
    story("one consent used twice", *rows, request(rows[1], LONG_AGO, consent="PZ7001", until=T),
          request(rows[1], LONG_AGO + DAY, consent="PZ7001", until=T))  # fmt: skip
    story("a request of a tenancy that nobody knows", request("ZZ99999", MONDAY - 30 * DAY))
    rows = _leased(days=(FIRST, MIDDLE))
    story("a request of a withdrawn tenancy", *rows, request(rows[1], MONDAY - 30 * DAY))
    rows = _leased(left=date(2026, 11, 2))
    asked = request(rows[1], MONDAY - 30 * DAY, kind="注销")
    story("a request of a tenancy that was left", *rows, asked, expect=[("RQ-01", asked)])


def _asked(kind: str = "登记", **more: object) -> tuple[Row, Row, Row]:
    rows = _leased()
    return (*rows, request(rows[1], date(2026, 10, 8), kind=kind, **more))  # type: ignore[arg-type]


def receipts_that_wait() -> None:
    for received, found in ((date(2026, 11, 5), True), (date(2026, 11, 6), False)):
        rows = _asked()
        row = receipt(rows[2], received)
        story(f"taken up on {received}, not finished", *rows, row, expect=[("RQ-02", row)] * found)
    rows = _asked()
    story("waits for papers", *rows, receipt(rows[2], TAKEN_UP, later={T: {"处理结果": "待补"}}))
    rows = _asked()
    again = {FIRST: {"处理结果": "待补"}, MIDDLE: {"处理结果": ""}}
    story(
        "papers came on the sixth: the clock began anew",
        *rows,
        receipt(rows[2], date(2026, 10, 9), later=again),
    )
    rows = _asked(withdrawn=date(2026, 11, 10))
    story("taken up, then consent was taken back", *rows, receipt(rows[2], TAKEN_UP))
    row = receipt("QQ88001", TAKEN_UP)
    story("taken up, and housing never heard of it", row, expect=[("RQ-02", row)])


def _done(kind: str, *, closed: date | None = None, status: str = "在住") -> tuple[tuple[Row, ...], Row]:
    rows = _asked(kind)
    entry = registered(person(), home(), LONG_AGO, closed=closed, status=status)
    row = receipt(rows[2], TAKEN_UP, outcome="已办", finished=TAKEN_UP, led_to=entry.record_id)
    return (*rows, entry), row


def receipts_that_are_done() -> None:
    for led_to in ("", "LR00000X"):
        rows = _asked()
        row = receipt(rows[2], TAKEN_UP, outcome="已办", finished=TAKEN_UP, led_to=led_to)
        story(f"done, with {led_to or 'no number'} to show", *rows, row, expect=[("RQ-03", row)])
    cases = (
        ("登记", None, "在住", False),
        ("登记", TAKEN_UP, "在住", True),
        ("变更", TAKEN_UP + DAY, "在住", False),
        ("变更", None, "已注销", True),
        ("注销", None, "在住", True),
        ("注销", TAKEN_UP + DAY, "已注销", False),
    )
    for kind, closed, status, found in cases:
        rows, row = _done(kind, closed=closed, status=status)
        story(f"{kind} done, its row {status} closed {closed}", *rows, row, expect=[("RQ-03", row)] * found)
    story(
        "done, but housing never heard of it", receipt("QQ88002", TAKEN_UP, outcome="已办", finished=TAKEN_UP)
    )
    rows = _asked(until=date(2026, 11, 10))
    story(
        "done with nothing to show, consent has ended",
        *rows,
        receipt(rows[2], TAKEN_UP, outcome="已办", finished=TAKEN_UP),
    )


def tell() -> None:
    """Add every story of this page."""
    for part in (homes_without_a_filing, filings, leases_that_ran_out, double_leases, requests_on_their_way,
                 receipts_that_wait, receipts_that_are_done):  # fmt: skip
        part()
