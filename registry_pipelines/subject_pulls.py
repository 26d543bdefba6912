"""Who pulled what on a person, as far as the audit chain can tell.

What belongs here: reading the chain against a person's findings, letters and pairs. The chain names no record, so
that deletion never breaks it. What was done about one record or exception is found by its keyed hash and is certain;
of a list it can only be said that it could hold a finding, because rule, area, status and day of its filter fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from registry_pipelines.audit import Chain, Entry
    from registry_pipelines.cli.common import Opened

Row = Mapping[str, Any]
_MARKS = ("subject", "exception", "pair")
"""Filters that hold the keyed hash of a record, an exception or a pair."""
_FILTERS = ("rule", "area", "status", "as_of", "field", "reason", "to", "feed", "all")


def pulls(
    opened: Opened,
    findings: Sequence[Row],
    letters: Sequence[Row],
    pairs: Sequence[Row],
    own: Iterable[tuple[str, str]],
) -> list[dict[str, Any]]:
    """Entries about one of the person's records, findings or pairs (``certain``), and lists that could hold one."""
    marks = _marks(opened.chain, findings, letters, pairs, own)
    found = []
    for entry in opened.chain.entries():
        named = [marks[str(entry.filter[k])] for k in _MARKS if entry.filter.get(k) in marks]
        could = [] if named else _could_hold(entry, findings, letters)
        if named or could:
            said = {k: entry.filter[k] for k in _FILTERS if entry.filter.get(k) is not None}
            found.append(
                {"at": entry.at, "who": entry.who, "command": entry.command, "certain": bool(named),
                 "filter": " ".join(f"{k}={v}" for k, v in said.items()), "about": "、".join(named or could)}
            )  # fmt: skip
    return found


def _marks(
    chain: Chain,
    findings: Sequence[Row],
    letters: Sequence[Row],
    pairs: Sequence[Row],
    own: Iterable[tuple[str, str]],
) -> dict[str, str]:
    """Keyed hash → what it stands for, of all that entries may be about."""
    names = [*(str(f["exception_id"]) for f in findings), *(str(p["pair_id"]) for p in pairs)]
    names += [str(row["letter_id"]) for row in letters]
    records = [f"{feed}/{record}" for feed, record in own]
    known = {chain.mark(name): name for name in (*names, *records)}
    answers = [*(str(f["exception_id"]) for f in findings), *(str(row["letter_id"]) for row in letters)]
    return known | {chain.mark(f"/{name}"): name for name in answers}


def _could_hold(entry: Entry, findings: Sequence[Row], letters: Sequence[Row]) -> list[str]:
    """Ids of findings or letters that the pulled list could hold; an SQL query could hold all there were."""
    if entry.command == "letters":
        at = entry.at.date()
        return [str(w["letter_id"]) for w in letters if w["offered_on"] <= at <= w["until"]]
    if entry.command == "sql":
        return [str(f["exception_id"]) for f in findings if _there(entry, f)]
    if entry.command == "exceptions":
        return [str(f["exception_id"]) for f in findings if _listed(entry, f)]
    return []


def _there(entry: Entry, finding: Row) -> bool:
    """Whether the finding had been made when the entry was written."""
    begun = finding["listed_from"]
    return begun is not None and entry.at.replace(tzinfo=None) >= begun


def _listed(entry: Entry, finding: Row) -> bool:
    """Whether the list with this filter could hold the finding. A list of a past day could if it was open by then."""
    filters = entry.filter
    if not _there(entry, finding):
        return False
    if filters.get("rule") not in (None, finding["rule_code"]):
        return False
    if filters.get("area") not in (None, *(finding["areas"] or [])):
        return False
    if filters.get("as_of") is not None:
        return bool(finding["opened_on"] <= date.fromisoformat(str(filters["as_of"])))
    ended = finding["listed_to"]
    open_then = ended is None or entry.at.replace(tzinfo=None) < ended
    status = filters.get("status")
    return open_then if status in (None, "open", "confirmed", "held") else status == "all" or not open_then
