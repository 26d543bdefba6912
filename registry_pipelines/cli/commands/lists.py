"""Listings of the published registry: exceptions, letters, quarantine, deliveries; and the closed codes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry_pipelines.case_log import listing_query, reach
from registry_pipelines.cli import common
from registry_pipelines.cli.common import HOME_DEFAULT, DayOption, FormatOption, HomeOption
from registry_pipelines.cli.output import Format, listing, note
from registry_pipelines.details import for_people
from registry_pipelines.failures import CommandError
from registry_pipelines.words import CODES, OFFICE_WORDS, OUTCOMES, STATUSES, both, headings

if TYPE_CHECKING:
    import duckdb

OutputOption = Annotated[
    Path | None,
    typer.Option("--output", metavar="F.xlsx", help="写成工作簿 write a workbook (in home/exports if bare)."),
]

LISTED = ("open", "confirmed")
"""What the list shows unless asked otherwise: what the office has to act on."""


def exceptions(
    home: HomeOption = HOME_DEFAULT,
    area: Annotated[
        str | None, typer.Option("--area", metavar="CODE", help="区划 an area and all below it.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="CODE", help="规则 one rule, for example FP-07.")
    ] = None,
    status: Annotated[
        str | None, typer.Option("--status", metavar="S", help=f"状态 one of {', '.join(STATUSES)}, or all.")
    ] = None,
    as_of: DayOption = None,
    output: OutputOption = None,
    fmt: FormatOption = Format.table,
) -> None:
    """缺口清单 the exception list: what this office's own records need, or needed on a day. Each pull is audited."""
    from assets.store.reading import open_published

    statuses, on = _statuses(status), common.day(as_of)
    opened = common.keeping_home(home)
    with open_published(opened.home, opened.keys) as con:
        _known_area(con, area)
        _known_rule(con, rule)
        values = {"area": area, "rule": rule, "statuses": statuses, "as_of": on}
        rows = common.fetch(con, listing_query("exceptions", on), values)
        columns = _columns(con, "exception")
        notes = [reach(con, on, common.kept_days(opened)), "" if on else _disputed(con)]
    to = "xlsx" if output else fmt.value
    common.pulled(
        opened, "exceptions", {"area": area, "rule": rule, "status": status, "as_of": as_of, "to": to}, rows
    )
    for text in filter(None, notes):
        note(text, "yellow")
    if output is not None:
        from registry_pipelines.exports import exception_workbook

        note(f"已写入 written: {exception_workbook(opened.home, opened.home.office, rows, output)}", "green")
        return
    shown = ("gap", "about", "area_name", "status", "opened_on", "answer_by", "details", "exception_id")
    title = f"缺口清单 exceptions · {OFFICE_WORDS[opened.home.office]} {opened.home.office}"
    title += f" · {on}" if on else ""
    caption = f"{len(rows)} 条 rows · 为什么 why: registry explain EXCEPTION"
    extra = [c for c in ("rule_title", "rule_title_en", "area_name") if c not in columns]
    listing(
        _shown(rows, fmt), headings(*shown), fmt, columns=[*columns, *extra], title=title, caption=caption
    )


def _disputed(con: duckdb.DuckDBPyConnection) -> str:
    """What is said under the list about disputed facts; empty if there is none."""
    n = len(common.fetch(con, common.query("disputes"), {"all": False}))
    return f"有争议的事实 {n} 项待答复 disputed facts to answer: registry disputes" if n else ""


def _shown(rows: list[dict[str, Any]], fmt: Format) -> list[dict[str, Any]]:
    """Rows as people read them: rule with its title, record with its ledger's name, details in words."""
    return rows if fmt is not Format.table else [for_people(row) for row in rows]


def _statuses(status: str | None) -> list[str]:
    if status is None:
        return list(LISTED)
    if status == "all":
        return [s for s in STATUSES if s != "held"]
    if status not in STATUSES:
        raise CommandError(f"there is no status of that name: use one of {', '.join(STATUSES)}, all")
    return [status]


def _known_area(con: duckdb.DuckDBPyConnection, code: str | None) -> None:
    if code is not None and not common.fetch(
        con, "SELECT 1 FROM area WHERE area_code = $code", {"code": code}
    ):
        raise CommandError(
            'this home knows no area of that code: registry sql "SELECT * FROM area" lists them'
        )


def _known_rule(con: duckdb.DuckDBPyConnection, code: str | None) -> None:
    if code is None:
        return
    rules = [row["rule_code"] for row in common.fetch(con, "SELECT rule_code FROM rule ORDER BY ALL")]
    if code not in rules:
        raise CommandError(f"this office has no rule of that code: use one of {', '.join(rules)}")


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [row["column_name"] for row in common.fetch(con, f"DESCRIBE {table}")]


def quarantine(
    home: HomeOption = HOME_DEFAULT,
    feed: Annotated[str | None, typer.Option("--feed", metavar="F", help="台账 one feed.")] = None,
    fmt: FormatOption = Format.table,
) -> None:
    """退回的行 rejected rows with their reasons."""
    from assets.store.reading import open_published

    opened = common.keeping_home(home)
    if feed is not None:
        common.known_feed(feed)
    with open_published(opened.home, opened.keys) as con:
        rows = common.fetch(con, common.query("quarantine"), {"feed": feed})
        columns = _columns(con, "rejected_record")
    common.pulled(opened, "quarantine", {"feed": feed}, rows)
    listing(rows, headings(*columns), fmt, columns=columns, title="退回的行 rejected rows")


def deliveries(home: HomeOption = HOME_DEFAULT, fmt: FormatOption = Format.table) -> None:
    """送达文件 what every inbox entry became, with its counts."""
    from assets.store.reading import open_published

    opened = common.open_home(home)
    with open_published(opened.home, opened.keys) as con:
        rows = common.fetch(con, common.query("deliveries"))
        columns = _columns(con, "delivery")
    common.pulled(opened, "deliveries", {}, rows)
    shown = [c for c in columns if c not in ("sha256", "loaded_at", "feed", "mode", "run_id")]
    people = (
        [{**row, "outcome": both(OUTCOMES, str(row["outcome"]))} for row in rows]
        if fmt is Format.table
        else rows
    )
    listing(people, headings(*shown), fmt, columns=columns, title="送达文件 deliveries")


def disputes(
    home: HomeOption = HOME_DEFAULT,
    every: Annotated[bool, typer.Option("--all", help="含已结 closed ones too.")] = False,
    fmt: FormatOption = Format.table,
) -> None:
    """有争议 facts that somebody objected to, with the day by which the office has to answer."""
    _listing_of(home, "dispute", "disputes", every, fmt, "有争议的事实 disputed facts")


def answers(
    home: HomeOption = HOME_DEFAULT,
    every: Annotated[bool, typer.Option("--all", help="含已采用 those that were applied too.")] = False,
    fmt: FormatOption = Format.table,
) -> None:
    """答复处理 answers that came back and changed nothing, by file and row, with the reason."""
    _listing_of(home, "answer", "answers", every, fmt, "答复处理 answers")


def _listing_of(home: Path, table: str, name: str, every: bool, fmt: Format, title: str) -> None:
    """One published table whose query takes ``$all``."""
    from assets.store.reading import open_published
    from quality.rules.texts import HANDLED

    opened = common.keeping_home(home)
    with open_published(opened.home, opened.keys) as con:
        rows = common.fetch(con, common.query(name), {"all": every})
        columns = _columns(con, table)
    common.pulled(opened, name, {"all": every, "to": fmt.value}, rows)
    words = {code: f"{text.zh} {text.en}" for code, text in HANDLED.items()}
    shown = [
        {**row, "outcome": words.get(str(row["outcome"]), row["outcome"])} if "outcome" in row else row
        for row in rows
    ]
    listing(shown if fmt is Format.table else rows, headings(*columns), fmt, columns=columns, title=title)


def letters(
    home: HomeOption = HOME_DEFAULT, output: OutputOption = None, fmt: FormatOption = Format.table
) -> None:
    """告知函 information letters and offers to renew, by own record number; each is listed once."""
    from assets.store.reading import open_published
    from quality.letters import letter_text
    from sources.offices import OFFICES

    opened = common.keeping_home(home)
    if not OFFICES[opened.home.office].hands_letters:
        raise CommandError(f"office {opened.home.office} hands out no letters: only residence and housing do")
    with open_published(opened.home, opened.keys) as con:
        listed = common.fetch(con, common.query("letters"))
    rows = [{**row, **{f"text_{k}": v for k, v in letter_text(row["kind"]).items()}} for row in listed]
    common.pulled(opened, "letters", {"to": "xlsx" if output else fmt.value}, rows)
    if output is not None:
        from registry_pipelines.exports import letter_workbook

        note(f"已写入 written: {letter_workbook(opened.home, opened.home.office, rows, output)}", "green")
        return
    columns = list(rows[0]) if rows else ["letter_id", "kind", "feed", "record_id", "text_zh", "text_en"]
    shown = [c for c in columns if c not in ("text_en", "text_zh")]
    listing(rows, headings(*shown), fmt, columns=columns, title="告知函 letters",
            caption="函件正文见 --output 或 --format json; the texts are in the workbook and in JSON")  # fmt: skip


def codes(fmt: FormatOption = Format.table) -> None:
    """原因代码 the closed list behind every --reason."""
    rows = [{"code": code, "zh": zh, "en": en} for code, (zh, en) in CODES.items()]
    listing(rows, headings("code", "zh", "en"), fmt, title="原因代码 reason codes")
