"""How rows look: JSON by the contract's conventions, inert CSV, text that cannot drive a terminal."""

from __future__ import annotations

import csv
import io
import json
import math
from datetime import date, datetime
from decimal import Decimal

import pytest

from registry_pipelines.cli.output import Format, cell_text, listing, plain, safe_text
from registry_pipelines.details import for_people, in_words
from registry_pipelines.words import headings

ROWS = [
    {
        "record_id": "LD1",
        "opened_on": date(2026, 10, 31),
        "rows": 3,
        "details": '{"number": "invalid"}',
        "area_code": None,
    },
    {
        "record_id": "=CMD|' /C CALC'!A0",
        "opened_on": None,
        "rows": 0,
        "details": None,
        "area_code": "990101001001",
    },
]
COLUMNS = ["record_id", "opened_on", "rows", "details", "area_code"]


def test_json_is_one_array_with_iso_dates_nulls_numbers_and_objects(
    capsys: pytest.CaptureFixture[str],
) -> None:
    listing(ROWS, headings(*COLUMNS), Format.json, columns=COLUMNS, title="not in JSON")
    found = json.loads(capsys.readouterr().out)
    assert found[0] == {"record_id": "LD1", "opened_on": "2026-10-31", "rows": 3, "details": {"number": "invalid"},
                        "area_code": None}  # fmt: skip
    assert found[1]["opened_on"] is None and found[1]["rows"] == 0


def test_json_of_nothing_is_an_empty_array(capsys: pytest.CaptureFixture[str]) -> None:
    listing([], headings(*COLUMNS), Format.json, columns=COLUMNS)
    assert capsys.readouterr().out == "[]\n"


def test_csv_is_inert_and_complete(capsys: pytest.CaptureFixture[str]) -> None:
    listing(ROWS, headings(*COLUMNS), Format.csv, columns=COLUMNS)
    found = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert found[0] == COLUMNS
    assert found[2][0] == "'=CMD|' /C CALC'!A0"
    assert found[1][1:3] == ["2026-10-31", "3"] and found[2][1] == ""


@pytest.mark.parametrize("text", ["\x1b[2Jgone", "a\x07b", "\u202egnp.exe", "[bold]x[/bold]"])
def test_text_cannot_drive_a_terminal(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    listing([{"record_id": text}], headings("record_id"), Format.table)
    shown = capsys.readouterr().out
    assert "\x1b" not in shown and "\x07" not in shown and "\u202e" not in shown
    assert "[bold]x[/bold]" in shown or "[bold]" not in text


def test_table_has_chinese_over_english_and_says_none(capsys: pytest.CaptureFixture[str]) -> None:
    listing(ROWS, headings("record_id", "opened_on"), Format.table, title="清单")
    lines = capsys.readouterr().out.splitlines()
    assert "登记编号" in lines[2] and "own record" in lines[3]
    listing([], headings("record_id"), Format.table, title="清单")
    assert "无 none" in capsys.readouterr().out


def test_narrow_terminals_lose_the_columns_that_say_least(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry_pipelines.cli.output._PIPE_WIDTH", 50)
    row = {"gap": "FP-07 旧址未注销", "area_name": "城西社区", "status": "待核 open", "opened_on": "2026-10-31",
           "exception_id": "QBBBBBBBBBBBBBBBB"}  # fmt: skip
    listing([row], headings(*row), Format.table)
    shown = capsys.readouterr().out
    assert "QBBBBBBBBBBBBBBBB" in shown and "FP-07" in shown
    assert "待核" not in shown and "--format csv" in shown


def test_values_become_what_json_knows() -> None:
    assert plain(Decimal("1.50")) == 1.5
    assert plain(math.nan) is None and plain(math.inf) is None
    assert plain(datetime(2026, 1, 2, 3, 4)) == "2026-01-02T03:04:00"
    assert plain({"a": [date(2026, 1, 2)]}) == {"a": ["2026-01-02"]}
    assert plain(b"\x01\xff") == "01ff"


def test_details_name_the_other_rows_and_not_the_own() -> None:
    details = {"registered_on": "2025-01-01", "rows": [
        {"feed": "tenancies", "record_id": "A1", "on": "2025-01-01"}, {"feed": "rental_housing", "record_id": "H1"},
        {"feed": "tenancies", "record_id": "A2", "on": "2025-02-01"}]}  # fmt: skip
    text = in_words(details, "tenancies", "A1")
    assert text == "登记 2025-01-01；同列 出租房屋 H1、A2（2025-02-01）"
    assert in_words(json.dumps({"number": "damaged"})) == "号码 受损"
    assert in_words("no json") == ""


def test_an_exception_reads_as_a_line() -> None:
    row = {"rule_code": "RH-01", "rule_title": "有租约无出租登记", "feed": None, "record_id": None, "dwelling_key": "DBCD",
           "status": "open", "details": None, "may_do": "correct_row, ask_in_writing"}  # fmt: skip
    shown = for_people(row)
    assert shown["gap"] == "RH-01 有租约无出租登记" and shown["about"] == "住所 DBCD"
    assert shown["may_do"] == "更正登记行、书面询问本人" and shown["status"] == "待核 open"


def test_cells() -> None:
    assert cell_text("x", None) == "" and cell_text("x", True) == "是 yes"
    assert cell_text("details", '{"number": "invalid"}') == "号码 未通过校验"
    assert safe_text("a\nb\x00c") == "a\nbc"
