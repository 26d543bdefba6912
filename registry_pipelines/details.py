"""A finding in words: its record, and its details: own dates, counts, codes, the other own rows it rests on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from registry_pipelines.words import FEED_WORDS, MAY_DO, STATUSES, both

LABELS: Mapping[str, str] = {
    "registered_on": "登记",
    "later_on": "后一登记",
    "received_on": "收到",
    "finished_on": "办结",
    "starts_on": "起租",
    "ends_on": "止租",
    "filed_on": "备案",
    "released_on": "释放",
    "last_contact_on": "最近联系",
    "consented_on": "同意",
    "consent_until": "同意期限至",
    "consent_end": "同意期限至",
    "clock_from": "起算",
    "tenancies": "租约数",
    "rental_rows": "出租登记数",
    "earlier_rows": "较早行数",
    "contact_interval": "约定间隔（天）",
    "kind": "事项",
    "number": "号码",
    "contradictions": "矛盾",
}
VALUES: Mapping[str, str] = {
    "invalid": "未通过校验",
    "damaged": "受损",
    "number_shared": "同号异人",
    "numbers_differ": "同人异号",
    "birth_date": "出生日期与号码不符",
    "sex": "性别与号码不符",
    "date_order": "结束早于开始",
    "arrival": "来本地早于出生",
}
MOST_ROWS = 4


def as_mapping(details: object) -> dict[str, Any]:
    """The details as a mapping, whether they come as text or as one; {} for anything else."""
    if isinstance(details, str):
        try:
            details = json.loads(details)
        except ValueError:
            return {}
    return dict(details) if isinstance(details, Mapping) else {}


def in_words(details: object, feed: str | None = None, record_id: str | None = None) -> str:
    """One line, Chinese; the record that the finding is about is not named again."""
    parts = []
    for name, value in as_mapping(details).items():
        text = _rows(value, feed, record_id) if name == "rows" else _value(value)
        if text:
            parts.append(f"{LABELS.get(name, name if name != 'rows' else '同列')} {text}")
    return "；".join(parts)


def _value(value: object) -> str:
    if isinstance(value, list):
        return "、".join(filter(None, (_value(v) for v in value)))
    if isinstance(value, Mapping):
        return " ".join(f"{LABELS.get(str(k), k)} {_value(v)}" for k, v in value.items())
    return "" if value is None else VALUES.get(str(value), str(value))


def _rows(value: object, feed: str | None, record_id: str | None) -> str:
    rows = [r for r in value if isinstance(r, Mapping)] if isinstance(value, list) else []
    others = [r for r in rows if (r.get("feed"), r.get("record_id")) != (feed, record_id)]
    named = [_row(r, feed) for r in others[:MOST_ROWS]]
    more = f" 等{len(others)}行" if len(others) > MOST_ROWS else ""
    return "、".join(named) + more


def _row(row: Mapping[str, Any], feed: str | None) -> str:
    other = str(row.get("feed", ""))
    prefix = f"{FEED_WORDS.get(other, other)} " if other and other != feed else ""
    day = f"（{row['on']}）" if row.get("on") else ""
    return f"{prefix}{row.get('record_id', '')}{day}"


def for_people(row: dict[str, Any]) -> dict[str, Any]:
    """One exception as the list shows it."""
    record = f"{FEED_WORDS.get(str(row['feed']), row['feed'])} {row['record_id']}"
    return {
        **row,
        "gap": f"{row['rule_code']} {row['rule_title']}",
        "about": f"住所 {row['dwelling_key']}" if row["record_id"] is None else record,
        "status": both(STATUSES, str(row["status"])),
        "details": in_words(row["details"], row["feed"], row["record_id"]),
        "may_do": may_do(row.get("may_do")),
    }


def may_do(codes: object) -> str:
    """What the office may do, Chinese, from the comma-separated codes."""
    return "、".join(MAY_DO.get(code, code) for code in str(codes or "").replace(" ", "").split(",") if code)
