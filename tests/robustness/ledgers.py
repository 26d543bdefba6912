"""Small ledgers of the three offices, written as offices write them, for homes that live through many days."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from assets.run import RunSummary, run_home
from assets.store.home import forget_opened_home

COUNTY, TOWN, COMMUNITY = "992701000000", "992701100000", "992701100001"
HEADINGS = {
    "areas": ("区划代码", "名称", "级别", "上级代码"),
    "released_persons": ("通知书编号", "释放日期", "衔接地社区代码", "未成年封存"),
    "assistance_enrolment": ("帮教编号", "通知书编号", "姓名", "证件号码", "联系电话", "接收日期", "状态", "同意日期", "同意期限至"),
    "rental_housing": ("房屋编号", "房屋地址", "社区代码", "出租人姓名", "备案日期", "状态"),
    "tenancies": ("租住编号", "房屋编号", "房屋地址", "社区代码", "承租人姓名", "证件号码", "联系电话", "起租日期", "止租日期", "退租日期"),
    "requests": ("请求编号", "租住编号", "事项", "同意凭证号", "同意日期", "同意期限至", "撤回日期"),
    "floating_population": ("登记编号", "姓名", "性别", "证件号码", "联系电话", "居住地址", "社区代码", "登记日期", "状态", "注销日期", "更新时间"),
    "resident_population": ("户籍编号", "姓名", "性别", "证件号码", "出生日期", "社区代码", "状态", "更新时间"),
    "request_receipts": ("请求编号", "收到日期", "处理结果", "办结日期", "登记编号"),
    "verifications": ("缺口编号", "核查结果", "核查日期"),
}  # fmt: skip
AREAS = (
    (COUNTY, "青石县", "县", ""),
    (TOWN, "柳河镇", "乡镇", COUNTY),
    (COMMUNITY, "东塘社区", "社区", TOWN),
)


def number(born: date, order: int) -> str:
    """A valid identity number with a division code that was never assigned."""
    body = f"992701{born:%Y%m%d}{order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(w * int(c) for w, c in zip(weights, body, strict=True)) % 11]


def write(folder: Path, name: str, rows: Iterable[Sequence[str]], feed: str = "") -> Path:
    """One CSV file; the feed is read from its name unless it is told."""
    feed = feed or next(f for f in sorted(HEADINGS, key=len, reverse=True) if name.startswith(f))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS[feed], *rows])
    return path


def run(home: Path, day: date, *, office: str | None = None, inbox: Path | None = None) -> RunSummary:
    """One run, as by a process of its own."""
    forget_opened_home()
    try:
        return run_home(home, office=office, inbox=inbox, as_of=day)
    finally:
        forget_opened_home()
