"""What a clerk decides: pairs, merges, undoing them, answers, objections, and what a steward takes in.

Applied by the next run.
"""

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
DISPUTES = ("objection", "correction")
VERDICTS = ("same", "different", "unsure")
PAIR_COLUMNS = ("pair_id", "feed_a", "record_a", "feed_b", "record_b", "agreement", "weight")


def merge(
    first: RecordArgument, second: RecordArgument, reason: ReasonOption, home: HomeOption = HOME_DEFAULT
) -> None:
    """归并 two records are one person; outranks the model from the next run on. unmerge undoes it."""
    opened, code = common.open_home(home), common.reason(reason)
    a, b = known_records(opened, first, second)
    if a == b:
        raise CommandError("a record cannot be merged with itself: name two records")
    decide(opened, "merge", code, a=a, b=b)


def unmerge(record: RecordArgument, reason: ReasonOption, home: HomeOption = HOME_DEFAULT) -> None:
    """撤销归并 undo the merges that name a record: all comes back as it was. A record that was not merged by a clerk
    is parted from the others of its person."""
    opened, code = common.open_home(home), common.reason(reason)
    (a,) = known_records(opened, record)
    decide(opened, "unmerge", code, a=a)


def dispute(
    record: RecordArgument,
    field: Annotated[
        str, typer.Argument(metavar="FIELD", help="栏目 a column of the feed, by its heading or name.")
    ],
    reason: ReasonOption,
    close: Annotated[bool, typer.Option("--close", help="办结 it was answered; --reason says how.")] = False,
    home: HomeOption = HOME_DEFAULT,
) -> None:
    """有争议 mark a fact as objected to, with ten working days to answer; or close that."""
    opened, code = common.open_home(home), common.reason(reason)
    if not close and code not in DISPUTES:
        raise CommandError(f"--reason has to be one of {', '.join(DISPUTES)} for a disputed fact")
    (a,) = known_records(opened, record)
    name = _field(a[0], field)
    is_open = _disputed(opened, a, name)
    if close and not is_open:
        raise CommandError("no dispute of that field is open: registry disputes lists them")
    if is_open and not close:
        raise CommandError("that field is disputed already: registry disputes lists it")
    decide(opened, "dispute_close" if close else "dispute", code, a=a, field=name)


def _disputed(opened: Opened, record: tuple[str, str], field: str) -> bool:
    """Whether a dispute of the field is open: as published, or as decided since the last run."""
    from assets.store.decisions import read_decisions
    from assets.store.reading import open_published

    with open_published(opened.home, opened.keys) as con:
        row = con.execute(
            """SELECT (SELECT max(started_at) FROM run), EXISTS (
                 FROM dispute WHERE feed = $feed AND record_id = $record AND field = $field AND state = 'open')""",
            {"feed": record[0], "record": record[1], "field": field},
        ).fetchone()
    since, is_open = row or (None, False)
    if not opened.home.decisions_db.exists():
        return bool(is_open)
    wanted = ("dispute", "dispute_close")
    for said in read_decisions(opened.home, opened.keys).iter_rows(named=True):
        here = (said["a_feed"], said["a_record"], said["field"]) == (*record, field)
        if here and said["kind"] in wanted and (since is None or said["decided_at"] > since):
            is_open = said["kind"] == "dispute"
    return bool(is_open)


def resolve(
    exception: Annotated[
        str, typer.Argument(metavar="EXCEPTION", help="缺口编号 from the list; or a letter's number.")
    ],
    answer: Annotated[
        str, typer.Option("--answer", metavar="ANSWER", help=f"核查结果 one of {'、'.join(ANSWERS)}.")
    ],
    reason: ReasonOption = "reviewed",
    home: HomeOption = HOME_DEFAULT,
) -> None:
    """核查结果 answer one exception or letter, as the filled-in list would; the next run applies it."""
    from quality.rules.texts import ANSWERS as CODE_OF

    opened, code = common.keeping_home(home), common.reason(reason)
    said = {**{a: a for a in CODE_OF}, **{c: a for a, c in CODE_OF.items()}}.get(answer.strip())
    if said is None:
        raise CommandError(f"--answer has to be one of {'、'.join(CODE_OF)} ({', '.join(CODE_OF.values())})")
    wanted = common.canonical_id(exception)
    _answerable(opened, wanted)
    decide(opened, "resolve", code, a=(None, wanted), field=said)


def _answerable(opened: Opened, wanted: str) -> None:
    """CommandError unless this home published an exception or letter of that number that can still be answered."""
    from assets.store.reading import open_published
    from sources.offices import OFFICES

    with open_published(opened.home, opened.keys) as con:
        found = con.execute(
            "SELECT close_reason FROM exception WHERE exception_id = $id", {"id": wanted}
        ).fetchone()
        hands = OFFICES[opened.home.office].hands_letters
        if found is None and hands:
            found = con.execute("SELECT NULL FROM letter WHERE letter_id = $id", {"id": wanted}).fetchone()
    if found is None:
        raise CommandError(
            "this home published no exception or letter of that number: registry exceptions lists them"
        )
    if found[0] == "no_reminder":
        raise CommandError("that exception was ended for good (不再提醒): there is nothing to answer")


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
