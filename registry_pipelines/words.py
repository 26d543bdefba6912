"""The words people see: headings, states, outcomes, codes; Chinese first, English beside.

What belongs here: text written by us. Nothing here names a person or calls one anything.
"""

from __future__ import annotations

from dataclasses import dataclass

CODES: dict[str, tuple[str, str]] = {
    "request": ("本人申请", "the person asked"),
    "correction": ("本人要求更正", "the person asked for a correction"),
    "objection": ("本人提出异议", "the person objects"),
    "reviewed": ("已人工核对", "reviewed by a clerk"),
    "unsealed": ("已解除封存", "no longer sealed"),
    "same": ("同一人", "the same person"),
    "different": ("不是同一人", "not the same person"),
    "unsure": ("不能确定", "cannot be told"),
    "upheld": ("异议成立", "the objection was right"),
    "rejected": ("异议不成立", "the objection was not right"),
    "error": ("办理错误", "an error was made"),
}
"""The closed list behind every ``--reason``."""

STATUSES: dict[str, tuple[str, str]] = {
    "held": ("暂缓", "held: not listed until decided"),
    "open": ("待核", "open"),
    "confirmed": ("属实", "confirmed"),
    "dismissed": ("不属实", "dismissed"),
    "cured": ("已消除", "cured: a record ended it"),
    "expired": ("已到期", "expired: time or a consent ended it"),
}

HOLD_REASONS: dict[str, tuple[str, str]] = {
    "disputed": ("所据事实有争议", "a fact it rests on is disputed"),
    "waiting": ("待判定或待邮件", "a pair or a mail is waited for"),
}

OUTCOMES: dict[str, tuple[str, str]] = {
    "loaded": ("已装载", "loaded"),
    "duplicate": ("重复", "duplicate"),
    "set_aside": ("搁置", "set aside"),
    "refused": ("拒收", "refused"),
    "waiting": ("等待", "waiting"),
}

MAY_DO: dict[str, str] = {
    "correct_row": "更正登记行",
    "merge_rows": "合并重复行",
    "ask_in_writing": "书面询问本人",
    "serve_request": "办理请求",
    "acknowledge": "签收",
    "keep_promise": "履行约定",
    "delete": "删除",
}
"""What an office may do about a finding: the closed list of the contract's third principle."""

ANSWERS = ("已更正", "已办理", "已书面询问", "属实", "不属实", "不再提醒")

OFFICE_WORDS: dict[str, str] = {
    "residence": "居住登记",
    "housing": "住房租赁",
    "aftercare": "安置帮教",
    "statistics": "统计",
}

FEED_WORDS: dict[str, str] = {
    "floating_population": "流动人口",
    "resident_population": "常住人口",
    "request_receipts": "代办签收",
    "rental_housing": "出租房屋",
    "tenancies": "租住",
    "requests": "代办请求",
    "released_persons": "衔接通知",
    "assistance_enrolment": "帮教登记",
    "areas": "区划",
    "verifications": "核查结果",
}


@dataclass(frozen=True)
class Heading:
    """One column of a listing. ``whole``: never wrapped; ``width``: characters in a workbook; ``least``: cells in a
    terminal; ``spare``: the higher, the sooner it is left out where the terminal is narrow (0: never)."""

    name: str
    zh: str
    en: str
    numeric: bool = False
    whole: bool = False
    width: int = 14
    least: int = 0
    spare: int = 0


_HEADINGS = (
    Heading("exception_id", "缺口编号", "exception", whole=True, width=21),
    Heading("gap", "缺口", "gap", whole=True, width=22),
    Heading("about", "登记", "own record", whole=True, width=24),
    Heading("rule_code", "规则", "rule", whole=True, width=9),
    Heading("rule_title", "缺口", "gap", width=20),
    Heading("rule_title_en", "说明", "gap in English", width=34),
    Heading("feed", "台账", "feed", width=20),
    Heading("record_id", "登记编号", "own record", whole=True, width=18),
    Heading("dwelling_key", "住所", "dwelling", whole=True, width=20),
    Heading("area_code", "区划代码", "area", whole=True, width=15),
    Heading("area_name", "社区", "community", whole=True, width=16, spare=2),
    Heading("status", "状态", "status", whole=True, width=10, spare=3),
    Heading("opened_on", "列出日期", "opened", whole=True, width=11, spare=4),
    Heading("due_on", "到期日", "due", whole=True, width=12),
    Heading("answer_by", "答复期限", "answer by", whole=True, width=11),
    Heading("last_seen_on", "最近所见", "last seen", whole=True, width=12),
    Heading("closed_on", "结束日期", "closed", whole=True, width=12),
    Heading("close_reason", "结束原因", "why closed", width=16),
    Heading("hold_reason", "暂缓原因", "why held", width=12),
    Heading("stands_since", "现状起始日", "so since", whole=True, width=12),
    Heading("state", "状态", "state", whole=True, width=8),
    Heading("may_do", "可办事项", "the office may", width=20),
    Heading("rule_version", "规则版本", "version", whole=True, width=10),
    Heading("details", "依据", "rests on", width=50, least=18, spare=1),
    Heading("file_name", "文件", "file", width=34),
    Heading("sha256", "摘要", "sha256", width=18),
    Heading("row_number", "行", "row", numeric=True, width=8),
    Heading("field", "栏目", "field", width=18),
    Heading("reason_code", "原因", "reason", width=20),
    Heading("delivered_on", "送达日期", "delivered", whole=True, width=12),
    Heading("mode", "方式", "mode", whole=True, width=8),
    Heading("outcome", "结果", "outcome", whole=True, width=11),
    Heading("reason", "说明", "reason", width=30),
    Heading("rows", "行数", "rows", numeric=True, width=9),
    Heading("accepted", "收", "accepted", numeric=True, width=9),
    Heading("rejected", "退", "rejected", numeric=True, width=9),
    Heading("unchanged", "未变", "unchanged", numeric=True, width=9),
    Heading("superseded", "被替代", "superseded", numeric=True, width=9),
    Heading("withdrawn", "撤回", "withdrawn", numeric=True, width=9),
    Heading("sealed", "封存", "sealed", numeric=True, width=9),
    Heading("refused_columns", "未读栏目", "dropped unread", width=24),
    Heading("loaded_at", "装载时间", "loaded", whole=True, width=20),
    Heading("run_id", "批次", "run", numeric=True, width=7),
    Heading("letter_id", "函件编号", "letter", whole=True, width=21),
    Heading("kind", "种类", "kind", width=12),
    Heading("offered_on", "列出日期", "offered", whole=True, width=12),
    Heading("until", "有效期至", "until", whole=True, width=12),
    Heading("text_zh", "函件正文", "text (zh)", width=60),
    Heading("text_en", "英文正文", "text (en)", width=60),
    Heading("pair_id", "对编号", "pair", whole=True, width=20),
    Heading("feed_a", "台账甲", "feed A", width=20),
    Heading("record_a", "编号甲", "record A", whole=True, width=18),
    Heading("feed_b", "台账乙", "feed B", width=20),
    Heading("record_b", "编号乙", "record B", whole=True, width=18),
    Heading("agreement", "符合情况", "agreement", width=40),
    Heading("weight", "权重", "weight", numeric=True, width=9),
    Heading("code", "代码", "code", whole=True, width=12),
    Heading("zh", "含义", "Chinese", width=20),
    Heading("en", "英文", "English", width=34),
    Heading("subject", "对象", "subject", whole=True),
    Heading("slice", "分组", "slice", whole=True),
    Heading("records", "记录", "records", numeric=True),
    Heading("precision", "查准", "precision", numeric=True),
    Heading("recall", "查全", "recall", numeric=True),
    Heading("f1", "F1", "F1", numeric=True),
    Heading("b3_precision", "B³ 查准", "B³ precision", numeric=True),
    Heading("b3_recall", "B³ 查全", "B³ recall", numeric=True),
    Heading("b3_f1", "B³ F1", "B³ F1", numeric=True),
    Heading("check", "核对项", "check", width=30),
    Heading("result", "结论", "result", whole=True),
    Heading("failures", "不合", "failures", numeric=True),
    Heading("remedy", "怎么办", "what to do", width=60),
    Heading("answer", "核查结果", "answer", width=14),
    Heading("answered_on", "核查日期", "answered on", width=12),
)
_BY_NAME = {heading.name: heading for heading in _HEADINGS}


def heading(name: str) -> Heading:
    """The heading of a column; the column's own name where no word was agreed."""
    return _BY_NAME.get(name, Heading(name, name, name))


def headings(*names: str) -> list[Heading]:
    """The headings of several columns."""
    return [heading(name) for name in names]


def both(words: dict[str, tuple[str, str]], code: str) -> str:
    """``code`` with its Chinese word, or alone if it has none."""
    return f"{words[code][0]} {code}" if code in words else code
