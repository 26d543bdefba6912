"""The head of an address, before its first digit: areas, then the road, village or estate.

Regular expressions over single texts; ``quality.values.addresses`` calls this once for each distinct head.
"""

from __future__ import annotations

import re

import polars as pl

SCHEMA = {
    "township_head": pl.String,
    "community_head": pl.String,
    "village_head": pl.String,
    "group_head": pl.String,
    "road_head": pl.String,
    "estate_head": pl.String,
    "vague": pl.Boolean,
}

_ROAD_START = r"(?:[路街巷弄道口上下]|大道|大街|胡同|小区|花园|公寓|家园|人家|大厦|广场|宿舍)"
_PROVINCE = re.compile(r"^(?:中国)?(?:.{2,8}?(?:省|自治区|特别行政区))")
_PREFECTURE = re.compile(r"^.{1,9}?(?:自治州|地区|盟(?=.*[县市旗])|州(?=.*[县镇乡区市]|.{1,8}街道))")
_CITY = re.compile(r"^[^路街巷村社]{1,8}?市(?![场政府委民区里中心])")
_COUNTY = re.compile(
    r"^[^路街巷村社]{1,10}?(?:自治县|县|自治旗|旗(?=.*[镇乡]))(?:城(?![东西南北中上下关郊隍内外区厢]))?"
)
_DISTRICT = re.compile(r"^[^路街巷村]{1,4}?(?<![小社园新生老片校厂库])区(?!.*[省州县])")
_TOWN_OF = re.compile(r"^(?:县城|城区|市区|本县|本市|本地)")
_TOWNSHIP = re.compile(
    r"^([^路街巷村社]{1,7}?(?:民族乡|乡|镇|街道(?:办事处|办)?|苏木))(?!" + _ROAD_START + ")"
)
_COMMUNITY = re.compile(
    r"^(.{1,9}?)(社区(?:居民委员会|居委会|村委会)?|村民委员会|村委会|居民委员会|居委会|行政村)"
)
_VILLAGE_THEN = re.compile(r"^(.{2,6}?)村(?!" + _ROAD_START + r"|民|$)(?=..)")
_GROUP = re.compile(r"^([^路街巷]{1,6}?)(?:村民小组|居民小组|小组|生产队|组)(?!团)")
_ROAD = re.compile(r"^(.{1,8}?(?:大道|大街|路|街|巷|胡同|弄))(.*)$")
_ROAD_MORE = re.compile(
    r"^((?:[东西南北中上下前后内外支横小老新]{0,2}第?[一二三四五六七八九十〇]{0,4}"
    r"(?:段|条|支路|支巷|横巷|里巷|路|街|巷|弄|胡同|横))+)(.*)$"
)
_ONE_MARKER = re.compile(r"^[东西南北中上下]段")
_ROAD_END = re.compile(r"(?:道|线|条|里弄)$")
_VILLAGE_END = re.compile(
    r"(?:村|寨|屯|庄|庄子|坝|坪|冲|湾|沟|坡|塘|岭|坳|峒|营|堡|窑|洼|岗|畈|圩|墟|铺|店|井|桥头)$"
)
_PURE_SUFFIX = re.compile(
    r"^(?:小区|花园|公寓|家园|宿舍|家属院|家属区|大院|大厦|广场|名居|名苑|雅苑|新村|新居|华府|人家|苑|园|府|城|庭|居|湾|第|口)+$"
)
_ESTATE_END = re.compile(
    r"(?:小区|花园|公寓|家园|宿舍|宿舍区|家属院|家属区|家属楼|大院|大厦|广场|名居|[名雅嘉佳丽]苑|苑|新居|华府|人家"
    r"|[〇一二三四五六七八九十]期|供销社|市场|厂|院|里|坊|园|府|居|庭|第|城|湾|中心)$"
)
_REMARK = re.compile(r"^(?:路?口|附近|旁边?|对面|后面|前面|边上?|上|内|里面|左侧|右侧|交叉口|交汇处)$")
_VAGUE = re.compile(
    r"^(?:.{0,4}(?:亲戚|朋友|亲友|老乡|同事|老板|熟人|家里|租房|出租屋|租屋|工地|不详|不明|未知|附近|流动|无固定)"
    r"|镇上|街上|县城|城里|城区|村里|乡下|本地|集镇|市区|某|同上|无|暂无|没有|[东西南北中]?城$)"
)


def _strip(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.match(text)
    return text[match.end() :] if match else text


def strip_areas(text: str) -> str:
    """``text`` without province, prefecture, city and county."""
    text = _strip(_PREFECTURE, _strip(_PROVINCE, text))
    for pattern in (_CITY, _CITY, _COUNTY, _TOWN_OF):
        text = _strip(pattern, text)
    match = _DISTRICT.match(text)
    if match and len(text) > match.end():
        text = text[match.end() :]
    return text


def _road(text: str) -> tuple[str | None, str]:
    """The road at the start of ``text`` and what follows it."""
    match = _ROAD.match(text)
    if not match or _PURE_SUFFIX.match(match.group(2)) or match.group(2).startswith(("村", "寨", "屯")):
        return None, text
    road, rest = match.groups()
    more = _ROAD_MORE.match(rest)
    if more:
        road, rest = road + more.group(1), more.group(2)
    return road, _strip(_ONE_MARKER, rest)


def _place(text: str) -> tuple[str | None, str | None, bool]:
    """Road (or village), estate, and whether the text is too vague to be either."""
    if not text:
        return None, None, False
    if _VAGUE.match(text):
        return None, None, True
    road, rest = _road(text)
    if road is None and (
        _ROAD_END.search(text) or (_VILLAGE_END.search(text) and not _ESTATE_END.search(text))
    ):
        return text, None, False
    if road is not None and (not rest or _REMARK.match(rest)):
        return road, None, False
    if road is not None and rest.endswith(("路", "街", "巷", "胡同", "弄")) and not _ESTATE_END.search(rest):
        return road + rest, None, False
    return road, rest or None, False


def parse_head(
    text: str,
) -> tuple[str | None, str | None, str | None, str | None, str | None, str | None, bool]:
    """Township, community, village of that name, group, road, estate, vague: the columns of ``SCHEMA``."""
    text = strip_areas(text.replace(" ", ""))
    township = _TOWNSHIP.match(text)
    text = text[township.end() :] if township else text
    community, village, group = None, None, None
    match = _COMMUNITY.match(text)
    if match:
        community, text = match.group(1), text[match.end() :]
        village = community + "村" if "村" in match.group(2) else None
    else:
        match = _VILLAGE_THEN.match(text)
        if match and not _PURE_SUFFIX.match(text[match.end() :]):
            community, text = match.group(1), text[match.end() :]
            village = community + "村"
    match = _GROUP.match(text)
    if match:
        group, text = match.group(1), text[match.end() :]
    road, estate, vague = _place(text)
    return township.group(1) if township else None, community, village, group, road, estate, vague
