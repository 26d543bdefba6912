"""The copy that a person may ask for: everything this office holds on them, and who pulled findings on it.

What belongs here: gathering and writing that copy, at the office's own counter: the one place beside the
review of a pair where values leave the working database. It goes to one file, readable by its owner alone,
is written down in the audit chain first, and is capped for a day.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry_pipelines.cli.common import Opened, fetch, query
from registry_pipelines.cli.output import plain
from registry_pipelines.exports import place, private_file, write_sheets
from registry_pipelines.failures import CommandError
from registry_pipelines.words import FEED_WORDS, OFFICE_WORDS

if TYPE_CHECKING:
    import duckdb

    from registry_pipelines.audit import Entry

LISTING_COMMANDS = frozenset({"exceptions", "explain", "sql"})
NAMED_BY = {
    "requests": ("tenancies", "tenancy_id"),
    "request_receipts": ("floating_population", "residence_record_id"),
}
"""Feeds without identity, whose rows belong to a person through a row of theirs: feed → (row's feed, column)."""


def write_copy(
    opened: Opened, feed: str, record_id: str, reason: str, output: Path, cap: int
) -> tuple[Path, int]:
    """Write the copy; its path and the number of records in it. CommandError: no such record, or the day's cap."""
    from assets.store.database import open_working

    target = place(opened.home, output, (".xlsx", ".json"))
    with opened.home.lock(), open_working(opened.home, opened.keys, read_only=True) as con:
        if opened.chain.count_today("subject") >= cap:
            raise CommandError(
                f"{cap} copies were made today, which is the cap of the profile: go on tomorrow"
            )
        copy = gather(con, opened, feed, record_id)
        mark = opened.chain.mark(f"{feed}/{record_id}")
        opened.chain.append(
            "subject", {"feed": feed, "subject": mark, "reason": reason}, len(copy["records"])
        )
    fresh = private_file(target)
    if target.suffix.lower() == ".json":
        fresh.write_text(json.dumps(plain(copy), ensure_ascii=False, indent=1), encoding="utf-8")
    else:
        write_sheets(fresh, _sheets(copy))
    fresh.chmod(0o600)
    fresh.replace(target)
    return target, len(copy["records"])


def gather(con: duckdb.DuckDBPyConnection, opened: Opened, feed: str, record_id: str) -> dict[str, Any]:
    """Everything this home holds on the person of one record."""
    rids = person_rids(con, feed, record_id)
    findings = fetch(con, query("subject_findings"), {"rids": rids})
    return {
        "office": opened.home.office,
        "office_zh": OFFICE_WORDS[opened.home.office],
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "records": _records(con, opened.home.office, rids),
        "issues": fetch(con, query("subject_issues"), {"rids": rids}),
        "findings": [{k: v for k, v in f.items() if k != "areas"} for f in findings],
        "disputes": fetch(con, query("subject_disputes"), {"rids": rids}),
        "letters": fetch(con, query("subject_letters"), {"rids": rids}),
        "pulls": pulls(opened, findings),
        "notes": [
            "本办公室持有的全部内容 everything this office holds; 可要求更正、删除或提出异议 you may ask for a correction, deletion, or object",
        ],
    }


def person_rids(con: duckdb.DuckDBPyConnection, feed: str, record_id: str) -> list[int]:
    """The records of the person of one record: those linked to it, and those that name one of them."""
    rows = fetch(con, query("subject_rids"), {"feed": feed, "record": record_id})
    if not rows:
        raise CommandError(
            f"this office holds no such record of {feed}: look its number up in your own system"
        )
    rids = [int(row["rid"]) for row in rows]
    held = {row[0] for row in con.execute("SELECT DISTINCT feed FROM record").fetchall()}
    for naming, (named, column) in NAMED_BY.items():
        if {naming, named} <= held:
            sql = f"""SELECT n.rid FROM cur_{naming} n JOIN record r ON r.feed = $feed AND r.record_id = n.{column}
                      WHERE list_contains($rids, r.rid)"""
            rids += [int(row["rid"]) for row in fetch(con, sql, {"feed": named, "rids": rids})]
    return sorted(set(rids))


def _records(con: duckdb.DuckDBPyConnection, office: str, rids: Sequence[int]) -> list[dict[str, Any]]:
    """Each version held of each record, as it was delivered, with the file it came in."""
    from assets.store.schema import office_contracts

    found = []
    for contract in office_contracts(office):
        for row in fetch(
            con,
            query("subject_records").replace("raw_FEED", f"raw_{contract.feed}"),
            {"rids": list(rids), "feed": contract.feed},
        ):
            values = {c.heading: row[c.name] for c in contract.columns}
            found.append(
                {"feed": contract.feed, "feed_zh": FEED_WORDS.get(contract.feed, contract.title_zh), "record_id": row["shown_id"],
                 "current": row["is_current"], "version_on": row["version_on"], "file_name": row["file_name"],
                 "withdrawn_on": row["withdrawn_on"], "values": values}
            )  # fmt: skip
    return found


def pulls(opened: Opened, findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Which pulls listed, or could list, one of the findings: who, when, which command and filter."""
    found = []
    for entry in opened.chain.entries():
        if entry.command in LISTING_COMMANDS:
            named = [f for f in findings if _listed(opened, entry, f)]
            if named:
                found.append(
                    {"at": entry.at, "who": entry.who, "command": entry.command, "certain": entry.command != "sql",
                     "exceptions": [f["exception_id"] for f in named] if entry.command != "sql" else []}
                )  # fmt: skip
    return found


def _listed(opened: Opened, entry: Entry, finding: Mapping[str, Any]) -> bool:
    """Whether the pull ``entry`` covered ``finding``; an SQL query counts if the finding was there at the time."""
    filters = entry.filter
    if entry.command == "explain":
        return filters.get("exception") == opened.chain.mark(str(finding["exception_id"]))
    begun, ended, at = finding["listed_from"], finding["listed_to"], entry.at.replace(tzinfo=None)
    if begun is None or at < begun:
        return False
    if entry.command == "sql":
        return True
    open_then = ended is None or at < ended
    status = filters.get("status")
    if filters.get("rule") not in (None, finding["rule_code"]) or filters.get("area") not in (
        None,
        *(finding["areas"] or []),
    ):
        return False
    return open_then if status in (None, "open", "confirmed", "held") else status == "all" or not open_then


def _sheets(copy: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The copy as sheets: one row for each value of each record, then findings, letters and pulls."""
    values = [
        {"台账": r["feed_zh"], "登记编号": r["record_id"], "版本日期": r["version_on"], "现行": r["current"],
         "文件": r["file_name"], "栏目": name, "内容": value}
        for r in copy["records"] for name, value in r["values"].items() if value not in (None, "")
    ]  # fmt: skip
    about = [
        {"项目": "办公室 office", "内容": f"{copy['office_zh']} {copy['office']}"},
        {"项目": "制作时间 made at", "内容": copy["made_at"]},
    ]
    about += [{"项目": "说明 note", "内容": text} for text in copy["notes"]]
    return {
        "说明": about,
        "记录": values,
        "问题": copy["issues"],
        "缺口": copy["findings"],
        "争议": copy["disputes"],
        "函件": copy["letters"],
        "查阅": copy["pulls"],
    }
