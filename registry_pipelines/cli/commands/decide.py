"""What a clerk decides: pairs, merges, undoing them, objections, and what a steward takes in. Applied by the next run."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry_pipelines.cli import common
from registry_pipelines.cli.common import HOME_DEFAULT, FormatOption, HomeOption, Opened, ReasonOption
from registry_pipelines.cli.output import Format, listing, note
from registry_pipelines.failures import CommandError
from registry_pipelines.words import ANSWERS, headings

if TYPE_CHECKING:
    from assets.store.decisions import Decision

RecordArgument = Annotated[str, typer.Argument(metavar="FEED/ID", help="登记编号 an own record.")]
VERDICTS = ("same", "different", "unsure")
PAIR_COLUMNS = ("pair_id", "feed_a", "record_a", "feed_b", "record_b", "agreement", "weight")


def merge(
    first: RecordArgument, second: RecordArgument, reason: ReasonOption, home: HomeOption = HOME_DEFAULT
) -> None:
    """归并 two records are one person; outranks the model from the next run on."""
    opened, code = common.open_home(home), common.reason(reason)
    a, b = known_records(opened, first, second)
    if a == b:
        raise CommandError("a record cannot be merged with itself: name two records")
    decide(opened, "merge", code, a=a, b=b)


def unmerge(record: RecordArgument, reason: ReasonOption, home: HomeOption = HOME_DEFAULT) -> None:
    """撤销归并 part a record from the others of its person; both come back as they were."""
    opened, code = common.open_home(home), common.reason(reason)
    (a,) = known_records(opened, record)
    decide(opened, "unmerge", code, a=a)


def dispute(
    record: RecordArgument,
    field: Annotated[
        str, typer.Argument(metavar="FIELD", help="栏目 a column of the feed, by its heading or name.")
    ],
    reason: ReasonOption,
    close: Annotated[bool, typer.Option("--close", help="办结 the objection was answered.")] = False,
    home: HomeOption = HOME_DEFAULT,
) -> None:
    """有争议 mark a fact as objected to: what rests on it is held back until that is answered."""
    opened, code = common.open_home(home), common.reason(reason)
    (a,) = known_records(opened, record)
    name = _field(a[0], field)
    if close:
        _open_dispute(opened, a, name)
    decide(opened, "dispute_close" if close else "dispute", code, a=a, field=name)


def _open_dispute(opened: Opened, a: tuple[str, str], field: str) -> None:
    from assets.store.reading import open_published

    with open_published(opened.home, opened.keys) as con:
        found = con.execute(
            "SELECT 1 FROM dispute WHERE feed = $feed AND record_id = $record AND field = $field AND state = 'open'",
            {"feed": a[0], "record": a[1], "field": field},
        ).fetchone()
    if found is None:
        raise CommandError("no dispute about that fact is open: registry disputes lists them")


def resolve(
    exception: Annotated[str, typer.Argument(metavar="EXCEPTION", help="缺口编号 from the exception list.")],
    answer: Annotated[str, typer.Option("--answer", metavar="A", help=f"核查结果 {'、'.join(ANSWERS)}.")],
    reason: ReasonOption = "reviewed",
    home: HomeOption = HOME_DEFAULT,
) -> None:
    """核查 what was found about an exception; means the same as an answer in a verifications file."""
    from assets.store.reading import open_published

    opened, code = common.keeping_home(home), common.reason(reason)
    if answer not in ANSWERS:
        raise CommandError(f"--answer has to be one of {'、'.join(ANSWERS)}")
    wanted = common.canonical_id(exception)
    with open_published(opened.home, opened.keys) as con:
        found = con.execute("SELECT 1 FROM exception WHERE exception_id = $id", {"id": wanted}).fetchone()
    if found is None:
        raise CommandError("there is no exception of that number: registry exceptions lists them")
    decide(opened, "resolve", code, a=(None, wanted), field=answer)


def _field(feed: str, text: str) -> str:
    from sources.contract import contracts

    for column in contracts()[feed].columns:
        if text in (column.name, column.heading, *column.synonyms):
            return column.name
    names = "、".join(column.heading for column in contracts()[feed].columns)
    raise CommandError(f"{feed} has no such field: use one of {names}")


def known_records(opened: Opened, *texts: str) -> list[tuple[str, str]]:
    """Records as (feed, id); CommandError if one is not in what this office published."""
    from assets.store.reading import open_published

    names = [common.record_name(text) for text in texts]
    with open_published(opened.home, opened.keys) as con:
        for feed, record_id in names:
            found = con.execute(
                "SELECT 1 FROM record WHERE feed = $feed AND record_id = $record",
                {"feed": feed, "record": record_id},
            ).fetchone()
            if found is None:
                raise CommandError(
                    f"this office holds no such record of {feed}: look its number up in your own system"
                )
    return names


def decide(
    opened: Opened, kind: str, code: str, *, a: tuple[str | None, str] | None = None,
    b: tuple[str, str] | None = None, field: str | None = None,
) -> None:  # fmt: skip
    """Write one decision, after its entry in the audit chain."""
    from assets.store.decisions import Decision
    from registry_pipelines.audit import whoami

    marks = "/".join(part or "" for part in (*(a or ()), *(b or ())))
    opened.chain.append(
        kind, {"reason": code, "subject": opened.chain.mark(marks) if marks else None, "field": field}, 1
    )
    decision = Decision(
        kind, code, whoami(), a_feed=a[0] if a else None, a_record=a[1] if a else None,
        b_feed=b[0] if b else None, b_record=b[1] if b else None, field=field,
    )  # fmt: skip
    _store(opened, decision)
    note("已记下，下次运行生效 noted; the next run applies it: registry run", "green")


def _store(opened: Opened, decision: Decision) -> None:
    from assets.store.decisions import append_decision

    append_decision(opened.home, opened.keys, decision, datetime.now(UTC).replace(tzinfo=None))


def accept(
    what: Annotated[
        str, typer.Argument(metavar="FILE|requests|NOTICE", help="文件名、requests 或通知书编号.")
    ],
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="CODE", help="原因代码 see registry codes.")
    ] = None,
    approval: Annotated[
        Path | None,
        typer.Option(
            "--approval", metavar="FILE", help="签字 the data protection officer's signed approval."
        ),
    ] = None,
    home: HomeOption = HOME_DEFAULT,
) -> None:
    """采纳 take a delivery that was set aside for withdrawing too much; let mail go on; or lift a seal."""
    opened = common.open_home(home)
    if what == "requests":
        _accept_requests(opened, approval)
    elif reason is None:
        raise CommandError("--reason is needed: registry codes lists them")
    elif common.reason(reason) == "unsealed":
        if opened.home.office != "aftercare":
            raise CommandError("only the aftercare office holds notices: there is no seal to lift here")
        decide(opened, "accept_notice", reason, a=("released_persons", common.canonical_id(what)))
    else:
        decide(opened, "accept_file", reason, a=(None, _set_aside(opened, Path(what).name)))


def _accept_requests(opened: Opened, approval: Path | None) -> None:
    from registry_pipelines.approval import verified

    if opened.home.office != "housing":
        raise CommandError("only the housing office passes requests on: there is nothing to accept here")
    if approval is None:
        raise CommandError("--approval FILE is needed, signed by the data protection officer")
    key = opened.home.settings.dpo
    if key is None:
        raise CommandError("office.toml names no data protection officer's key: without it nothing is lifted")
    verified(approval.read_text(encoding="utf-8", errors="replace"), opened.home.office, key)
    decide(opened, "accept_requests", "reviewed")


def _set_aside(opened: Opened, name: str) -> str:
    """The hash of the file that was set aside under ``name`` for withdrawing too much."""
    from assets.store.reading import open_published

    with open_published(opened.home, opened.keys) as con:
        row = con.execute(
            "SELECT sha256 FROM delivery WHERE file_name = $name AND outcome = 'set_aside' AND reason = 'withdraws_too_much'",
            {"name": name},
        ).fetchone()
    if row is None:
        raise CommandError(
            "no file of that name was set aside for withdrawing too much: registry deliveries lists them"
        )
    return str(row[0])


def review(
    home: HomeOption = HOME_DEFAULT,
    pair: Annotated[
        str | None, typer.Option("--pair", metavar="ID", help="对编号 decide this pair without asking.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="CODE", help="same, different or unsure.")
    ] = None,
    fmt: FormatOption = Format.table,
) -> None:
    """疑似同一人 pairs of own records that a clerk should look at, by how they agree; decide them."""
    from assets.store.reading import open_published

    opened = common.open_home(home)
    with open_published(opened.home, opened.keys) as con:
        rows = common.fetch(con, common.query("review"))
    if pair is not None:
        _decide_pair(opened, rows, pair, reason)
        return
    common.pulled(opened, "review", {"to": fmt.value}, rows)
    if fmt is not Format.table or not (sys.stdin.isatty() and sys.stdout.isatty()):
        shown = rows if fmt is not Format.table else [_in_words(row) for row in rows]
        columns = list(rows[0]) if rows else list(PAIR_COLUMNS)
        listing(shown, headings(*columns), fmt, columns=columns, title="疑似同一人 pairs to look at")
        return
    from registry_pipelines.cli.review import talk

    talk(opened, rows, lambda row, verdict: _decide_row(opened, row, verdict))


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    from registry_pipelines.agreement import sentence

    return {**row, "agreement": sentence(str(row["agreement"]))}


def _decide_pair(opened: Opened, rows: list[dict[str, Any]], pair: str, reason: str | None) -> None:
    row = next((row for row in rows if row["pair_id"] == pair), None)
    if row is None:
        raise CommandError("there is no pair of that number to decide: registry review lists them")
    if reason not in VERDICTS:
        raise CommandError(f"--reason has to be one of {', '.join(VERDICTS)} for a pair")
    _decide_row(opened, row, reason)


def _decide_row(opened: Opened, row: dict[str, Any], verdict: str) -> None:
    decide(opened, "review", verdict, a=(row["feed_a"], row["record_a"]), b=(row["feed_b"], row["record_b"]))
