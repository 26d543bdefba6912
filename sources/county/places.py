"""An invented county: its areas, roads, estates, and every dwelling in it.

A dwelling is the finest unit an address names: a house, a room of a house, a flat of an estate, a house
of a village group. A house that has rooms is a dwelling too, the ``parent`` of its rooms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sources.county.draw import NONE, Draw, Ints, padded, rank_within, where
from sources.county.numbers import HOME_DIVISION

PROVINCE, PREFECTURE, PREFECTURE_ALIAS, COUNTY = "霞原省", "青渡州", "青渡自治州", "柳渡县"
HOUSE, ROOM, FLAT, VILLAGE = range(4)
_KIND_SHARES = (0.30, 0.20, 0.38, 0.12)
_ROOMS_PER_HOUSE = 6
_ROADS_PER_COMMUNITY = 3
_FIRST = tuple("云青石白龙凤金银清柳松竹梅桃红太新永长大")
_SECOND = tuple("溪屏岩沙塘坝岭桥泉坪渡湾河田寨关浦台洞林")
_COMMUNITY_FIRST = (
    "和平",
    "团结",
    "永安",
    "幸福",
    "新华",
    "前进",
    "光明",
    "文笔",
    "荷塘",
    "碧松",
    "太平",
    "兴隆",
)
_ROADS = (
    "人民",
    "解放",
    "建设",
    "振兴",
    "科技",
    "文笔",
    "新华",
    "迎宾",
    "环城",
    "育才",
    "滨河",
    "学府",
    "工业",
    "朝阳",
)
_ROAD_KINDS = ("路", "街", "巷", "大道", "北路", "东路", "正街", "二路")
_ESTATE_FIRST = (
    "锦绣", "阳光", "金色", "碧水", "东方", "书香", "湖畔", "彩云", "翠竹", "和谐", "紫荆", "丹桂", "蓝天", "绿洲", "水岸",
    "春晖", "明月", "星海", "江南", "银杏", "农机", "客运", "粮油", "纺织",
)  # fmt: skip
_ESTATE_SECOND = (
    "花园",
    "小区",
    "家园",
    "湾",
    "名居",
    "雅苑",
    "公寓",
    "府",
    "明珠",
    "家属院",
    "宿舍",
    "华庭",
)


@dataclass(frozen=True)
class Areas:
    """Names and codes of the county's areas. ``community_town`` and the like are indices."""

    town_name: pl.Series
    town_code: pl.Series
    community_name: pl.Series
    community_rural: Ints
    community_town: Ints
    community_code: pl.Series

    def feed(self) -> pl.DataFrame:
        """The ``areas`` feed: area_code, area_name, level, parent_code, all text."""
        county = str(HOME_DIVISION) + "000000"
        towns, communities = len(self.town_name), len(self.community_name)
        parents = self.town_code.gather(pl.Series(self.community_town).cast(pl.UInt32))
        suffix = pl.Series(np.where(self.community_rural == 1, "村委会", "社区"))
        names = self.community_name.to_frame("n").select(pl.concat_str("n", pl.lit(suffix)))["n"]
        return pl.DataFrame(
            {
                "area_code": [county, *self.town_code, *self.community_code],
                "area_name": [COUNTY, *self.town_name, *names],
                "level": ["县"] + ["乡镇"] * towns + ["社区"] * communities,
                "parent_code": [None, *[county] * towns, *parents],
            }
        )


@dataclass(frozen=True)
class Places:
    """Areas, and one entry for each dwelling in every array; NONE where a part does not exist."""

    areas: Areas
    road_name: pl.Series
    estate_name: pl.Series
    kind: Ints
    community: Ints
    road: Ints
    number: Ints
    estate: Ints
    building: Ints
    unit: Ints
    room: Ints
    group: Ints
    parent: Ints

    @property
    def living(self) -> Ints:
        """Dwellings that people live in: all but the houses that are let by the room."""
        return where(~np.isin(np.arange(len(self.kind)), self.parent))


def _combinations(draw: Draw, first: tuple[str, ...], second: tuple[str, ...], n: int) -> list[str]:
    chosen = draw.rng.choice(len(first) * len(second), n, replace=False)
    return [first[i // len(second)] + second[i % len(second)] for i in chosen]


def make_areas(persons: int, draw: Draw) -> Areas:
    """Townships and communities, more of them in a larger county; names unique within their parent."""
    towns = min(60, 10 + persons // 15_000)
    each = min(32, 9 + persons // 30_000)
    kinds = ["街道" if i < towns // 5 else "镇" if i < towns * 3 // 5 else "乡" for i in range(towns)]
    first = {"街道": 0, "镇": 100, "乡": 200}
    serial = np.asarray([first[k] + kinds[:i].count(k) + 1 for i, k in enumerate(kinds)], dtype=np.int64)
    names = [
        name + kind for name, kind in zip(_combinations(draw, _FIRST, _SECOND, towns), kinds, strict=True)
    ]
    town = np.repeat(np.arange(towns, dtype=np.int64), each)
    chance = np.repeat([{"街道": 0.0, "镇": 0.35, "乡": 0.85}[k] for k in kinds], each)
    rural = (draw.rng.random(towns * each) < chance).astype(np.int64)
    rural[-1] = 1
    seconds = (*_SECOND, "")
    own = [
        n for _ in range(towns) for n in _combinations(draw, (*_COMMUNITY_FIRST, *_FIRST), seconds[:-1], each)
    ]
    within = rank_within(town, rural) + np.where(rural == 1, 200, 1)
    base = HOME_DIVISION * 1_000_000
    return Areas(
        town_name=pl.Series(names),
        town_code=padded("", base + serial * 1000, 12),
        community_name=pl.Series(own),
        community_rural=rural,
        community_town=town,
        community_code=padded("", base + serial[town] * 1000 + within, 12),
    )


def _sites(areas: Areas, n: int, draw: Draw) -> tuple[Ints, Ints, Ints]:
    """Community, road and number of ``n`` house numbers; a number occurs once on a township's road."""
    communities = len(areas.community_name)
    weight = np.where(areas.community_rural == 1, 0.5, 1.0) * (0.5 + draw.rng.random(communities))
    community = draw.index(tuple(weight), n)
    each = communities // len(areas.town_name)
    own = (community % each) * _ROADS_PER_COMMUNITY + draw.ints(0, _ROADS_PER_COMMUNITY, n)
    road = areas.community_town[community] * each * _ROADS_PER_COMMUNITY + own
    number = 1 + (road * 7) % 40 + rank_within(road) * (1 + road % 5)
    return community, road, number


def _road_names(areas: Areas, draw: Draw) -> pl.Series:
    each = len(areas.community_name) // len(areas.town_name) * _ROADS_PER_COMMUNITY
    stems = (*_ROADS, *(a + b for a in _FIRST[:6] for b in _SECOND[:6]))
    return pl.Series([r for _ in areas.town_name for r in _combinations(draw, stems, _ROAD_KINDS, each)])


def _estate_names(town: Ints, draw: Draw) -> pl.Series:
    """A name for each estate, unique within its township."""
    combined = [a + b for a in _ESTATE_FIRST for b in _ESTATE_SECOND]
    shuffled = [combined[i] for i in draw.rng.permutation(len(combined))]
    index = (rank_within(town) + town * 11) % len(combined)
    return pl.Series(shuffled).gather(pl.Series(index).cast(pl.UInt32))


def make_places(persons: int, draw: Draw) -> Places:
    """The county's dwellings, about half as many as ``persons``, in a shuffled order."""
    areas = make_areas(persons, draw)
    total = max(60, round(0.512 * persons))
    houses, rooms, flats, villages = (round(total * share) for share in _KIND_SHARES)
    roomed, estates = max(2, rooms // _ROOMS_PER_HOUSE), max(3, min(flats // 60, 8_000))
    community, road, number = _sites(areas, houses + roomed + estates, draw)
    own_house = np.arange(rooms) % roomed + houses
    own_estate = draw.ints(0, estates, flats)
    site = np.concatenate([np.arange(houses), own_house, own_estate + houses + roomed])
    rural = where(areas.community_rural == 1)
    village_community = rural[draw.ints(0, len(rural), villages)]
    group = draw.ints(1, 13, villages)
    parent_at = total_before = houses + rooms + flats + villages
    none_site, none_village, none_parent = (np.full(k, NONE) for k in (houses, villages, roomed))
    room_rank = rank_within(own_house)
    flat_slot = (rank_within(own_estate) * 907 + own_estate * 131) % 1440
    parents = np.arange(houses, houses + roomed)
    places = Places(
        areas=areas,
        road_name=_road_names(areas, draw),
        estate_name=_estate_names(areas.community_town[community[houses + roomed :]], draw),
        kind=np.repeat([HOUSE, ROOM, FLAT, VILLAGE, HOUSE], [houses, rooms, flats, villages, roomed]),
        community=np.concatenate([community[site], village_community, community[parents]]),
        road=np.concatenate([road[site], none_village, road[parents]]),
        number=np.concatenate(
            [number[site], 1 + rank_within(village_community, group), number[parents]]
        ),
        estate=np.concatenate([none_site, np.full(rooms, NONE), own_estate, none_village, none_parent]),
        building=_part(flat_slot // 120 + 1, houses + rooms, villages + roomed),
        unit=_part(flat_slot // 40 % 3 + 1, houses + rooms, villages + roomed),
        room=np.concatenate(
            [none_site, (room_rank // 4 + 1) * 100 + room_rank % 4 + 1,
             (flat_slot // 4 % 10 + 1) * 100 + flat_slot % 4 + 1, none_village, none_parent]
        ),
        group=_part(group, houses + rooms + flats, roomed),
        parent=_part(own_house - houses + parent_at, houses, flats + villages + roomed),
    )  # fmt: skip
    assert total_before + roomed == len(places.kind)
    return places


def _part(values: Ints, before: int, after: int) -> Ints:
    return np.concatenate([np.full(before, NONE), values, np.full(after, NONE)])
