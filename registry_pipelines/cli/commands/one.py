"""One exception explained; one person's copy of what this office holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from registry_pipelines.case_log import reach
from registry_pipelines.cli import common
from registry_pipelines.cli.common import HOME_DEFAULT, DayOption, FormatOption, HomeOption, ReasonOption
from registry_pipelines.cli.output import Format, console, note, print_trimmed
from registry_pipelines.failures import CommandError
from registry_pipelines.words import FEED_WORDS, HOLD_REASONS, STATUSES, both, heading


def explain(
    exception: Annotated[str, typer.Argument(metavar="EXCEPTION", help="缺口编号 from the exception list.")],
    as_of: DayOption = None,
    home: HomeOption = HOME_DEFAULT,
    fmt: FormatOption = Format.table,
) -> None:
    """说明 why: own record, its dates, the rule, its legal basis, what the office may do."""
    from assets.store.reading import open_published
    from registry_pipelines.explanation import explanation

    opened = common.keeping_home(home)
    wanted, on = common.canonical_id(exception), common.day(as_of)
    with open_published(opened.home, opened.keys) as con:
        found = explanation(con, wanted, on)
        if found is None and on is not None and explanation(con, wanted):
            raise CommandError(
                "that exception was not listed on that day: without --as-of it is explained as it stands"
            )
        said = reach(con, on, common.kept_days(opened))
    if found is None:
        raise CommandError("this home published no exception of that number: registry exceptions lists them")
    found["agreement"] = [] if on else _agreement(opened, found)
    filters = {"exception": opened.chain.mark(wanted), "rule": found["rule_code"], "as_of": as_of}
    common.pulled(opened, "explain", filters, [found])
    if said:
        note(said, "yellow")
    if fmt is Format.table:
        _print(found)
    else:
        common.one_listing(found, fmt)


def _agreement(opened: common.Opened, found: dict[str, Any]) -> list[dict[str, Any]]:
    """For a finding that rests on several rows of one person: how those rows agree, by codes; [] for others."""
    from registry_pipelines.explanation import rests_on_person, row_agreement

    if not rests_on_person(found):
        return []
    from assets.store.database import open_working

    with opened.home.lock(), open_working(opened.home, opened.keys, read_only=True) as con:
        return row_agreement(con, found)


def _print(found: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    out = console()
    out.print(Text(f"{found['rule_code']}  {found['title_zh']}  {found['title_en']}", "bold"))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for zh, en, value in _lines(found):
        if value:
            grid.add_row(Text.assemble(zh, " ", (en, "dim")), Text(value))
    print_trimmed(out, grid)


def _lines(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    from quality.rules.texts import REASONS
    from registry_pipelines.details import in_words, may_do

    subject = (
        found["dwelling_key"] or f"{FEED_WORDS.get(found['feed'], '')} {found['feed']}/{found['record_id']}"
    )
    days = [
        f"{heading(n).zh} {found[n]}" for n in ("opened_on", "due_on", "answer_by", "closed_on") if found[n]
    ]
    why = [REASONS[event["reason_code"]] for event in found["events"] if event["reason_code"] in REASONS]
    return [
        ("缺口编号", "exception", str(found["exception_id"])),
        ("对象", "subject", str(subject)),
        ("社区", "community", f"{found['area_name'] or ''} {found['area_code'] or ''}".strip()),
        ("状态", "status", _status(found)),
        ("日期", "days", "  ".join(days)),
        ("原因", "why", f"{why[-1].zh}\n{why[-1].en}" if why else ""),
        ("依据", "rests on", in_words(found["details"], found["feed"], found["record_id"])),
        ("宽限", "grace", str(found["grace"] or "")),
        ("可办事项", "the office may", f"{may_do(found['may_do'])}  {found['may_do'] or ''}".strip()),
        ("法律依据", "legal basis", str(found["legal_basis"] or "")),
        ("目的", "purpose", str(found["purpose"] or "")),
        ("例外", "exemptions", str(found["exemptions"] or "")),
        ("规则版本", "rule version", str(found["rule_version"] or "")),
        *_agreed(found),
        *_happened(found),
        (
            "异议",
            "objection",
            "本人可要求查阅、更正或提出异议 the person may ask for a copy, a correction, or object",
        ),
    ]


def _status(found: dict[str, Any]) -> str:
    """The status; of a held one also what holds it."""
    held = HOLD_REASONS.get(str(found["hold_reason"]))
    return both(STATUSES, str(found["status"])) + (f"：{held[0]} {held[1]}" if held else "")


def _agreed(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    from registry_pipelines.agreement import sentence

    return [
        ("符合情况", "agreement", f"{link['record_a']} ↔ {link['record_b']}\n{sentence(link['agreement'])}")
        for link in found["agreement"]
    ]


def _happened(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The events of the case, each with its reason where that is not the finding's own."""
    from quality.rules.texts import CASE_REASONS, CLOSE_REASONS, EVENTS

    reasons = {**CLOSE_REASONS, **CASE_REASONS}
    lines = []
    for event in found["events"]:
        what, why = EVENTS.get(event["event"]), reasons.get(event["reason_code"])
        by = f"{FEED_WORDS.get(event['feed'], '')} {event['record_id']}" if event["record_id"] else ""
        said = f"{what.zh} {what.en}" if what else str(event["event"])
        lines.append(
            (
                "经过",
                "event",
                "  ".join(
                    filter(None, (f"{event['happened_at']:%Y-%m-%d %H:%M}", said, why.zh if why else "", by))
                ),
            )
        )
    return lines


def subject(
    feed: Annotated[str, typer.Option("--feed", metavar="F", help="台账 the record's feed.")],
    record: Annotated[
        str, typer.Option("--record", metavar="R", help="登记编号 one own record of the person.")
    ],
    reason: ReasonOption,
    output: Annotated[
        Path, typer.Option("--output", metavar="FILE", help=".xlsx, .json or .csv, readable by you alone.")
    ],
    home: HomeOption = HOME_DEFAULT,
) -> None:
    """本人查阅 the copy a person may ask for: their records here, findings on them, who pulled those and when."""
    from quality.profiles import DEFAULT, load_profile
    from registry_pipelines.subject_copy import write_copy

    opened, code = common.keeping_home(home), common.reason(reason)
    common.known_feed(feed)
    cap = load_profile(opened.home.settings.profile or DEFAULT).subject_cap
    path, records = write_copy(opened, feed, common.canonical_id(record), code, output, cap)
    note(
        f"已写入 written: {path} · {records} 个版本 versions；请亲手交给本人 hand it to the person only",
        "green",
    )
