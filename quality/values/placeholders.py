"""What people type where they know nothing: 无, 不详, -, 123456, 11111111111.

``words`` are placeholders in every column. Digit patterns are placeholders only where a number has
evidence in it (identity numbers, phones): 123456 may well be somebody's record number.
"""

from __future__ import annotations

import polars as pl

_TEXT = """无 没有 暂无 无有 未有 空 空白 不详 不祥 不明 不清 不清楚 不知 不知道 未知 未填 未填写 未提供 未登记 未采集 未说明
    未办 未办理 无法提供 拒绝提供 拒绝 拒填 待补 待补充 待查 待核 待核实 待定 待完善 同上 无证 无证件 无身份证
    身份证遗失 遗失 丢失 已丢失 忘记 忘带 未带 无号码 无电话 无手机 无联系方式 空号 停机 无姓名 无名 无名氏 匿名 佚名 某 某某 某某某
    N/A NA N.A. NULL NONE NIL NAN UNKNOWN TBD #N/A #REF! #VALUE! #NAME? (空) (无) [无] <NULL>
"""
WORDS = frozenset(_TEXT.split())
"""Compared after removing blanks, in half-width and upper case."""

_SYMBOLS = r"^[-—_=+.,:;/\\|*?#~·、。…!'\"`^&()\[\]{}<>]+$"
_COUNTING = "12345678901234567890"


def is_word(text: pl.Expr) -> pl.Expr:
    """Whether ``text`` (half-width, no blanks, upper case) is a placeholder word or symbols only."""
    return text.is_in(sorted(WORDS)) | text.str.contains(_SYMBOLS)


def is_filler(text: pl.Expr) -> pl.Expr:
    """Whether ``text`` is one character again and again, or counts up from 1 (three digits at least)."""
    repeated = text.str.strip_chars(text.str.slice(0, 1)) == ""
    counting = (text.str.len_bytes() >= 3) & pl.lit(_COUNTING).str.starts_with(text)
    return repeated | counting
