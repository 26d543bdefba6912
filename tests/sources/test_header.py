"""Headings: where they may stand, how they may be written, which column wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.helpers import (
    FLOATING,
    FLOATING_ROW,
    TENANCIES,
    TENANCIES_ROW,
    problem,
    read,
    table,
    text_file,
    workbook,
)


@pytest.mark.parametrize(
    "heads",
    [
        FLOATING,
        list(reversed(FLOATING)),
        ["登记号", "名字", "现住址", "申报日期", "登记状态"],
        ["登 记 编 号", "姓　名（必填）", "居住地址\u200b", "*登记日期：", "狀態"],
        ["1.登记编号", "2、姓名", "居住地址[详细]", "登记_日期", "状态（在住/已注销）"],
    ],
)
def test_any_order_synonym_and_spelling(heads: list[str], tmp_path: Path) -> None:
    row = FLOATING_ROW if heads[0] != "状态" else list(reversed(FLOATING_ROW))
    frame = read(text_file(tmp_path, table(heads, row))).frame
    got = frame.select("record_id", "name", "address", "registered_on", "status").row(0)
    assert list(got) == FLOATING_ROW


def test_a_canonical_heading_goes_before_a_synonym_and_the_other_is_counted(tmp_path: Path) -> None:
    path = text_file(tmp_path, table([*FLOATING, "手机", "联系电话", "电话"], [*FLOATING_ROW, "1", "2", "3"]))
    found = read(path)
    assert found.frame["phone"].to_list() == ["2"] and found.ignored == 2


def test_of_two_synonyms_the_contracts_first_one_is_read(tmp_path: Path) -> None:
    path = text_file(tmp_path, table([*FLOATING, "电话", "手机"], [*FLOATING_ROW, "1", "2"]))
    assert read(path).frame["phone"].to_list() == ["2"]


def test_the_landlords_number_is_the_landlords(tmp_path: Path) -> None:
    heads = ["房屋编号", "房屋地址", "证件号码", "出租人证件号码", "状态"]
    path = text_file(tmp_path, table(heads, ["FW1", "彩云路1号", "A", "B", "出租中"]))
    assert read(path, "rental_housing").frame["id_number"].to_list() == ["B"]


@pytest.mark.parametrize("again", ["联系电话", " 联系电话", "联系电话（备用）", "联系_电话"])
def test_one_heading_twice(again: str, tmp_path: Path) -> None:
    path = text_file(tmp_path, table([*FLOATING, "联系电话", again], [*FLOATING_ROW, "1", "2"]))
    found = problem(path)
    assert (found.outcome, found.code, found.heading) == ("set_aside", "duplicate_heading", "联系电话")


def test_an_unread_heading_twice_is_twice_as_well_but_blank_ones_are_not(tmp_path: Path) -> None:
    twice = text_file(tmp_path, table([*FLOATING, "备注", "备注"], [*FLOATING_ROW, "1", "2"]))
    found = problem(twice)
    assert found.code == "duplicate_heading" and found.heading is None and "备注" not in found.message
    assert read(text_file(tmp_path, table([*FLOATING, "", ""], [*FLOATING_ROW, "1", "2"]))).ignored == 0


def test_mandatory_columns_are_named(tmp_path: Path) -> None:
    found = problem(text_file(tmp_path, table(FLOATING[:3], FLOATING_ROW[:3])))
    assert (found.outcome, found.code, found.heading) == ("set_aside", "mandatory_missing", "登记日期")
    assert "登记日期、状态" in found.message


def test_no_header(tmp_path: Path) -> None:
    assert problem(text_file(tmp_path, table(["甲", "乙"], ["姓名", "2"]))).code == "no_header"
    late = table(*[["说明"]] * 40, FLOATING, FLOATING_ROW)
    assert problem(text_file(tmp_path, late)).code == "no_header"


def test_titles_above_codes_and_numbers_below(tmp_path: Path) -> None:
    rows = [["某镇登记表"], [], ["单位：", "某镇", "", "日期：2026-10-31"], FLOATING]
    rows += [["DJBH", "XM", "DZ", "DJRQ", "ZT"], ["(1)", "（2）", "3", "4", "5"], FLOATING_ROW]
    frame = read(text_file(tmp_path, table(*rows))).frame
    assert frame["record_id"].to_list() == ["LD1"] and frame["row_number"].to_list() == [1]


def test_header_only_is_a_table_without_rows(tmp_path: Path) -> None:
    for path in (
        text_file(tmp_path, table(FLOATING)),
        text_file(tmp_path, ",".join(FLOATING)),
        workbook(tmp_path, [FLOATING]),
    ):
        found = read(path)
        assert found.frame.height == 0 and "id_number__numeric" in found.frame.columns


def test_group_headings_say_whose_number_it_is(tmp_path: Path) -> None:
    upper = ["租住编号", "房屋地址", "出租人", "", "", "承租人", "", "", "起租日期"]
    lower = ["", "", "姓名", "证件号码", "联系电话", "姓名", "证件号码", "联系电话", ""]
    data = ["ZZ1", "彩云路1号", "房某", "L1", "1", "租某", "T1", "2", "2026-01-01"]
    for path in (
        text_file(tmp_path, table(upper, lower, data)),
        workbook(tmp_path, [["登记表"], upper, lower, data], ["C2:E2", "F2:H2", "A2:A3", "B2:B3", "I2:I3"]),
    ):
        found = read(path, "tenancies")
        assert found.frame.select("name", "id_number", "phone").row(0) == ("租某", "T1", "2")
        assert found.ignored == 3


def test_a_number_under_somebody_else_is_nobodys_number(tmp_path: Path) -> None:
    upper = ["", "", "", "", "紧急联系人", "", ""]
    lower = [*FLOATING[:4], "联系电话", "证件号码", "状态"]
    data = [*FLOATING_ROW[:4], "139", "X", "在住"]
    path = workbook(tmp_path, [upper, lower, data], ["E1:F1"])
    found = read(path)
    assert found.frame["phone"].to_list() == [None] and found.frame["id_number"].to_list() == [None]
    assert found.ignored == 2


def test_a_group_that_is_the_rows_own_person_is_read(tmp_path: Path) -> None:
    upper = ["租住编号", "房屋地址", "承租人信息", "", "起租日期"]
    lower = ["", "", "姓名", "身份证号", ""]
    frame = read(
        text_file(tmp_path, table(upper, lower, ["ZZ1", "路1号", "租某", "T1", "2026-01-01"])), "tenancies"
    ).frame
    assert frame.select("name", "id_number").row(0) == ("租某", "T1")


def test_headings_on_one_row_under_a_title_that_fills_several_cells(tmp_path: Path) -> None:
    rows = [["单位", "某派出所", "", "", "2026-10-31"], TENANCIES, TENANCIES_ROW]
    assert read(text_file(tmp_path, table(*rows)), "tenancies").frame["name"].to_list() == ["某某"]


def test_dropped_columns_are_named_and_others_only_counted(tmp_path: Path) -> None:
    path = text_file(
        tmp_path,
        table([*FLOATING, "民 族", "户籍地址", "政治面貌", "备注"], [*FLOATING_ROW, "a", "b", "c", "d"]),
    )
    found = read(path)
    assert found.dropped == ("民族", "政治面貌") and found.ignored == 2
    assert not {"a", "b", "c", "d"} & {v for row in found.frame.rows() for v in row if isinstance(v, str)}
