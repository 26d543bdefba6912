"""Names: what is one name stays one name, and no form of name is treated worse than another."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.values import names


def one(text: str | None) -> dict[str, object]:
    return names.parse(pl.Series("n", [text], dtype=pl.String)).row(0, named=True)


@pytest.mark.parametrize(
    ("texts", "key"),
    [
        (["张三", "张　三", "张 三", " 张三 ", "張三", "张三\u200b", "张\n三"], "张三"),
        (["王小明", "王小明先生", "王小明（户主）", "王小明(小)", "王 小 明"], "王小明"),
        (
            ["艾力·卡德尔", "艾力．卡德尔", "艾力.卡德尔", "艾力•卡德尔", "艾力・卡德尔", "艾力∙卡德尔"],
            "艾力·卡德尔",
        ),
        (
            ["艾力‧卡德尔", "艾力●卡德尔", "艾力 卡德尔", "艾力 · 卡德尔", "艾力-卡德尔", "艾力··卡德尔"],
            "艾力·卡德尔",
        ),
        (
            ["SMITH MINH", "Minh Smith", "minh  smith", "Smith, Minh", "ＭＩＮＨ　ＳＭＩＴＨ", "SMITH.MINH"],
            "MINH SMITH",
        ),
        (["NGUYỄN VĂN AN", "An Van Nguyen"], "AN NGUYEN VAN"),
        (["欧阳娜娜", "欧阳 娜娜", "歐陽娜娜"], "欧阳娜娜"),
        (["劉備", "刘备"], "刘备"),
    ],
)
def test_ways_of_writing_one_name_share_a_key(texts: list[str], key: str) -> None:
    frame = names.parse(pl.Series(texts))
    assert frame["name_key"].to_list() == [key] * len(texts)
    assert frame["usable"].all()


def test_the_name_itself_keeps_its_script_and_title() -> None:
    assert one("劉備")["name"] == "劉備"
    assert one("王小明先生")["name"] == "王小明先生"
    assert one("Minh  Smith")["name"] == "Minh Smith"


@pytest.mark.parametrize(
    "text", [None, "", " ", "无", "不详", "？？", "-", "***", "123", "N/A", "无 名", "同上"]
)
def test_placeholders_are_no_name(text: str | None) -> None:
    assert one(text) == {"name": None, "name_key": None, "usable": False}


@pytest.mark.parametrize("text", ["张", "A", "张 ", "X"])
def test_one_letter_is_kept_but_not_usable(text: str) -> None:
    row = one(text)
    assert row["name"] == text.strip()
    assert row["usable"] is False


@pytest.mark.parametrize("text", ["䶮龙", "张\ue123", "张?", "王□", "王(龙天)", "𠮷田", "王𬭸"])
def test_rare_characters_and_their_stand_ins_are_names(text: str) -> None:
    row = one(text)
    assert row["usable"] is True
    assert row["name"] == text


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1+1 张三", "@SUM(A1)", "Robert'); DROP TABLE students;--"]
)
def test_formulas_and_sql_are_text(text: str) -> None:
    assert one(text)["usable"] is True


@pytest.mark.parametrize("text", ["潘康?", "潘康＊", "潘康□", "潘康（龙天）"])
def test_one_sign_stands_in_for_a_character_that_could_not_be_typed(text: str) -> None:
    assert one(text)["name_key"] == "潘康□"


def test_title_is_not_taken_from_a_name_of_two() -> None:
    assert one("王先生")["name_key"] == "王先生"


HAN = st.text(alphabet="张王李赵伟芳娜敏静丽强磊军洋勇艳杰涛明超", min_size=2, max_size=3)


@given(HAN)
@settings(max_examples=40, deadline=None)
def test_padding_never_changes_the_key(name: str) -> None:
    spaced = "　".join(name)
    assert one(spaced)["name_key"] == one(name)["name_key"] == name


@given(st.lists(st.text(max_size=30) | st.none(), max_size=20))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_without_error(texts: list[str | None]) -> None:
    frame = names.parse(pl.Series("n", texts, dtype=pl.String))
    assert frame.height == len(texts)
    assert frame.filter(pl.col("name").is_null() != pl.col("name_key").is_null()).is_empty()
    assert frame.filter(pl.col("usable") & pl.col("name").is_null()).is_empty()
