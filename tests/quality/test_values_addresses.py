"""Addresses to elements: a list of labelled addresses, equal writings, and what is not locatable."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.schema import ADDRESS_COLUMNS
from quality.values import addresses

LABELS = ("township", "community", "group", "road", "number", "estate", "building", "unit", "room")


def elements(text: str) -> dict[str, str]:
    row = addresses.parse(pl.Series([text])).row(0, named=True)
    return {
        label: row[name] for label, name in zip(LABELS, ADDRESS_COLUMNS, strict=True) if row[name] is not None
    }


def locatable(text: str | None) -> bool:
    return bool(addresses.parse(pl.Series([text], dtype=pl.String))["locatable"].item())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("云岭省文河州青屏县曰月镇迎宾大道30号", {"township": "曰月镇", "road": "迎宾大道", "number": "30"}),
        ("青屏县舍南乡小街村委会柳荫巷８７号", {"township": "舍南乡", "community": "小街", "road": "柳荫巷", "number": "87"}),
        ("永安社区青平街50号402号房", {"community": "永安", "road": "青平街", "number": "50", "room": "402"}),
        ("解放路50号锦绣花园13栋3单元202号", {"road": "解放路", "number": "50", "estate": "锦绣花园", "building": "13", "unit": "3", "room": "202"}),
        ("荷塘大街201号 阳光小区12座二单元404室", {"road": "荷塘大街", "number": "201", "estate": "阳光小区", "building": "12", "unit": "2", "room": "404"}),
        ("人民路9号老供销社5幢2单元0302", {"road": "人民路", "number": "9", "estate": "老供销社", "building": "5", "unit": "2", "room": "302"}),
        ("锦绣花园A栋1单元1204", {"estate": "锦绣花园", "building": "A", "unit": "1", "room": "1204"}),
        ("阳光小区二期3#楼1-501", {"estate": "阳光小区二期", "building": "3", "unit": "1", "room": "501"}),
        ("阳光小区2期3栋1单元501", {"estate": "阳光小区二期", "building": "3", "unit": "1", "room": "501"}),
        ("幸福里3-2-1204", {"estate": "幸福里", "building": "3", "unit": "2", "room": "1204"}),
        ("解放路45号3-2-1204", {"road": "解放路", "number": "45", "building": "3", "unit": "2", "room": "1204"}),
        ("小街村三组12号", {"group": "3", "road": "小街村", "number": "12"}),
        ("小街村委会第3村民小组12号", {"community": "小街", "group": "3", "road": "小街村", "number": "12"}),
        ("小街村委会李家寨12号", {"community": "小街", "road": "李家寨", "number": "12"}),
        ("云塘大道17#", {"road": "云塘大道", "number": "17"}),
        ("解放路39#302", {"road": "解放路", "number": "39", "room": "302"}),
        ("锦绣花园17#", {"estate": "锦绣花园", "building": "17"}),
        ("人民北路7号\n院", {"road": "人民北路", "number": "7"}),
        ("荷塘洞村委会六社1号", {"community": "荷塘洞", "group": "6", "road": "荷塘洞村", "number": "1"}),
        ("人民路45号附3号", {"road": "人民路", "number": "45-3"}),
        ("解放路123弄4号501室", {"road": "解放路", "number": "123弄", "building": "4", "room": "501"}),
        ("解放路12号院3号楼2单元501", {"road": "解放路", "number": "12", "building": "3", "unit": "2", "room": "501"}),
        ("解放路45号3楼302", {"road": "解放路", "number": "45", "room": "302"}),
        ("G320国道12号", {"road": "三二〇国道", "number": "12"}),
        ("解放路3巷12号", {"road": "解放路三巷", "number": "12"}),
        ("八一路9号", {"road": "八一路", "number": "9"}),
        ("青屏县城关镇解放路12号", {"township": "城关镇", "road": "解放路", "number": "12"}),
        ("青屏县城解放路12号", {"road": "解放路", "number": "12"}),
        ("浙江省杭州市西湖区文三路12号", {"road": "文三路", "number": "12"}),
        ("新疆维吾尔自治区伊犁哈萨克自治州某某县人民路12号", {"road": "人民路", "number": "12"}),
        ("解放路45号(房东自住一楼)", {"road": "解放路", "number": "45"}),
        ("解放路45号 房东自住一楼", {"road": "解放路", "number": "45"}),
        ("解放路45号 电话13812345678", {"road": "解放路", "number": "45"}),
        ("锦绣花园3栋（2单元）501室", {"estate": "锦绣花园", "building": "3", "unit": "2", "room": "501"}),
        ("解放路12號3樓", {"road": "解放路", "number": "12"}),
    ],
)  # fmt: skip
def test_labelled_addresses(text: str, found: dict[str, str]) -> None:
    assert elements(text) == found


@pytest.mark.parametrize(
    "texts",
    [
        ["锦绣花园3栋2单元504", "锦绣花园3幢二单元504室", "锦绣花园３号楼2单元504号", "锦绣花园3座2单元504号房", "锦绣花园3#2单元504", "锦绣花园三#二单元504", "锦绣花园03栋02单元504", "锦绣花园3栋2-504", "锦绣花园三栋二单元五〇四室"],
        ["解放路45号302", "解放路45号302室", "解放路45号302房", "解放路四十五号302号房", "解放路045号 302室", "解放路45号3楼302室"],
        ["云岭省文河州青屏县解放路45号", "云岭省文河自治州青屏县解放路45号", "青屏县解放路45号", "解放路45号(租)", "解放路４５号 "],
        ["小街村3组12号", "小街村三组12号", "小街村第三村民小组12号", "小街村3队12号", "小街村三社12号", "小街村第三社12号"],
    ],
)  # fmt: skip
def test_ways_of_writing_one_dwelling(texts: list[str]) -> None:
    found = [elements(text) for text in texts]
    assert found == [found[0]] * len(texts)


@pytest.mark.parametrize(
    "text",
    [None, "", "亲戚家", "镇上租房", "青屏县城", "云岭省青屏县", "双龙镇解放路", "锦绣花园", "小街村委会", "不详", "工地", "亲戚家2楼", "双龙镇", "永安社区", "解放路附近", "朋友家3号"],
)  # fmt: skip
def test_not_locatable(text: str | None) -> None:
    assert not locatable(text)


@pytest.mark.parametrize(
    "text", ["解放路45号", "小街村12号", "锦绣花园3栋", "幸福里12号", "李家寨8号", "农机厂宿舍2单元301"]
)
def test_locatable(text: str) -> None:
    assert locatable(text)


@given(
    road=st.sampled_from(["解放路", "东大街", "柳荫巷", "迎宾大道"]),
    number=st.integers(1, 999),
    estate=st.sampled_from(["锦绣花园", "老供销社", "客运站家属院", "书香门第", "湖畔名居"]),
    building=st.integers(1, 40),
    unit=st.integers(1, 9),
    room=st.integers(101, 3304),
    marks=st.tuples(st.sampled_from(["栋", "幢", "号楼", "座"]), st.sampled_from(["", "室", "号", "号房"])),
)
@settings(max_examples=80, deadline=None)
def test_what_was_put_in_comes_out(
    road: str, number: int, estate: str, building: int, unit: int, room: int, marks: tuple[str, str]
) -> None:
    text = f"双龙镇永安社区{road}{number}号{estate}{building}{marks[0]}{unit}单元{room}{marks[1]}"
    expected = ["双龙镇", "永安", road, str(number), estate, str(building), str(unit), str(room)]
    found = elements(text)
    assert [found.get(label) for label in LABELS if label != "group"] == expected


@given(st.lists(st.text(max_size=40) | st.none(), max_size=10))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_without_error(texts: list[str | None]) -> None:
    frame = addresses.parse(pl.Series("a", texts, dtype=pl.String))
    assert frame.height == len(texts)
    assert frame["locatable"].null_count() == 0


def test_digits_go_to_their_own_row() -> None:
    texts = [f"解放路{n}号" for n in range(1, 300)]
    assert addresses.parse(pl.Series(texts))["addr_number"].to_list() == [str(n) for n in range(1, 300)]
