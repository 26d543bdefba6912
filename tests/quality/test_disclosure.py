"""Disclosure control: what may be shown, and that nothing else can be."""

from __future__ import annotations

import pickle
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality import disclosure as d

KEY = bytes(range(32))
AREA = d.CountColumn("area_code", "area", "area")
MONTH = d.CountColumn("month", "month", "month")
SEX = d.CountColumn("sex", "class", "sex", ("男", "女", "all"))
STOCK = d.CountTable("stock", "a stock", (AREA, MONTH, SEX, d.CountColumn("n", "count", "n")), stock=True)
FLOW = d.CountTable("flow", "a flow", STOCK.columns, stock=False)
RATIO = d.CountTable(
    "quality",
    "a ratio and a median",
    (
        AREA,
        MONTH,
        d.CountColumn("numerator", "count", "n"),
        d.CountColumn("denominator", "count", "n"),
        d.CountColumn("value", "ratio", "v"),
        d.CountColumn("median_days", "median", "m"),
    ),
    stock=True,
)


def stock(counts: list[int], month: str = "2026-10", sex: str = "all") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "area_code": [f"{i:012d}" for i in range(len(counts))],
            "month": [month] * len(counts),
            "sex": [sex] * len(counts),
            "n": counts,
        },
        schema_overrides={"n": pl.Int64},
    )


def shown(counts: list[int], key: bytes = KEY, table: d.CountTable = STOCK) -> list[int | None]:
    return d.protect_table(stock(counts), table, key)["n"].to_list()


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=60), st.binary(min_size=16, max_size=64))
@settings(max_examples=80, deadline=None)
def test_every_shown_count_is_suppressed_or_a_near_multiple_of_three(counts: list[int], key: bytes) -> None:
    for exact, value in zip(counts, shown(counts, key), strict=True):
        if exact < 10:
            assert value is None
        else:
            assert value is not None and value % 3 == 0 and value >= 9 and abs(value - exact) <= 2
            assert exact % 3 != 0 or value == exact


@given(st.lists(st.integers(0, 40), min_size=1, max_size=40))
@settings(max_examples=40, deadline=None)
def test_rounding_is_fixed_and_no_order_changes_it(counts: list[int]) -> None:
    frame = stock(counts)
    once = d.protect_table(frame, STOCK, KEY)
    again = d.protect_table(frame.reverse(), STOCK, KEY)
    assert once.equals(again)


def test_one_to_eight_never_appear_and_small_cells_look_alike() -> None:
    values = shown(list(range(10)))
    assert values == [None] * 10
    assert not set(range(1, 9)) & {v for v in shown(list(range(200))) if v is not None}


@pytest.mark.parametrize(("n", "low", "p_low"), [(13, 12, Fraction(2, 3)), (14, 12, Fraction(1, 3))])
def test_rounding_is_unbiased(n: int, low: int, p_low: Fraction) -> None:
    cells = 30_000
    values = pl.Series(shown([n] * cells))
    share = float((values == low).mean() or 0)
    assert abs(share - float(p_low)) < 0.012  # four standard errors are 0.011
    assert abs(float(values.mean() or 0) - n) < 0.04


def test_ten_may_show_as_nine() -> None:
    assert set(shown([10] * 60)) == {9, 12}


def test_another_home_rounds_otherwise() -> None:
    counts = [13] * 200
    assert shown(counts) != shown(counts, bytes(32))


def test_a_stock_that_stands_still_shows_one_value_in_every_month() -> None:
    months = [f"2026-{m:02d}" for m in range(1, 13)]
    still = {d.protect_table(stock([14], m), STOCK, KEY)["n"][0] for m in months}
    assert len(still) == 1
    flowing = {d.protect_table(stock([14], m), FLOW, KEY)["n"][0] for m in months}
    assert flowing == {12, 15}


def test_growth_never_shows_as_decline() -> None:
    for cell in range(30):
        counts = [[n if i == cell else 50 for i in range(30)] for n in range(10, 40)]
        line = [shown(row)[cell] for row in counts]
        assert line == sorted(line, key=lambda v: v or 0)


def test_the_same_set_rounds_alike_in_two_tables() -> None:
    plain = stock([13] * 100).with_columns(pl.lit("rows|tenancies").alias("n__set"))
    other = d.CountTable("elsewhere", "", STOCK.columns, stock=True)
    first = d.protect_table(plain, STOCK, KEY)
    second = d.protect_table(plain.with_columns(pl.lit("女").alias("sex")), other, KEY)
    assert first["n"].to_list() == second["n"].to_list()
    assert first.columns == [c.name for c in STOCK.columns]


def ratio_frame(numerator: int, denominator: int, support: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "area_code": ["x"],
            "month": ["2026-10"],
            "numerator": [numerator],
            "denominator": [denominator],
            "median_days": [17.0],
            "median_days__n": [support],
        }
    )


def test_a_ratio_comes_from_the_protected_counts() -> None:
    row = d.protect_table(ratio_frame(50, 101, 10), RATIO, KEY).row(0, named=True)
    assert row["value"] == round(row["numerator"] / row["denominator"], 4)
    assert d.protect_table(ratio_frame(9, 101, 10), RATIO, KEY)["value"][0] is None
    for total in range(10, 60):
        value = d.protect_table(ratio_frame(total, total, 10), RATIO, KEY)["value"][0]
        assert value <= 1.0


def test_a_median_needs_ten() -> None:
    assert d.protect_table(ratio_frame(50, 101, 9), RATIO, KEY)["median_days"][0] is None
    assert d.protect_table(ratio_frame(50, 101, 10), RATIO, KEY)["median_days"][0] == 17.0


def test_only_protect_makes_protected_counts() -> None:
    with pytest.raises(TypeError, match="protect"):
        d.ProtectedCounts({"stock": stock([7])})
    made = d.protect({"stock": stock([7, 40])}, {"stock": STOCK}, KEY)
    with pytest.raises(TypeError):
        pickle.dumps(made)
    made.frame("stock")[0, "n"] = 7
    assert made.frame("stock")["n"].to_list()[0] is None
    assert '"n": null' in made.to_json()


def test_what_cannot_be_protected_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        d.protect_table(stock([-1]), STOCK, KEY)
    with pytest.raises(ValueError, match="missing"):
        d.protect_table(stock([12]).with_columns(pl.lit(None, pl.Int64).alias("n")), STOCK, KEY)
    with pytest.raises(ValueError, match="key"):
        d.protect({"stock": stock([12])}, {"stock": STOCK}, b"short")
    with pytest.raises(KeyError):
        d.protect({"other": stock([12])}, {"stock": STOCK}, KEY)


def test_an_unprotected_column_is_noticed() -> None:
    assert d.unprotected(pl.Series([None, 9, 12, 300])) == 0
    assert d.unprotected(pl.Series([7, 10, 3, 9])) == 3
