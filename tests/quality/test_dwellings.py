"""Dwellings: which addresses are one home, which are not, and whose word counts between a tenancy and its house."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.dwellings import Dwellings, resolve
from quality.values.addresses import parse

CODE, OTHER = "992626100002", "992626100003"


def homes(*rows: tuple[str, str | None], feeds: tuple[tuple[str, str | None], ...] = ()) -> Dwellings:
    """Resolve (address, community code) rows; ``feeds`` gives (record_id or house_id) by row for housing."""
    text = pl.Series("address", [r[0] for r in rows], dtype=pl.String)
    n = range(1, len(rows) + 1)
    frame = parse(text).with_columns(
        pl.Series("rid", n, dtype=pl.Int64),
        pl.Series("rank", n, dtype=pl.Int64),
        pl.Series("community_code", [r[1] for r in rows], dtype=pl.String),
        pl.Series("feed", [f[0] for f in feeds] or ["floating_population"] * len(rows)),
        pl.Series("record_id", [str(i) for i in n] if not feeds else [f"R{i}" for i in n]),
        pl.Series("house_id", [f[1] for f in feeds] or [None] * len(rows), dtype=pl.String),
    )
    return resolve(frame)


def dwelling(found: Dwellings) -> dict[int, int]:
    """rid → dwelling."""
    return dict(found.members.select("rid", "dwelling").iter_rows())


FULL = "云岭省文河州青屏县锦屏镇碧松社区解放路50号锦绣花园13号楼3单元202室"
ONE_HOME = {
    "numerals, width, kind of building": (FULL, "青屏县锦屏镇解放路５０号锦绣花园十三幢3单元202"),
    "house number 13-3-202": (FULL, "锦屏镇碧松社区解放路50号锦绣花园13-3-202"),
    "estate without its road": (FULL, "锦屏镇碧松社区锦绣花园13栋3单元202号"),
    "community by its committee's name": (FULL, "锦屏镇碧松社区居委会解放路50号锦绣花园13栋3单元202"),
    "remark after the room": (FULL, FULL + "（出租屋）"),
    "# for the number": ("锦屏镇碧松社区滨河北路26号", "锦屏镇碧松社区滨河北路26#"),
    "village group": ("锦屏镇碧松村委会11组1号", "锦屏镇碧松村第十一组1号"),
}
TWO_HOMES = {
    "house and a room of it": ("锦屏镇碧松社区解放路50号", "锦屏镇碧松社区解放路50号401室"),
    "neighbouring rooms": ("锦屏镇解放路50号401室", "锦屏镇解放路50号402室"),
    "buildings": (FULL, FULL.replace("13号楼", "12号楼")),
    "numbers": ("锦屏镇解放路50号", "锦屏镇解放路51号"),
    "sub-number": ("锦屏镇解放路50号", "锦屏镇解放路50-1号"),
    "village groups": ("锦屏镇碧松村委会3组1号", "锦屏镇碧松村委会4组1号"),
}


@pytest.mark.parametrize("case", ONE_HOME)
def test_one_home(case: str) -> None:
    one, other = ONE_HOME[case]
    found = dwelling(homes((one, CODE), (other, CODE)))
    assert found == {1: 1, 2: 1}


@pytest.mark.parametrize("case", TWO_HOMES)
def test_two_homes(case: str) -> None:
    one, other = TWO_HOMES[case]
    assert len(set(dwelling(homes((one, CODE), (other, CODE))).values())) == 2


def test_the_same_road_and_number_elsewhere_is_another_home() -> None:
    found = dwelling(homes(("解放路50号", CODE), ("解放路50号", OTHER)))
    assert found[1] != found[2]


def test_a_missing_area_is_filled_only_if_one_place_is_left() -> None:
    one = dwelling(homes(("锦屏镇碧松社区解放路50号", CODE), ("解放路50号", None)))
    assert one == {1: 1, 2: 1}
    two = dwelling(
        homes(("锦屏镇碧松社区解放路50号", CODE), ("锦屏镇城东社区解放路50号", OTHER), ("解放路50号", None))
    )
    assert len(set(two.values())) == 3


def test_the_text_decides_where_the_code_is_another_communitys() -> None:
    rows = [
        ("锦屏镇碧松社区解放路50号", CODE),
        ("锦屏镇碧松社区解放路51号", CODE),
        ("锦屏镇城东社区东大街1号", OTHER),
    ]
    found = dwelling(homes(*rows, ("锦屏镇碧松社区解放路50号", OTHER)))
    assert found[4] == found[1]


def test_an_address_that_names_no_place_has_no_dwelling() -> None:
    assert dwelling(homes(("工地", CODE), ("锦屏镇", CODE), ("解放路50号", CODE))) == {3: 3}


def test_parts_and_levels() -> None:
    found = homes(("锦屏镇解放路50号", CODE), ("锦屏镇解放路50号401室", CODE), (FULL, CODE))
    assert found.parts.rows() == [(2, 1), (3, 1)]
    assert dict(found.levels.iter_rows()) == {1: "house", 2: "room", 3: "room"}


HOUSE = ("rental_housing", None)


def tenancy(
    address: str, house: str = "锦屏镇碧松社区解放路50号", code: str | None = CODE
) -> tuple[dict[int, int], list[bool]]:
    """Dwelling of a rental row (1) and a tenancy (2) that names it, and the conflicts."""
    found = homes((house, CODE), (address, code), feeds=(HOUSE, ("tenancies", "R1")))
    return dwelling(found), found.members.sort("rid")["conflict"].to_list()


def test_a_tenancy_has_the_dwelling_of_its_house() -> None:
    assert tenancy("不详") == ({1: 1, 2: 1}, [False, False])
    assert tenancy("解放路50号", code=None) == ({1: 1, 2: 1}, [False, False])
    assert tenancy("锦屏镇解放路50号", house="锦屏镇解放路50号401室") == ({1: 1, 2: 1}, [False, False])


def test_unless_its_own_address_names_a_finer_unit_of_it() -> None:
    assert tenancy("锦屏镇碧松社区解放路50号401室") == ({1: 1, 2: 2}, [False, False])


def test_an_address_that_contradicts_the_house_is_a_conflict() -> None:
    assert tenancy("锦屏镇碧松社区东大街7号") == ({1: 1, 2: 1}, [False, True])
    assert tenancy("锦屏镇解放路50号402室", house="锦屏镇解放路50号401室") == ({1: 1, 2: 1}, [False, True])


def test_a_house_nobody_holds_leaves_the_tenancys_own_address() -> None:
    found = homes(("锦屏镇解放路50号", CODE), ("锦屏镇解放路60号", CODE), feeds=(HOUSE, ("tenancies", "R9")))
    assert dwelling(found) == {1: 1, 2: 2}


@settings(max_examples=25, deadline=None)
@given(st.permutations(list(range(7))))
def test_order_changes_no_dwelling(order: list[int]) -> None:
    texts = [
        FULL,
        ONE_HOME["estate without its road"][1],
        "解放路50号",
        "解放路50号401室",
        "锦屏镇解放路50号",
        "东大街7号",
        "工地",
    ]
    frame = parse(pl.Series("address", texts)).with_columns(
        pl.int_range(1, 8, dtype=pl.Int64).alias("rid"),
        pl.int_range(1, 8, dtype=pl.Int64).alias("rank"),
        pl.Series("community_code", [CODE, CODE, None, CODE, CODE, None, CODE]),
        feed=pl.lit("floating_population"),
        record_id=pl.lit("x"),
    )
    plain, mixed = resolve(frame), resolve(frame[order])
    assert plain.members.sort("rid").equals(mixed.members.sort("rid"))
    assert plain.parts.equals(mixed.parts)
