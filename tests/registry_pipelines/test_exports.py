"""Workbooks: private, inert, ready to fill in, and readable again as verifications."""

from __future__ import annotations

import shutil
import stat
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from assets.store.home import Home
from registry_pipelines.exports import exception_workbook, letter_workbook, write_sheets
from registry_pipelines.failures import CommandError
from registry_pipelines.words import ANSWERS
from sources.contract import contracts
from sources.readers import read_delivery
from sources.refused import load_refusals

ROWS = [
    {"exception_id": f"QBBBBBBBBBBBBBBB{c}", "rule_code": "FP-07", "rule_title": "旧址未注销", "feed": "floating_population",
     "record_id": record, "dwelling_key": None, "area_name": "城西社区", "status": "open", "opened_on": date(2026, 10, 31),
     "answer_by": date(2026, 11, 13), "may_do": "ask_in_writing", "details": '{"registered_on": "2025-01-01"}'}
    for c, record in (("C", "LD1"), ("D", "=CMD|' /C CALC'!A0"), ("F", "+1+1"))
]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.open(tmp_path / "home", office="residence")


@pytest.fixture
def book(home: Home) -> Path:
    return exception_workbook(home, "residence", ROWS, Path("list.xlsx"))


def test_a_bare_name_goes_into_exports_and_is_private(home: Home, book: Path) -> None:
    assert book == home.exports / "list.xlsx"
    assert stat.S_IMODE(book.stat().st_mode) == 0o600
    assert [p.name for p in home.exports.iterdir()] == ["list.xlsx"]


def test_frozen_filtered_with_a_drop_down_and_no_formula(book: Path) -> None:
    sheet = openpyxl.load_workbook(book).active
    assert sheet is not None
    assert sheet.freeze_panes == "B3" and sheet.auto_filter.ref == "A2:K5"
    assert [c.value for c in sheet[2]][:3] == ["缺口编号", "核查结果", "核查日期"]
    lists = [v for v in sheet.data_validations.dataValidation if v.type == "list"]
    assert lists[0].formula1 == f'"{",".join(ANSWERS)}"' and "B3:B5" in str(lists[0].sqref)
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [c for c in cells if c.data_type == "f"]
    assert "流动人口 =CMD|' /C CALC'!A0" in [c.value for c in cells]


def test_the_filled_in_list_comes_back_as_verifications(book: Path, tmp_path: Path) -> None:
    filled = openpyxl.load_workbook(book)
    sheet = filled.active
    assert sheet is not None
    sheet["B3"], sheet["C3"], sheet["B4"] = "属实", date(2026, 11, 2), "不属实"
    path = tmp_path / "verifications_full_20261102.xlsx"
    filled.save(path)
    table = read_delivery(path, contracts()["verifications"], "residence", load_refusals(None)).frame
    assert table["verified_id"].to_list() == [row["exception_id"] for row in ROWS]
    assert table["answer"].to_list() == ["属实", "不属实", None]
    assert str(table["verified_on"][0]).startswith("2026-11-02")


def test_an_untouched_list_comes_back_without_an_answer(book: Path, tmp_path: Path) -> None:
    path = tmp_path / "verifications_delta_20261102.xlsx"
    shutil.copy(book, path)
    table = read_delivery(path, contracts()["verifications"], "residence", load_refusals(None)).frame
    assert table.height == 3 and table["answer"].null_count() == 3


def test_letters_have_their_text_once(home: Home) -> None:
    rows = [{"letter_id": f"LB{n}", "kind": "renewal", "feed": "floating_population", "record_id": f"LD{n}", "area_code": None,
             "offered_on": date(2026, 10, 31), "until": date(2026, 11, 30), "text_zh": "您好", "text_en": "Hello"}
            for n in range(3)]  # fmt: skip
    book = openpyxl.load_workbook(letter_workbook(home, "residence", rows, Path("letters.xlsx")))
    assert [[c.value for c in row] for row in book["函件正文"].iter_rows()] == [["renewal", "您好", "Hello"]]
    lists = [v for v in book.worksheets[0].data_validations.dataValidation if v.type == "list"]
    assert lists[0].formula1 == '"不再提醒"'


@pytest.mark.parametrize("output", ["list.csv", "missing/list.xlsx"])
def test_a_place_that_cannot_be_is_refused(home: Home, output: str) -> None:
    with pytest.raises(CommandError):
        exception_workbook(home, "residence", ROWS, Path(output))


def test_sheets_of_values_are_text_and_leave_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.mkdtemp", lambda *a, **k: pytest.fail("a temporary folder was made"))
    monkeypatch.setattr("tempfile.mkstemp", lambda *a, **k: pytest.fail("a temporary file was made"))
    write_sheets(tmp_path / "copy.xlsx", {"记录": [{"栏目": "姓名", "内容": "=1+1"}], "缺口": []})
    cell = openpyxl.load_workbook(tmp_path / "copy.xlsx")["记录"]["B2"]
    assert cell.value == "=1+1" and cell.data_type == "s"
