"""How a dwelling's address is written: variants, numerals, missing parts, remarks.

Every text written here still names its dwelling: the township is in the text or in the community code,
the estate is named or the road with its number. Texts that name none are in ``UNLOCATABLE``.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from sources.county.draw import NONE, Bools, Draw, Ints, joined, patch_with, take, where
from sources.county.places import COUNTY, FLAT, PREFECTURE, PREFECTURE_ALIAS, PROVINCE, ROOM, VILLAGE, Places

_HEADS = (
    PROVINCE + PREFECTURE + COUNTY,
    PROVINCE + PREFECTURE_ALIAS + COUNTY,
    COUNTY,
    "",
    PREFECTURE + COUNTY,
    PROVINCE + COUNTY,
)
_HEAD_WEIGHTS = (45, 20, 20, 8, 4, 3)
_URBAN = ("社区", "社区居委会", "居委会")
_RURAL = ("村委会", "村民委员会", "村")
_BUILDING = ("栋", "幢", "号楼", "座", "#")
_ROOM_END = ("室", "号", "", "房", "号房")
_REMARKS = ("(租)", "（出租屋）", " 房东自住一楼", "（靠近菜市场）", " 临街", "，电话联系房东")
UNLOCATABLE = (
    "亲戚家",
    "镇上租房",
    COUNTY,
    PROVINCE + COUNTY,
    COUNTY + "城",
    "工地",
    "不详",
    "朋友处",
    "城里",
)
FULL_WIDTH = dict(zip("0123456789", "０１２３４５６７８９", strict=True))


@cache
def chinese_numerals() -> pl.Series:
    """Chinese numerals of 0 to 999 by value (一, 十二, 一百零五)."""
    digits = "零一二三四五六七八九"

    def numeral(n: int) -> str:
        if n < 10:
            return digits[n]
        if n < 100:
            tens = "十" if n < 20 else digits[n // 10] + "十"
            return tens + (digits[n % 10] if n % 10 else "")
        rest = n % 100
        tail = "" if not rest else "零" + digits[rest] if rest < 10 else digits[rest // 10] + "十"
        return digits[n // 100] + "百" + tail + (digits[rest % 10] if rest > 9 and rest % 10 else "")

    return pl.Series([numeral(n) for n in range(1000)])


def _numeral(values: Ints, chinese: Bools) -> pl.Series:
    plain = pl.Series(np.where(values == NONE, 0, values)).cast(pl.String)
    rows = where(chinese & (values != NONE) & (values < 1000))
    text = patch_with(plain, rows, pl.lit(take(chinese_numerals(), values[rows])))
    return text.to_frame("x").select(pl.when(pl.Series(values != NONE)).then("x").alias("x"))["x"]


class AddressWriter:
    """Writes addresses of ``places``; ``dirt`` scales what is unusual (1.0 = as seen in offices)."""

    def __init__(self, places: Places, dirt: float) -> None:
        self.places = places
        self.dirt = dirt

    def write(self, dwelling: Ints, code_missing: Bools, draw: Draw) -> pl.Series:
        """One address for each dwelling index; null where it is NONE."""
        n = len(dwelling)
        at = np.maximum(dwelling, 0)
        p = self.places
        kind, community = p.kind[at], p.community[at]
        plain = draw.chance(0.5, n) if self.dirt else np.ones(n, dtype=np.bool_)
        text = joined(
            take(_HEADS, np.where(plain, 0, draw.index(_HEAD_WEIGHTS, n))),
            self._area(community, kind, code_missing, draw),
            self._street(at, kind, draw),
            self._inner(at, kind, draw),
        )
        text = self._unusual(text, draw)
        return text.to_frame("x").select(pl.when(pl.Series(dwelling >= 0)).then("x").alias("x"))["x"]

    def _area(self, community: Ints, kind: Ints, code_missing: Bools, draw: Draw) -> pl.Series:
        areas = self.places.areas
        n = len(community)
        no_town = draw.chance(0.14 * min(self.dirt, 3), n) & ~code_missing
        no_community = draw.chance(0.33 * min(self.dirt, 2), n) & (kind != VILLAGE)
        town = take(areas.town_name, np.where(no_town, -1, areas.community_town[community]))
        variant = draw.index((90, 6 * self.dirt, 4 * self.dirt), n)
        suffix = take((*_URBAN, *_RURAL), np.where(areas.community_rural[community] == 1, 3, 0) + variant)
        name = joined(take(areas.community_name, community), suffix)
        return joined(town, _only(name, ~no_community))

    def _street(self, at: Ints, kind: Ints, draw: Draw) -> pl.Series:
        p = self.places
        n = len(at)
        chinese = draw.chance(0.02 * self.dirt, n)
        number = _numeral(p.number[at], chinese)
        end = take(
            ("号", "#", "号院"), np.where(chinese | (kind != 0), 0, draw.index((97, self.dirt, self.dirt), n))
        )
        road = joined(take(p.road_name, p.road[at]), number, end)
        by_estate = (kind == FLAT) & draw.chance(0.03 * self.dirt, n)
        group = _numeral(p.group[at], draw.chance(0.3, n))
        ordinal = take(("", "第"), (draw.chance(0.1, n)).astype(np.int64))
        team = take(("组", "社", "队", "村民小组"), draw.index((90, 3 * self.dirt, 3 * self.dirt, 4), n))
        village = joined(ordinal, group, team, number, "号")
        return joined(_only(road, (kind != VILLAGE) & ~by_estate), _only(village, kind == VILLAGE))

    def _inner(self, at: Ints, kind: Ints, draw: Draw) -> pl.Series:
        p = self.places
        n = len(at)
        room = p.room[at].astype(np.int64)
        rooms = joined(
            _numeral(room, np.zeros(n, dtype=np.bool_)), take(_ROOM_END, draw.index((50, 15, 15, 8, 12), n))
        )
        short = draw.chance(0.05 * self.dirt, n)
        building = _numeral(p.building[at], draw.chance(0.02 * self.dirt, n))
        kind_of_building = draw.index((60, 20, 12, 7, self.dirt), n)
        long = joined(
            building,
            take(_BUILDING, kind_of_building),
            _numeral(p.unit[at], draw.chance(0.12, n)),
            "单元",
            rooms,
        )
        never = np.zeros(n, dtype=np.bool_)
        unit, plain_room = _numeral(p.unit[at], never), _numeral(room, never)
        dashed = joined(_numeral(p.building[at], never), "-", unit, "-", plain_room)
        gap = take(("", " "), draw.chance(0.04 * self.dirt, n).astype(np.int64))
        flat = joined(gap, take(p.estate_name, p.estate[at]), _only(long, ~short), _only(dashed, short))
        return joined(_only(rooms, kind == ROOM), _only(flat, kind == FLAT))

    def _unusual(self, text: pl.Series, draw: Draw) -> pl.Series:
        n = len(text)
        style = draw.classes(n, [0.04 * self.dirt, 0.02 * self.dirt, 0.01 * self.dirt, 0.002 * self.dirt])
        x = pl.col("x")
        text = patch_with(text, where(style == 1), x.str.replace_many(FULL_WIDTH))
        remarks = where(style == 2)
        remark = take(_REMARKS, draw.ints(0, len(_REMARKS), len(remarks)))
        text = patch_with(text, remarks, pl.concat_str(x, pl.lit(remark)))
        text = patch_with(text, where(style == 3), pl.concat_str(pl.lit(" "), x, pl.lit("\u3000")))
        return patch_with(text, where(style == 4), x.str.replace("号", "号\n"))

    def unlocatable(self, n: int, community: Ints, draw: Draw) -> pl.Series:
        """``n`` texts that name no road, estate or village, or no number of any kind."""
        areas = self.places.areas
        fixed = take(UNLOCATABLE, draw.ints(0, len(UNLOCATABLE), n))
        town = take(areas.town_name, areas.community_town[community])
        road = joined(COUNTY, town, take(self.places.road_name, draw.ints(0, len(self.places.road_name), n)))
        which = draw.index((7, 2, 1), n)
        return joined(
            _only(fixed, which == 0), _only(road, which == 1), _only(joined(COUNTY, town), which == 2)
        )


def _only(text: pl.Series, keep: Bools) -> pl.Series:
    return text.to_frame("x").select(pl.when(pl.Series(keep)).then("x").alias("x"))["x"]
