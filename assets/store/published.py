"""Every published table and column, declared: its type, its words in English and Chinese, its closed domain.

Here: the declaration of section 5 of the contract. What is not declared here cannot be published. Not here:
building the file (`assets.store.publish`), checking it (`assets.store.published_check`).
"""

from __future__ import annotations

from assets.store import domains as d
from assets.store.domains import Domain, code
from assets.store.published_cases import (
    answer_table,
    dispute_table,
    exception_event_table,
    exception_history_table,
    exception_table,
)
from assets.store.published_columns import (
    AREA_CODE,
    DWELLING_KEY,
    RECORD_ID,
    RULE_CODE,
    RUN_ID,
    PublishedColumn,
    PublishedTable,
    column,
    feed_column,
    fields,
)
from quality.disclosure import CountColumn, CountTable
from quality.measures.tables import OWN_TABLES, TABLES
from sources.contract import contracts
from sources.offices import OFFICES, SHARED_FEEDS

OUTCOMES = ("loaded", "duplicate", "set_aside", "refused", "waiting")
_COUNT_TYPES = {"count": "BIGINT", "median": "DOUBLE", "ratio": "DOUBLE"}


def published_tables(office: str) -> dict[str, PublishedTable]:
    """The tables that a home of ``office`` publishes, by name: no more and no fewer."""
    if office == "statistics":
        tables = [_counts(table) for table in TABLES.values()]
    else:
        own = tuple(sorted(OFFICES[office].feeds))
        tables = [
            _record(own),
            exception_table(own),
            exception_history_table(),
            exception_event_table(own),
            dispute_table(own),
            answer_table(),
            _rejected(office),
            _issue(own),
            _review(own),
        ]
        tables += [_counts(table) for table in OWN_TABLES.values()]
        if office in ("residence", "housing"):
            tables.append(_request())
        if OFFICES[office].hands_letters:
            tables.append(_letter(own))
        if office == "housing":
            tables += [_dwelling(), _dwelling_alias()]
    tables += [_delivery(office), _area(), _rule(), _run()]
    return {table.name: table for table in sorted(tables, key=lambda t: t.name)}


def _record(feeds: tuple[str, ...]) -> PublishedTable:
    return PublishedTable(
        "record",
        "Records held, one row each 台账记录",
        (
            feed_column(feeds),
            RECORD_ID,
            DWELLING_KEY,
            AREA_CODE,
            column("active", "BOOLEAN", "Active by the contract's definitions 有效", d.FLAG),
            column("withdrawn_on", "DATE", "Day of the full file that lacks it 撤回日期", d.DATE),
        ),
    )


def _letter(feeds: tuple[str, ...]) -> PublishedTable:
    return PublishedTable(
        "letter",
        "Letters to hand out, each once, by own record number 告知函",
        (
            column("letter_id", "VARCHAR", "Letter 函件编号", d.KEY),
            feed_column(feeds),
            RECORD_ID,
            AREA_CODE,
            column("kind", "VARCHAR", "tenancy 租住告知, renewal 换证提醒", code("tenancy", "renewal")),
            column("offered_on", "DATE", "First day on the list 列出日期", d.DATE),
            column("until", "DATE", "Last day on the list 止", d.DATE),
        ),
    )


def _request() -> PublishedTable:
    return PublishedTable(
        "request",
        "Requests by number; at residence only those its own receipts name 代办请求",
        (
            column("request_id", "VARCHAR", "Request number 请求编号", d.NUMBER),
            column("kind", "VARCHAR", "What was asked 事项", code("登记", "变更", "注销")),
            column("consented_on", "DATE", "Day of consent 同意日期", d.DATE),
            column("state", "VARCHAR", "open 未签收, taken_up 已签收, ended 已终止, void 无效",
               code("open", "taken_up", "ended", "void")),
            column("state_on", "DATE", "Day since which 状态日期", d.DATE),
        ),
    )  # fmt: skip


def _dwelling() -> PublishedTable:
    return PublishedTable("dwelling", "Dwellings 住所", (DWELLING_KEY, AREA_CODE))


def _dwelling_alias() -> PublishedTable:
    return PublishedTable(
        "dwelling_alias",
        "What became of keys once published 住所键变更",
        (
            column("old_key", "VARCHAR", "Key as published once 原键", d.KEY),
            column("current_key", "VARCHAR", "Key that it resolves to now 现键", d.KEY),
            column("event", "VARCHAR", "merge 合并, split 拆分", code("merge", "split")),
            RUN_ID,
            column("changed_on", "DATE", "Day of the change 变更日期", d.DATE),
        ),
    )


def _rejected(office: str) -> PublishedTable:
    feeds = (*sorted(OFFICES[office].feeds), *sorted(SHARED_FEEDS))
    return PublishedTable(
        "rejected_record",
        "Rows that could not be used at all 退回的行",
        (
            feed_column(feeds),
            RECORD_ID,
            column("file_name", "VARCHAR", "File 文件", d.FILE_NAME),
            column("row_number", "BIGINT", "Data row, from 1 行", d.COUNT),
            column("field", "VARCHAR", "Column 栏目", fields(feeds)),
            column("reason_code", "VARCHAR", "Reason 原因代码", d.TOKEN),
            column("delivered_on", "DATE", "Day of the file 送达日期", d.DATE),
        ),
    )


def _issue(feeds: tuple[str, ...]) -> PublishedTable:
    return PublishedTable(
        "record_issue",
        "What is odd in rows that were accepted 记录问题",
        (
            feed_column(feeds),
            RECORD_ID,
            column("field", "VARCHAR", "Column 栏目", fields(feeds)),
            column("issue_code", "VARCHAR", "Issue 问题代码", d.TOKEN),
        ),
    )


def _review(feeds: tuple[str, ...]) -> PublishedTable:
    sides = [
        (column(f"feed_{s}", "VARCHAR", "Ledger of one side 台账", code(*feeds)),
         column(f"record_{s}", "VARCHAR", "Own record of one side 编号", d.OWN_RECORD))
        for s in ("a", "b")
    ]  # fmt: skip
    return PublishedTable(
        "match_review",
        "Pairs of own records that a clerk should look at 待核对的记录对",
        (
            column("pair_id", "VARCHAR", "Pair 对编号", d.KEY),
            *sides[0],
            *sides[1],
            column("agreement", "VARCHAR", "How the two agree, by codes 符合情况", d.AGREEMENT),
            column("weight", "DOUBLE", "Match weight, bits 权重", d.MEASURE),
        ),
    )


def _counts(table: CountTable) -> PublishedTable:
    return PublishedTable(table.name, table.comment, tuple(_count_column(column) for column in table.columns))


def _count_column(column: CountColumn) -> PublishedColumn:
    domain: Domain
    kind = _COUNT_TYPES.get(column.kind, "VARCHAR")
    match column.kind:
        case "area":
            domain = d.AREA_CODE
        case "month":
            day = column.name.endswith("_on")
            kind, domain = ("DATE", d.DATE) if day else ("VARCHAR", d.MONTH)
        case "count":
            domain = d.PROTECTED
        case "class":
            closed = column.codes or (tuple(contracts()) if column.name == "feed" else ())
            domain = code(*closed) if closed else d.RULE_CODE
        case _:
            domain = d.MEASURE
    return PublishedColumn(column.name, kind, column.comment, domain)


def _delivery(office: str) -> PublishedTable:
    counts = [
        ("rows", "Data rows 行数"),
        ("accepted", "Accepted 收"),
        ("rejected", "Rejected 退"),
        ("unchanged", "Unchanged 未变"),
        ("superseded", "Superseded 被替代"),
        ("withdrawn", "Withdrawn by it 撤回"),
    ]
    if office == "aftercare":
        counts.append(("sealed", "Sealed rows 封存行数"))
    return PublishedTable(
        "delivery",
        "What every inbox entry became; counts of rows, exact 送达",
        (
            column("file_name", "VARCHAR", "File or mail, or its hash 文件", d.FILE_NAME),
            column("sha256", "VARCHAR", "Hash of its bytes 摘要", d.DIGEST),
            column("feed", "VARCHAR", "Ledger 台账", code(*contracts())),
            column("mode", "VARCHAR", "full 全量, delta 增量", code("full", "delta")),
            column("outcome", "VARCHAR", "loaded 已装载, duplicate 重复, set_aside 搁置, refused 拒收, waiting 等待", code(*OUTCOMES)),
            column("reason", "VARCHAR", "Why 原因", d.TOKEN),
            *(column(name, "BIGINT", comment, d.COUNT) for name, comment in counts),
            column("refused_columns", "VARCHAR", "Headings of the list dropped, or that refused it 未读栏目", d.HEADINGS),
            column("loaded_at", "TIMESTAMP", "When 装载时间", d.MOMENT),
            RUN_ID,
        ),
    )  # fmt: skip


def _area() -> PublishedTable:
    return PublishedTable(
        "area",
        "Areas 区划",
        (
            AREA_CODE,
            column("area_name", "VARCHAR", "Name 名称", d.AREA_NAME),
            column("level", "VARCHAR", "Level 级别", code("县", "乡镇", "社区")),
            column("parent_code", "VARCHAR", "Area above 上级代码", d.AREA_CODE),
        ),
    )


def _rule() -> PublishedTable:
    texts = (
        ("title_zh", "Title in Chinese 中文标题"),
        ("title_en", "Title in English 英文标题"),
        ("legal_basis", "Legal basis 法律依据"),
        ("purpose", "Purpose 目的"),
        ("grace", "Grace and its unit 宽限"),
        ("may_do", "What the office may do 可办事项"),
        ("exemptions", "Exemptions 例外"),
        ("text", "The rule as SQL 规则正文"),
    )
    return PublishedTable(
        "rule",
        "The rules as text 规则",
        (
            RULE_CODE,
            column("office", "VARCHAR", "Office that answers 部门", code(*OFFICES)),
            *(column(name, "VARCHAR", comment, d.OUR_TEXT) for name, comment in texts),
            column("version", "VARCHAR", "Version 版本", d.VERSION),
            column("valid_from", "DATE", "Valid from 生效日期", d.DATE),
        ),
    )


def _run() -> PublishedTable:
    return PublishedTable(
        "run",
        "Runs of this home 批次",
        (
            RUN_ID,
            column("as_of", "DATE", "As-of day T 截至日", d.DATE),
            column("profile", "VARCHAR", "Profile of the jurisdiction 规程", d.TOKEN),
            column("started_at", "TIMESTAMP", "Began 开始", d.MOMENT),
            column("finished_at", "TIMESTAMP", "Published 完成", d.MOMENT),
            column("code_version", "VARCHAR", "Version of the program 程序版本", d.VERSION),
        ),
    )
