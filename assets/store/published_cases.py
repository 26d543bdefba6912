"""The published tables of the case log: exceptions, how they stood, what happened, answers, disputed facts.

Here: their declarations. Not here: the other tables (`assets.store.published`), what fills them
(`assets/stations/sql/published`).
"""

from __future__ import annotations

from assets.store import domains as d
from assets.store.domains import code
from assets.store.published_columns import (
    AREA_CODE,
    DWELLING_KEY,
    EXCEPTION_ID,
    RECORD_ID,
    RULE_CODE,
    RUN_ID,
    PublishedTable,
    column,
    feed_column,
    fields,
)

STATUSES = ("held", "open", "confirmed", "dismissed", "cured", "expired")

_CASE_DAYS = (
    ("opened_on", "First day listed 列出日期"),
    ("due_on", "Last day of grace 到期日"),
    ("answer_by", "The office's own deadline 答复期限"),
    ("last_seen_on", "Last day the condition held 最近所见"),
    ("closed_on", "Day it ended 结束日期"),
)
_STATE = (
    AREA_CODE,
    column("status", "VARCHAR", "held 暂缓, open 待核, confirmed 属实, dismissed 不属实, cured 已消除, expired 已到期",
       code(*STATUSES)),
    column("hold_reason", "VARCHAR", "Why it is held: disputed 有争议, waiting 待定", code("disputed", "waiting")),
    *(column(name, "DATE", comment, d.DATE) for name, comment in _CASE_DAYS),
    column("close_reason", "VARCHAR", "Why it ended 结束原因", d.TOKEN),
)  # fmt: skip
_RULE_VERSION = column("rule_version", "VARCHAR", "Version of the rule 规则版本", d.VERSION)
_DETAILS = column("details", "JSON", "Own dates, day counts, codes, own rows it rests on 依据", d.DETAILS)


def exception_table(feeds: tuple[str, ...]) -> PublishedTable:
    return PublishedTable(
        "exception",
        "Findings of this office about its own ledger 缺口",
        (
            EXCEPTION_ID,
            RULE_CODE,
            feed_column(feeds),
            RECORD_ID,
            DWELLING_KEY,
            *_STATE,
            column("stands_since", "DATE", "First day as of which it stood as it does 现状起始日", d.DATE),
            column("may_do", "VARCHAR", "What the office may do 可办事项", d.OUR_TEXT),
            _RULE_VERSION,
            _DETAILS,
        ),
    )


def exception_history_table() -> PublishedTable:
    return PublishedTable(
        "exception_history",
        "How an exception stood before it changed, one row for each change 缺口历史",
        (
            EXCEPTION_ID,
            column("from_on", "DATE", "First day as of which it stood so 起", d.DATE),
            column("until_on", "DATE", "Day as of which it had changed 至（不含）", d.DATE),
            *_STATE,
            _RULE_VERSION,
            _DETAILS,
        ),
    )


def exception_event_table(feeds: tuple[str, ...]) -> PublishedTable:
    return PublishedTable(
        "exception_event",
        "What happened to an exception, append-only 缺口事件",
        (
            EXCEPTION_ID,
            column("happened_at", "TIMESTAMP", "When 时间", d.MOMENT),
            column("event", "VARCHAR", "What happened 事件", d.TOKEN),
            column("actor_kind", "VARCHAR", "Who did it: rule, office, clerk, record, time 由谁", d.TOKEN),
            column("reason_code", "VARCHAR", "Reason 原因代码", d.TOKEN),
            feed_column(feeds),
            column("record_id", "VARCHAR", "Own record that ended it, if one did 由哪条记录", d.OWN_RECORD),
            RUN_ID,
        ),
    )


def dispute_table(feeds: tuple[str, ...]) -> PublishedTable:
    return PublishedTable(
        "dispute",
        "Facts that somebody objected to 有争议的事实",
        (
            feed_column(feeds),
            RECORD_ID,
            column("field", "VARCHAR", "Column 栏目", fields(feeds)),
            column("reason_code", "VARCHAR", "objection 异议, correction 更正", d.TOKEN),
            column("opened_on", "DATE", "Day it was said 提出日期", d.DATE),
            column("answer_by", "DATE", "Ten working days later 答复期限", d.DATE),
            column("state", "VARCHAR", "open 未结, closed 已结", code("open", "closed")),
            column("closed_on", "DATE", "Day it was closed 办结日期", d.DATE),
            column("close_reason", "VARCHAR", "Why it was closed 办结原因", d.TOKEN),
        ),
    )


def answer_table() -> PublishedTable:
    answers = ("corrected", "handled", "asked_in_writing", "found_true", "untrue", "no_reminder")
    return PublishedTable(
        "answer",
        "What became of every answer that came back 答复处理",
        (
            column("file_name", "VARCHAR", "File; null if given by registry resolve 文件", d.FILE_NAME),
            column("row_number", "BIGINT", "Data row, from 1 行", d.COUNT),
            column("exception_id", "VARCHAR", "Exception it names; null if it names none 缺口编号", d.KEY),
            column("letter_id", "VARCHAR", "Letter it names 函件编号", d.KEY),
            column(
                "answer",
                "VARCHAR",
                "已更正, 已办理, 已书面询问, 属实, 不属实, 不再提醒 核查结果",
                code(*answers),
            ),
            column("outcome", "VARCHAR", "What became of it 处理", d.TOKEN),
            RUN_ID,
        ),
    )
