"""Stories of the aftercare desk: notices that nobody acknowledged, promises, consents, seals."""

from __future__ import annotations

from datetime import date

from tests.scenarios.story import DAY, MIDDLE, Row, T, enrolment, notice, person, story

RELEASED = date(2026, 9, 7)
CONSENT = date(2026, 9, 14)


def acknowledgement() -> None:
    row = notice(T - 11 * DAY)
    story("nobody acknowledged it, day eleven", row, expect=[("RP-01", row)])
    story("nobody acknowledged it, day ten", notice(T - 10 * DAY))
    row = notice(T - 180 * DAY)
    story("day one hundred and eighty", row, expect=[("RP-01", row)])
    story("day one hundred and eighty-one is too late", notice(T - 181 * DAY))
    for status in ("已签收", "谢绝", "转出", "解除"):
        row = notice(RELEASED)
        story(f"acknowledged: {status}", row, enrolment(CONSENT, of=row, status=status))


def promises() -> None:
    for days, found in ((31, True), (30, False)):
        row = enrolment(
            CONSENT - 90 * DAY, p=person(), consent=CONSENT - 90 * DAY, every=30, contact=T - days * DAY
        )
        story(f"thirty days agreed, {days} gone", row, expect=[("RP-05", row)] * found)
    row = enrolment(CONSENT, p=person(), consent=CONSENT, every=30)
    story("never in touch since it was received", row, expect=[("RP-05", row)])
    story("no interval agreed", enrolment(CONSENT, p=person(), consent=CONSENT))
    for status in ("解除", "转出", "谢绝"):
        story(f"{status}: no promise is left", enrolment(CONSENT, status=status, consent=CONSENT, every=30))
    story("no consent, no promise", enrolment(CONSENT, every=30))


def consents() -> None:
    row = enrolment(CONSENT, p=person(), consent=CONSENT, until=T - DAY, every=30)
    story("consent ended yesterday: close it, and no contact is due", row, expect=[("RP-07", row)])
    story("consent ends today", enrolment(CONSENT, p=person(), consent=CONSENT, until=T))
    story(
        "consent ended and closed", enrolment(CONSENT, consent=CONSENT, until=T - DAY, status="解除", ended=T)
    )
    p = person()
    a, b = enrolment(CONSENT, p=p, consent=CONSENT), enrolment(CONSENT + DAY, p=p, consent=CONSENT + DAY)
    story("one person on file twice", a, b, expect=[("RP-08", b)])
    p = person()
    story("on file twice, once closed", enrolment(CONSENT, p=p, consent=CONSENT),
          enrolment(CONSENT + DAY, status="解除", consent=CONSENT, ended=T))  # fmt: skip
    row = enrolment(CONSENT, status="解除", ended=CONSENT - DAY)
    story("ended before it was received", row, expect=[("DQ-03", row)])
    p = person()
    row = enrolment(CONSENT, p=p, consent=CONSENT, number=p.number[:15] + "000")
    story("a number cut short", row, expect=[("DQ-01", row)])
    p = person()
    story(
        "a number cut short, without consent: dropped unread",
        enrolment(CONSENT, p=p, number=p.number[:15] + "000"),
    )


def _sealed(row: Row) -> tuple[Row, Row]:
    return row, enrolment(CONSENT, of=row, p=person(), consent=CONSENT, every=30)


def seals() -> None:
    for mark in ("", "是", "不清楚"):
        rows = _sealed(notice(RELEASED, sealed=mark))
        story(f"sealed, written {mark or 'blank'}", *rows, gone=rows)
    rows = _sealed(notice(RELEASED, later={T: {"未成年封存": "是"}}))
    story("sealed later", *rows, gone=rows)
    rows = _sealed(notice(RELEASED, sealed="是", later={MIDDLE: {"未成年封存": "否"}}))
    story("sealed, later said to be open: stays sealed", *rows, gone=rows)
    for mark in ("否", "0", "N", "无"):
        rows = _sealed(notice(RELEASED, sealed=mark))
        story(f"not sealed, written {mark}", *rows, expect=[("RP-05", rows[1])])


def tell() -> None:
    """Add every story of this page."""
    for part in (acknowledgement, promises, consents, seals):
        part()
