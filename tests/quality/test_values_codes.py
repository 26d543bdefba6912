"""Codes, areas, plain numbers and record numbers."""

from __future__ import annotations

import polars as pl
import pytest

from quality.values import codes, record_numbers
from quality.values.numerals import to_han, to_int
from sources.contract import contracts

STATUS = contracts()["floating_population"].column("status").codes


@pytest.mark.parametrize(
    ("text", "code", "state"),
    [
        ("在住", "在住", "read"),
        (" 在 住 ", "在住", "read"),
        ("居住", "在住", "read"),
        ("已注销", "已注销", "read"),
        ("已注销（迁出）", "已注销", "read"),
        ("无", None, "blank"),
        (None, None, "blank"),
        ("不知哪去了", None, "unknown"),
    ],
)
def test_status(text: str | None, code: str | None, state: str) -> None:
    assert codes.parse(pl.Series([text], dtype=pl.String), STATUS).row(0) == (code, state)


def test_sex_with_the_codes_of_gbt_2261() -> None:
    sex = contracts()["floating_population"].column("sex").codes
    found = codes.parse_sex(pl.Series(["男", "1", "１", "2.0", "女性", "f", "0", "9", "x"]), sex)
    assert found["code"].to_list() == ["男", "男", "男", "女", "女", "女", None, None, None]
    assert found["state"].to_list()[-3:] == ["blank", "blank", "unknown"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("居民身份证", "resident"),
        ("111", "resident"),
        ("护照", "passport"),
        ("港澳台居民居住证", "hmt"),
        ("台胞证", "other"),
    ],
)
def test_document_types(text: str, kind: str) -> None:
    assert codes.parse_doc_type(pl.Series([text])).row(0) == (kind, "read")


def test_every_contract_code_is_read_as_itself() -> None:
    for contract in contracts().values():
        for column in contract.columns:
            for alias, code in column.codes:
                assert codes.parse(pl.Series([alias]), column.codes).row(0) == (code, "read"), column.name


@pytest.mark.parametrize(
    ("text", "code", "state"),
    [
        ("992626101009", "992626101009", "read"),
        ("９９２６２６１０１００９", "992626101009", "read"),
        ("992626101", "992626101000", "read"),
        ("992626", "992626000000", "read"),
        ("9.92626E+11", None, "unknown"),
        ("永安社区", None, "unknown"),
        ("000000000000", None, "blank"),
        (None, None, "blank"),
    ],
)
def test_areas(text: str | None, code: str | None, state: str) -> None:
    assert codes.parse_area(pl.Series([text], dtype=pl.String)).row(0) == (code, state)


def test_whole_numbers_and_decimals() -> None:
    whole = codes.parse_number(pl.Series(["90", "90天", "９０.0", "1,000", "三月", "无"]), whole=True)
    assert whole["number"].to_list() == [90, 90, 90, 1000, None, None]
    assert whole["state"].to_list()[-2:] == ["unknown", "blank"]
    area = codes.parse_number(pl.Series(["89.5", "89.5㎡", "89.5平方米", "-5"]), whole=False)
    assert area["number"].to_list() == [89.5, 89.5, 89.5, None]


@pytest.mark.parametrize(
    "text", ["SF0000001", "sf0000001", "ＳＦ００００００１", " SF 0000 001 ", "'sf0000001"]
)
def test_record_numbers_have_one_form(text: str) -> None:
    assert record_numbers.canonical(pl.Series([text])).item() == "SF0000001"


@pytest.mark.parametrize("text", [None, "", " ", "无", "-", "　"])
def test_no_record_number(text: str | None) -> None:
    assert record_numbers.canonical(pl.Series([text], dtype=pl.String)).item() is None


def personal(text: str) -> bool:
    frame = pl.DataFrame({"n": [text]})
    return bool(frame.select(record_numbers.is_personal_form(pl.col("n"))).item())


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002X",
        "110105194912310021",
        "11010519491231002x",
        "110105-19491231-002X",
        "LD11010519491231002X",
        "110105491231002",
        "USA110105850101",
        "13812345678",
        "8613812345678",
        "138-1234-5678",
    ],
)
def test_numbers_of_personal_form(text: str) -> None:
    assert personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "LD00000001",
        "992626101009000123",
        "20261031000001",
        "123456",
        "FW13812345678",
        "110105491331002",
        "QQ00000001",
    ],
)
def test_usual_record_numbers_are_not_of_personal_form(text: str) -> None:
    assert not personal(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一", 1),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零三", 103),
        ("一百二十", 120),
        ("二〇一", 201),
        ("一千二百", 1200),
        ("号", None),
        ("", None),
    ],
)
def test_chinese_numerals(text: str, value: int | None) -> None:
    assert to_int(text) == value


@pytest.mark.parametrize(
    ("digits", "text"), [("3", "三"), ("10", "十"), ("12", "十二"), ("20", "二十"), ("320", "三二〇")]
)
def test_digits_to_numerals(digits: str, text: str) -> None:
    assert to_han(digits) == text
