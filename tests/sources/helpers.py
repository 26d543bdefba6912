"""What the tests of ``sources`` share: writing a small delivery and reading it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl
import pytest

from sources.contract import contracts
from sources.problems import FileProblem
from sources.readers import RawTable, read_delivery
from sources.refused import load_refusals

FLOATING = ["登记编号", "姓名", "居住地址", "登记日期", "状态"]
FLOATING_ROW = ["LD1", "某某", "彩云路1号", "2026-01-01", "在住"]
TENANCIES = ["租住编号", "房屋地址", "承租人姓名", "起租日期"]
TENANCIES_ROW = ["ZZ1", "彩云路1号", "某某", "2026-01-01"]


def read(path: Path, feed: str = "floating_population", office: str | None = None) -> RawTable:
    contract = contracts()[feed]
    return read_delivery(path, contract, office or contract.office or "residence", load_refusals())


def problem(path: Path, feed: str = "floating_population", office: str | None = None) -> FileProblem:
    with pytest.raises(FileProblem) as caught:
        read(path, feed, office)
    return caught.value


def text_file(
    folder: Path, content: str | bytes, name: str = "floating_population_full_20261031.csv"
) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def table(*rows: Sequence[object]) -> str:
    return "".join(",".join(map(str, row)) + "\n" for row in rows)


def workbook(
    folder: Path,
    rows: Iterable[Sequence[object]],
    merges: Sequence[str] = (),
    name: str = "floating_population_full_20261031.xlsx",
) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for area in merges:
        book.active.merge_cells(area)
    path = folder / name
    book.save(path)
    return path
