"""Writing the copy that a person may ask for: one file, readable by its owner alone, as workbook, JSON or CSV.

What belongs here: the cap of a day, the entry in the audit chain before anything is written, how the copy looks.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from registry_pipelines.cli.common import Opened
from registry_pipelines.cli.output import inert, plain
from registry_pipelines.exports import place, private_file, write_sheets
from registry_pipelines.failures import CommandError
from registry_pipelines.subject import gather
from registry_pipelines.subject_words import cell_words, column_words, read_words

SHEETS = {
    "rejected": "退回的行", "issues": "问题", "disputes": "争议", "findings": "缺口", "history": "缺口历史", "events": "缺口经过",
    "answers": "答复", "letters": "函件", "same_person": "同一人依据", "pairs": "待核对", "judgements": "人工判定",
    "number_conflicts": "号码冲突", "dwellings": "住所", "requests": "代办", "pulls": "查阅",
}  # fmt: skip
"""Sections of the copy that are lists of flat rows, and their Chinese names."""


def write_copy(
    opened: Opened, feed: str, record_id: str, reason: str, output: Path, cap: int
) -> tuple[Path, int]:
    """Write the copy; its path and the number of versions in it. CommandError: no such record, or the day's cap."""
    from assets.store.database import open_working

    target = place(opened.home, output, (".xlsx", ".json", ".csv"))
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
    _write(fresh, target.suffix.lower(), copy)
    fresh.chmod(0o600)
    fresh.replace(target)
    return target, len(copy["records"])


def _write(path: Path, suffix: str, copy: Mapping[str, Any]) -> None:
    if suffix == ".json":
        path.write_text(json.dumps(plain(copy), ensure_ascii=False, indent=1), encoding="utf-8")
    elif suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(_lines(copy))
    else:
        write_sheets(path, sheets(copy))


def sheets(copy: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The copy as sheets: what it is, one row for each value of each version, then every other section that has any."""
    about = [
        {"项目": "办公室 office", "内容": f"{copy['office_zh']} {copy['office']}"},
        {"项目": "制作时间 made at", "内容": copy["made_at"]},
    ]
    about += [{"项目": "说明 note", "内容": text} for text in copy["notes"]]
    empty = [zh for name, zh in SHEETS.items() if not copy[name]]
    if empty:
        about.append({"项目": "没有内容 nothing held", "内容": "、".join(empty)})
    found = {"说明": about, "记录": [line for r in copy["records"] for line in _values(r)]}
    return found | {zh: [_flat(row) for row in copy[name]] for name, zh in SHEETS.items() if copy[name]}


def _values(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One line for each field of one version: as delivered, as read, and where it came from."""
    delivered, read = record["values"], record["read_as"]
    for name in dict.fromkeys((*delivered, *read)):
        if delivered.get(name) not in (None, "") or read.get(name) is not None:
            yield {
                "台账": record["feed_zh"], "登记编号": record["record_id"], "版本日期": record["version_on"],
                "现行": cell_words("current", record["current"], record), "撤回日期": record["withdrawn_on"], "栏目": name, "送达内容": delivered.get(name),
                "读作": read_words(name, read.get(name)), "文件": record["file_name"], "文件日期": record["file_day"],
                "行": record["row_number"], "装载时间": record["loaded_at"],
            }  # fmt: skip


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a section in words."""
    return {column_words(name): cell_words(name, value, row) for name, value in row.items()}


def _lines(copy: Mapping[str, Any]) -> Iterator[list[str]]:
    """The sheets under one another: section, number of the row in it, field, content."""
    yield ["部分", "序号", "项目", "内容"]
    for section, rows in sheets(copy).items():
        for number, row in enumerate(rows, start=1):
            for name, value in row.items():
                if value not in (None, ""):
                    yield [section, str(number), name, inert(str(plain(value)))]
