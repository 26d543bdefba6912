"""Chinese addresses to elements, without any gazetteer.

An address is cut at its first digit or latin letter. The *head* before it (areas, road, estate) and the
*tail* after it, with every run of digits replaced by one ``9``, repeat a great deal, so both are parsed in
Python once for each distinct text and the digits are put back with expressions: a million addresses of a
county have some ten thousand distinct heads and tails.

Elements follow GA/T 2000.32-2014 (areas; road or lane; estate; building, unit, room), with what a village
counts along (村, 寨, 屯 …) in the road's place. Which area a community is, and which elements make one
dwelling, is not decided here (``quality.dwellings``).
"""

from __future__ import annotations

import re

import polars as pl

from quality.values import address_head, address_tail
from quality.values.numerals import NUMERAL, replace_before, to_han, to_int
from quality.values.text import by_distinct, map_distinct, simplified, tidy, where_needed

_UNITS = "号楼|号院|号房|号(?![路街巷线])|单元|[栋幢](?![村寨])|座(?![村寨山桥店])|室|户|组|村民小组|队|社(?=[0-9零一二三四五六七八九十]|$)|#|楼|层|弄|门(?=[0-9零一二三四五六七八九]|$)"
_NUMERAL_BEFORE_UNIT = replace_before(_UNITS)
_NUMERAL_SEEN = f"[{NUMERAL}](号|单元|栋|幢|座|室|户|组|村民小组|队|社|#|楼|层|弄|门)"
_DIGITS_IN_NAME = re.compile(
    r"[A-Z]?(\d{1,3})(?=期|号?路(?!\d*号楼)|号?街|号?巷|号?大道|国道|省道|县道|胡同|横)"
)
_DIGITS_IN_NAME_SEEN = r"第[0-9]|\d(期|号?路|号?街|号?巷|号?大道|国道|省道|县道|胡同|横)"
_ORDINAL_GROUP = re.compile(r"第(?=\d+(?:组|小组|村民小组|居民小组|队|社))")
_BRACKETS = re.compile(r"[(\[{【〔《]([^()\[\]{}【】〔〕《》]*)[)\]}】〕》]")
_BRACKETS_SEEN = r"[(\[{【〔《]"
_KEEP_BRACKET = re.compile(r"\d(单元|室|栋|幢|号楼|号院)")
_DASHES = r"[\u2010-\u2015\u2212\u2500\uff0d\u30fc~～—_]"
_UNUSUAL = rf"[a-z ({{\[【〔《]|{_DASHES}|{_NUMERAL_SEEN}|{_DIGITS_IN_NAME_SEEN}"
"""One pass that finds the addresses (one in ten) which need more than width and script."""


def _digits(text: str) -> str:
    """Numerals before a unit to digits, digits inside a road's or phase's name to numerals."""

    def number(match: re.Match[str]) -> str:
        value = to_int(match.group(1))
        return match.group(1) if value is None else str(value)

    text = _ORDINAL_GROUP.sub("", _NUMERAL_BEFORE_UNIT.sub(number, text))
    return _DIGITS_IN_NAME.sub(lambda m: to_han(m.group(1)), text)


def _no_brackets(text: str) -> str:
    """Remarks in brackets go; a bracket that holds a unit or room loses its brackets only."""
    return _BRACKETS.sub(lambda m: m.group(1) if _KEEP_BRACKET.search(m.group(1)) else " ", text)


def normalise(values: pl.Series) -> pl.Series:
    """The text that is parsed: half-width, simplified, upper case, remarks in brackets gone, 十二号 as 12号."""
    joined = where_needed(values, r"[\r\n]", lambda part: part.str.replace_all(r"[\r\n]+", ""))
    return where_needed(simplified(tidy(joined)), _UNUSUAL, _unusual)


def _unusual(text: pl.Series) -> pl.Series:
    """The steps that few addresses need, each looked for again."""
    text = text.str.to_uppercase().str.replace_all(_DASHES, "-")
    text = where_needed(text, _BRACKETS_SEEN, lambda part: map_distinct(part, _no_brackets))
    seen = f"{_NUMERAL_SEEN}|{_DIGITS_IN_NAME_SEEN}"
    text = where_needed(text, seen, lambda part: pl.Series([_digits(value) for value in part.to_list()]))
    return text.str.replace_all(" +", " ").str.strip_chars(" ")


def parse(values: pl.Series) -> pl.DataFrame:
    """Addresses to elements: ``address``, the nine ``addr_*`` columns (String) and ``locatable`` (Boolean).

    One row for each value. Elements are canonical: digits without leading zeros, letters upper case, the
    community and village committee without their suffix (社区, 村委会), a sub-number as ``45-3``.
    ``locatable`` (FP-09): a road, street, estate or village is named, and a number of any kind.
    """
    text = normalise(values)
    head = text.str.replace("[0-9A-Z].*$", "")
    tail = text.to_frame("text").select(pl.col("text").str.strip_prefix(head))["text"]
    cut = tail.to_frame("tail").select(
        skeleton=pl.col("tail").str.replace_all("(?-u:[0-9]+)", "9"),
        digits=pl.col("tail").str.extract_all("(?-u:[0-9]+)"),
    )
    heads = by_distinct(head, address_head.parse_head, address_head.SCHEMA)
    tails = by_distinct(cut["skeleton"], address_tail.parse_tail, address_tail.SCHEMA)
    frame = pl.concat(
        [text.alias("address").to_frame(), cut.select("digits"), heads, tails], how="horizontal"
    )
    return _elements(_fill(frame))


def _fill(frame: pl.DataFrame) -> pl.DataFrame:
    """Each ``NAME`` of the tail's slots: prefix, digits at a slot, optional second slot, suffix."""
    filled = []
    for name in address_tail.SLOTS:
        value = _digit(f"{name}_slot")
        if frame[f"{name}_second"].null_count() < len(frame):
            second = _digit(f"{name}_second")
            value = pl.when(second.is_null()).then(value).otherwise(pl.format("{}-{}", value, second))
        if frame[f"{name}_before"].null_count() < len(frame):
            before = pl.col(f"{name}_before").fill_null("")
            value = pl.when(before == "").then(value).otherwise(before + value.fill_null(""))
        if frame[f"{name}_after"].null_count() < len(frame):
            value += pl.col(f"{name}_after").fill_null("")
        filled.append(value.alias(name))
    return frame.with_columns(filled)


def _digit(slot: str) -> pl.Expr:
    """The digits in a slot without leading zeros; null where the slot is null."""
    digits = pl.col("digits").list.get(pl.col(slot), null_on_oob=True).str.strip_chars_start("0")
    return pl.when(digits == "").then(pl.lit("0")).otherwise(digits)


def _elements(frame: pl.DataFrame) -> pl.DataFrame:
    """Head and tail together, and what only both can decide."""
    estate = pl.concat_str(pl.col("estate_head"), pl.col("estate_first"), ignore_nulls=True)
    estate = pl.when(estate == "").then(None).otherwise(estate)
    estate = pl.when(pl.col("estate_tail").is_null()).then(estate).otherwise(pl.col("estate_tail"))
    numbered = pl.col("number").is_not_null() | pl.col("group").is_not_null()
    whole = pl.col("road_head").is_null() & estate.is_null()
    road = pl.when(whole & numbered).then(pl.col("village_head")).otherwise(pl.col("road_head"))
    # 阳光小区12号3单元501: what counts along an estate and has units is a building
    is_building = (
        road.is_null()
        & pl.col("unit").is_not_null()
        & pl.col("building").is_null()
        & pl.col("number").is_not_null()
    )
    # 解放路39#: along a road that is a house number; 锦绣花园3# is a building
    is_number = pl.col("hash_only") & road.is_not_null() & estate.is_null() & pl.col("number").is_null()
    number = (
        pl.when(is_building).then(None).when(is_number).then(pl.col("building")).otherwise(pl.col("number"))
    )
    building = (
        pl.when(is_building).then(pl.col("number")).when(is_number).then(None).otherwise(pl.col("building"))
    )
    group = pl.coalesce("group", "group_head")
    any_number = pl.any_horizontal(pl.col("number", "building", "room").is_not_null())
    named = (road.is_not_null() | estate.is_not_null()) & ~pl.col("vague").fill_null(False)
    return frame.select(
        "address",
        pl.col("township_head").alias("addr_township"),
        pl.col("community_head").alias("addr_community"),
        group.alias("addr_group"),
        road.alias("addr_road"),
        number.alias("addr_number"),
        estate.alias("addr_estate"),
        building.alias("addr_building"),
        pl.col("unit").alias("addr_unit"),
        pl.col("room").alias("addr_room"),
        (any_number & named).fill_null(False).alias("locatable"),
    )
