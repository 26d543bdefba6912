"""Clerical review in the terminal: one pair at a time, by agreement; values field by field, on request, audited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.prompt import Prompt
from rich.text import Text

from registry_pipelines.agreement import EQUAL, parts
from registry_pipelines.cli.common import Opened
from registry_pipelines.cli.output import console, note, safe_text
from registry_pipelines.failures import CommandError

FIELDS = {
    "name": "name",
    "number": "id_number",
    "birth": "birth_date",
    "sex": "sex",
    "phone": "phone",
    "dwelling": "address",
}
CHOICES = ("same", "different", "unsure", "open", "next", "quit")
MASK = "·"


def talk(
    opened: Opened, rows: Sequence[dict[str, Any]], decide: Callable[[dict[str, Any], str], None]
) -> None:
    """Go through ``rows`` until the clerk stops."""
    out = console()
    if not rows:
        note("没有待看的对 no pairs to look at", "green")
    for number, row in enumerate(rows, start=1):
        out.print(
            Text(
                f"\n{number}/{len(rows)}  {row['feed_a']}/{row['record_a']}  ↔  {row['feed_b']}/{row['record_b']}",
                "bold",
            )
        )
        for part in parts(str(row["agreement"])):
            out.print(
                Text(
                    f"  {part.comparison:<9}{part.zh}  {part.en}",
                    "green" if part.level in EQUAL else "yellow",
                )
            )
        if not _one_pair(opened, row, decide):
            return


def _one_pair(opened: Opened, row: dict[str, Any], decide: Callable[[dict[str, Any], str], None]) -> bool:
    """Ask until the pair is decided or left; whether to go on with the next one."""
    while True:
        answer = (
            Prompt.ask("same / different / unsure / open FIELD / next / quit", console=console())
            .strip()
            .split()
        )
        verb = answer[0] if answer else "next"
        if verb == "open" and len(answer) == 2:
            try:
                show_field(opened, row, answer[1])
            except CommandError as error:
                note(error.line, "yellow")
        elif verb in ("same", "different", "unsure"):
            decide(row, verb)
            return True
        elif verb in ("next", "quit"):
            return verb == "next"
        else:
            note(f"one of {', '.join(CHOICES)}; fields: {', '.join(FIELDS)}", "yellow")


def show_field(opened: Opened, row: dict[str, Any], field: str) -> None:
    """Show one field of both records, only where they differ; the opening is audited first."""
    levels = {part.comparison: part.level for part in parts(str(row["agreement"]))}
    if field not in FIELDS:
        raise CommandError(f"there is no such field: {', '.join(FIELDS)}")
    if levels.get(field) in EQUAL:
        raise CommandError("both sides are equal there: an equal field is not opened")
    opened.chain.append("review open", {"field": field, "pair": opened.chain.mark(str(row["pair_id"]))}, 2)
    values = [value_of(opened, row[f"feed_{side}"], row[f"record_{side}"], FIELDS[field]) for side in "ab"]
    for side, text in zip("AB", only_where_they_differ(*values), strict=True):
        console().print(Text(f"  {side}  {safe_text(text)}"))


def value_of(opened: Opened, feed: str, record_id: str, column: str) -> str:
    """One field of one own record, read from the working database under the home's lock."""
    from assets.store.database import open_working
    from sources.contract import contracts

    contract = contracts()[feed]
    if column not in {c.name for c in contract.columns} | {c.type for c in contract.columns}:
        return ""
    name = next(c.name for c in contract.columns if column in (c.name, c.type))
    with opened.home.lock(), open_working(opened.home, opened.keys, read_only=True) as con:
        found = con.execute(
            f"SELECT {name} FROM cur_{feed} WHERE shown_id = $record", {"record": record_id}
        ).fetchone()
    return "" if found is None or found[0] is None else str(found[0])


def only_where_they_differ(a: str, b: str) -> tuple[str, str]:
    """Both texts with what they share at the beginning, at the end and in between masked, place by place."""
    from difflib import SequenceMatcher

    keep_a, keep_b = [True] * len(a), [True] * len(b)
    for i, j, size in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
        keep_a[i : i + size] = [False] * size
        keep_b[j : j + size] = [False] * size
    return _masked(a, keep_a), _masked(b, keep_b)


def _masked(text: str, keep: Sequence[bool]) -> str:
    return "".join(c if kept else MASK for c, kept in zip(text, keep, strict=True)) or "（空 blank）"
