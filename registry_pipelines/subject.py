"""The copy that a person may ask for: everything this office holds on them, with where each came from.

What belongs here: gathering it from the working database, at the office's own counter: the one place beside the
review of a pair where values leave that database. Own records only: of another person, not even a number is in it.
Not here: who pulled findings on them (``subject_pulls``), how the copy is written (``subject_copy``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from registry_pipelines.cli.common import Opened, fetch, query
from registry_pipelines.failures import CommandError
from registry_pipelines.subject_pulls import pulls
from registry_pipelines.words import FEED_WORDS, OFFICE_WORDS

if TYPE_CHECKING:
    import duckdb

    from sources.contract import FeedContract

NAMED_BY = {
    "requests": ("tenancies", "tenancy_id"),
    "request_receipts": ("floating_population", "residence_record_id"),
}
"""Feeds without identity, whose rows belong to a person through a row of theirs: feed → (row's feed, column)."""

NOTES = (
    "本办公室持有的全部内容，含旧版本、退回的行和已结束的缺口 everything this office holds: earlier versions, rejected rows and "
    "ended findings too",
    "可要求更正、删除或提出异议 you may ask for a correction, deletion, or object",
    "查阅记录不写登记编号：清单类查阅只能说明当时可能包含您的记录（按规则、区划、状态、日期） the audit names no record: of a "
    "pull of a list it can be said only that the list could hold a finding on you, by rule, area, status and day",
    "涉及他人的登记编号已略去 record numbers of other people are left out",
)
READ_AS = {
    "name_key": "姓名（比较用）", "id_kind": "证件种类（读出）", "id_state": "号码校验", "id_birth": "号码中的出生日期",
    "id_sex": "号码中的性别", "birth_precision": "出生日期精度", "locatable": "地址可定位", "addr_township": "地址·乡镇",
    "addr_community": "地址·社区", "addr_group": "地址·组", "addr_road": "地址·道路", "addr_number": "地址·门牌",
    "addr_estate": "地址·小区", "addr_building": "地址·楼栋", "addr_unit": "地址·单元", "addr_room": "地址·室",
}  # fmt: skip
"""Headings of what was read out of a cell beside its value."""


def gather(con: duckdb.DuckDBPyConnection, opened: Opened, feed: str, record_id: str) -> dict[str, Any]:
    """Everything this home holds on the person of one record, by section. CommandError if there is no such record."""
    rids = person_rids(con, feed, record_id)
    records = _records(con, opened.home.office, rids)
    own = {(r["feed"], r["record_id"]) for r in records}
    con.execute(query("subject_cases"), {"rids": rids})
    lists = {name: fetch(con, sql, {"rids": rids}) for name, sql in _lists().items()}
    for row in (*lists["findings"], *lists["history"]):
        row["details"] = own_details(row["details"], own)
    for row in lists["answers"]:
        row["file_name"] = row["file_name"] or "registry resolve"
    found = pulls(opened, lists["findings"], lists["letters"], lists["pairs"], own)
    for row in lists["findings"]:
        row.pop("areas")
    return {
        "office": opened.home.office,
        "office_zh": OFFICE_WORDS[opened.home.office],
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "notes": list(NOTES),
        "records": records,
        "rejected": _rejected(con, rids, records),
        **{name: lists[name] for name in sorted(lists)},
        "pulls": found,
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
            sql = f"""SELECT n.rid FROM typed_{naming} n JOIN record r ON r.feed = $feed AND r.record_id = n.{column}
                      WHERE list_contains($rids, r.rid)"""
            rids += [int(row["rid"]) for row in fetch(con, sql, {"feed": named, "rids": rids})]
    return sorted(set(rids))


def own_details(details: object, own: set[tuple[str, str]]) -> dict[str, Any]:
    """A finding's details without the rows of other people that it rests on as well."""
    read = json.loads(details) if isinstance(details, str) and details else {}
    if isinstance(read.get("rows"), list):
        mine = [r for r in read["rows"] if (r.get("feed"), r.get("record_id")) in own]
        others = len(read["rows"]) - len(mine)
        read = {**read, "rows": mine, **({"other_rows": others} if others else {})}
    return dict(read)


def _lists() -> dict[str, str]:
    """The named statements of ``queries/subject_lists.sql``."""
    parts = re.split(r"^-- name: (\w+)\n", query("subject_lists"), flags=re.MULTILINE)[1:]
    return {name: sql.strip().rstrip(";") for name, sql in zip(parts[::2], parts[1::2], strict=True)}


def _records(con: duckdb.DuckDBPyConnection, office: str, rids: Sequence[int]) -> list[dict[str, Any]]:
    """Each version held of each record, as it was delivered and as it was read, with the file and row it came in."""
    from assets.store.schema import office_contracts

    found = []
    for contract in office_contracts(office):
        sql = query("subject_records").replace("FEED", contract.feed)
        for row in fetch(con, sql, {"rids": list(rids), "feed": contract.feed}):
            found.append(_version(contract, row))
    return found


def _version(contract: FeedContract, row: Mapping[str, Any]) -> dict[str, Any]:
    headings = {c.name: c.heading for c in contract.columns}
    read = {k: v for k, v in (row["read_as"] or {}).items() if k not in ("rid", "content") and v is not None}
    kept = (
        "version_on",
        "withdrawn_on",
        "first_day",
        "last_day",
        "file_name",
        "file_day",
        "row_number",
        "loaded_at",
    )
    return {
        "feed": contract.feed,
        "feed_zh": FEED_WORDS.get(contract.feed, contract.title_zh),
        "record_id": row["shown_id"],
        "current": row["is_current"],
        **{name: row[name] for name in kept},
        "values": {headings[c.name]: row["delivered"][c.name] for c in contract.columns},
        "read_as": {headings.get(k) or READ_AS.get(k, k): v for k, v in read.items()},
    }


def _rejected(
    con: duckdb.DuckDBPyConnection, rids: Sequence[int], records: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Rejected rows held of the records, or with an identity number of one of them, under the feed's headings."""
    from sources.contract import contracts

    texts = {
        str(v)
        for r in records
        for name, v in {**r["values"], **r["read_as"]}.items()
        if "证件号码" in name and v
    }
    numbers = sorted({t.replace(" ", "").upper() for t in texts if len(t.strip()) >= 8})
    rows = fetch(con, query("subject_rejected"), {"rids": list(rids), "numbers": numbers})
    for row in rows:
        headings = {c.name: c.heading for c in contracts()[row["feed"]].columns}
        delivered = json.loads(row["delivered"] or "{}")
        row["values"] = {headings.get(k, k): v for k, v in delivered.items() if v not in (None, "")}
        del row["delivered"]
    return rows
