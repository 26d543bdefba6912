"""The words of the copy that a person is handed: every heading and every code of it, Chinese first, English beside.

What belongs here: names of columns and codes that only this copy shows. The JSON copy keeps the codes, for machines.
Not here: what is gathered (``subject``), how a file is written (``subject_copy``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from quality.codes import ISSUES, REJECTIONS
from quality.rules.texts import CASE_REASONS, CLOSE_REASONS, EVENTS, REASONS
from registry_pipelines.agreement import sentence
from registry_pipelines.details import in_words
from registry_pipelines.words import CODES, FEED_WORDS, HOLD_REASONS, STATUSES, heading

HEADINGS: dict[str, str] = {
    "about": "涉及 about", "actor_kind": "由谁 by", "as_of": "截至日 as of", "at": "时间 when",
    "certain": "是否确定 certain", "command": "命令 command", "conflict": "与房屋登记不符 differs from the rental row",
    "current": "现行 current", "decided_by": "判定方 decided by", "decided_on": "判定日期 decided on", "ended": "已结束 ended",
    "event": "经过 event", "file_day": "文件日期 day of the file", "filter": "条件 filter", "from_on": "起 from",
    "handled": "处理结果 handled", "happened_at": "时间 when", "issue_code": "问题 issue", "level": "级别 level",
    "listed_from": "列出起 listed from", "listed_to": "列出止 listed until", "mail_name": "邮件 mail", "number": "编号 number",
    "other_feed": "另一方台账 other ledger", "request_id": "请求编号 request", "since": "起始日 since", "source": "来源 source",
    "taken_up_on": "签收日期 taken up", "until_on": "止 until", "values": "内容 values", "verdict": "判定 verdict",
    "verified_on": "核查日期 answered on", "who": "查阅人 who",
}  # fmt: skip
"""Headings that no other listing has."""

_PLACES = {
    "house": ("整栋", "house"),
    "building": ("楼栋", "building"),
    "unit": ("单元", "unit"),
    "room": ("室", "room"),
}
_ACTORS = {
    "rule": ("规则", "rule"), "record": ("登记", "record"), "clerk": ("办事员", "clerk"), "office": ("办公室", "office"),
    "time": ("时间", "time"), "model": ("模型", "model"),
}  # fmt: skip
_LETTERS = {"tenancy": ("租住告知函", "tenancy"), "renewal": ("换证提醒函", "renewal")}
_STATES = {
    "undecided": ("未判定", "undecided"), "unsure": CODES["unsure"], "open": ("未签收", "open"), "taken_up": ("已签收", "taken up"),
    "ended": ("已终止", "ended"), "void": ("无效", "void"),
}  # fmt: skip
_CONFLICTS = {
    "one_number_two_people": ("同号异人", "one number, two people"),
    "one_person_two_numbers": ("同人异号", "one person, two numbers"),
    "clerk_merge": ("人工归并", "merged by a clerk"),
}
_SOURCES = {"feed": ("核查结果文件", "a file of answers"), "clerk": ("窗口", "the desk")}


def _both(*lists: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Texts in two languages as pairs."""
    return {code: (text.zh, text.en) for texts in lists for code, text in texts.items()}


_CLOSED = _both(CLOSE_REASONS)
WORDS: dict[str, Mapping[str, tuple[str, str]]] = {
    "actor_kind": _ACTORS,
    "close_reason": {**_CLOSED, **CODES},
    "decided_by": _ACTORS,
    "event": _both(EVENTS),
    "hold_reason": HOLD_REASONS,
    "issue_code": _both(ISSUES),
    "kind": _LETTERS,
    "level": _PLACES,
    "reason_code": {**_both(REJECTIONS, REASONS, CASE_REASONS), **CODES, **_CONFLICTS},
    "source": _SOURCES,
    "state": _STATES,
    "status": STATUSES,
    "verdict": {**CODES, "undone": ("已撤销", "undone")},
}
"""Column → code → its Chinese and its English words."""

ENDING = ("cured", "expired", "dismissed")
"""Events whose reason says why a case ended."""

READ: dict[str, str] = {
    "resident": "居民身份证", "hmt": "港澳台居民居住证", "permanent": "外国人永久居留身份证", "passport": "护照", "other": "其他",
    "valid": "通过校验", "invalid": "未通过校验", "damaged": "受损", "empty": "无", "day": "到日", "month": "到月", "year": "到年",
}  # fmt: skip
"""What was read out of a cell and is one of our codes."""
_OF_CODES = ("证件类型", "证件种类（读出）", "号码校验", "出生日期精度")


def column_words(name: str) -> str:
    """The heading of a column, both languages; a name that is Chinese already stays as it is."""
    known = heading(name)
    return HEADINGS.get(name) or (name if known.zh == name else f"{known.zh} {known.en}")


def cell_words(name: str, value: Any, row: Mapping[str, Any]) -> Any:
    """A cell with its codes in words; anything that is no code of ours stays as it is."""
    if name == "details":
        return in_words(value)
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    if isinstance(value, Mapping):
        return "；".join(f"{k} {v}" for k, v in value.items())
    if isinstance(value, list):
        return "；".join(str(item) for item in value)
    if not isinstance(value, str):
        return value
    if name in ("feed", "other_feed", "feed_a", "feed_b"):
        return FEED_WORDS.get(value, value)
    if name == "agreement":
        return sentence(value)
    if name == "field":
        return _field(value, row)
    if name == "rule_code":
        return _rule(value)
    ended = name == "reason_code" and row.get("event") in ENDING
    words = (_CLOSED if ended else WORDS.get(name, {})).get(value)
    return " ".join(words) if words else value


def read_words(name: str, value: Any) -> str | None:
    """What a cell was read as, codes in words."""
    if value is None:
        return None
    text = ("是" if value else "否") if isinstance(value, bool) else str(value)
    return READ.get(text, text) if name in _OF_CODES else text


def _field(value: str, row: Mapping[str, Any]) -> str:
    """The heading that the ledger gives the column."""
    from sources.contract import contracts

    contract = contracts().get(str(row.get("feed")))
    known = {c.name: c.heading for c in contract.columns} if contract else {}
    return known.get(value, value)


@cache
def _titles() -> dict[str, str]:
    from quality.rules import load_rules
    from sources.offices import KEEPING

    return {rule.code: rule.title_zh for office in KEEPING for rule in load_rules(office)}


def _rule(code: str) -> str:
    """The rule with its title."""
    return f"{code} {_titles()[code]}" if code in _titles() else code
