"""The schema that follows from the contracts: for each Pandera check one frame that trips it, one that must not."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from quality import schema
from quality.codes import ISSUES
from quality.screening import screen
from quality.values import addresses
from sources.contract import contracts
from tests.quality.screening_frames import DAY, GOOD, contract, frame, good

DUCKDB_TO_POLARS = {
    "VARCHAR": pl.String,
    "DATE": pl.Date,
    "BOOLEAN": pl.Boolean,
    "INTEGER": pl.Int32,
    "DOUBLE": pl.Float64,
}


def typed(feed: str) -> pl.DataFrame:
    return screen(frame(contract(feed), good(feed), good(feed)), contract(feed), file_day=DAY).typed


def failures(feed: str, **changes: pl.Expr) -> list[tuple[int, str, str]]:
    rows = typed(feed).with_columns(
        pl.when(pl.col("row_number") == 2).then(value).otherwise(pl.col(name)).alias(name)
        for name, value in changes.items()
    )
    return schema.contract_failures(rows, contract(feed), DAY).rows()


@pytest.mark.parametrize("feed", sorted(GOOD))
def test_good_rows_break_no_check(feed: str) -> None:
    assert failures(feed) == []


@pytest.mark.parametrize(
    ("feed", "column", "value", "check"),
    [
        ("floating_population", "registered_on", pl.lit(date(1890, 5, 1)), "date_out_of_range"),
        ("floating_population", "permit_until", pl.lit(date(2099, 1, 1)), "date_out_of_range"),
        ("floating_population", "birth_date", pl.lit(date(2026, 11, 1)), "birth_out_of_range"),
        ("floating_population", "birth_date", pl.lit(date(1849, 12, 31)), "birth_out_of_range"),
        ("floating_population", "status", pl.lit("走了"), "value_outside_contract"),
        ("floating_population", "sex", pl.lit("F"), "value_outside_contract"),
        ("floating_population", "doc_type", pl.lit("身份证"), "value_outside_contract"),
        ("floating_population", "community_code", pl.lit("99262610200"), "area_unreadable"),
        ("floating_population", "id_kind", pl.lit("card"), "value_outside_contract"),
        ("floating_population", "id_state", pl.lit("fine"), "value_outside_contract"),
        ("floating_population", "registered_on", pl.lit(None, pl.Date), "not_nullable"),
        ("floating_population", "record_id", pl.lit(None, pl.String), "not_nullable"),
        ("floating_population", "locatable", pl.lit(None, pl.Boolean), "not_nullable"),
        ("rental_housing", "floor_area", pl.lit(0.0), "number_out_of_range"),
        ("rental_housing", "floor_area", pl.lit(200_000.0), "number_out_of_range"),
        ("assistance_enrolment", "contact_interval", pl.lit(0, pl.Int32), "number_out_of_range"),
        ("requests", "consent_no", pl.lit(None, pl.String), "not_nullable"),
        ("areas", "area_code", pl.lit("9926"), "area_unreadable"),
        ("areas", "parent_code", pl.lit("永安"), "area_unreadable"),
    ],
)
def test_each_check_trips_on_its_row_only(feed: str, column: str, value: pl.Expr, check: str) -> None:
    assert (2, column, check) in failures(feed, **{column: value})
    assert all(
        row == 2 and field in (column, "id_state") for row, field, _ in failures(feed, **{column: value})
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id_birth", pl.lit(None, pl.Date)),
        ("id_sex", pl.lit(None, pl.String)),
        ("id_number", pl.lit("110105491231002")),
        ("id_number", pl.lit(None, pl.String)),
        ("id_state", pl.lit("empty")),
        ("id_state", pl.lit("invalid")),
    ],
)
def test_number_state_and_what_it_says_agree(column: str, value: pl.Expr) -> None:
    assert (2, "id_state", "value_outside_contract") in failures("floating_population", **{column: value})


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("permit_until", pl.lit(date(2070, 1, 1))),
        ("birth_date", pl.lit(DAY)),
        ("closed_on", pl.lit(None, pl.Date)),
    ],
)
def test_edges_that_must_not_trip(column: str, value: pl.Expr) -> None:
    assert failures("floating_population", **{column: value}) == []


def test_frames_that_are_not_of_the_contract_raise_without_a_value() -> None:
    rows = typed("floating_population")
    again = pl.concat([rows, rows])
    for broken in (
        rows.drop("status"),
        rows.with_columns(pl.lit("x").alias("more")),
        rows.cast({"registered_on": pl.String}),
        again,
    ):
        with pytest.raises(ValueError, match="not of the contract") as error:
            schema.contract_failures(broken, contract("floating_population"), DAY)
        assert "王小明" not in str(error.value)


def test_every_check_is_named_by_an_issue_code() -> None:
    for feed in contracts().values():
        for column in schema.pandera_schema(feed, DAY).columns.values():
            for check in column.checks:
                assert check.error in ISSUES


@pytest.mark.parametrize("feed", sorted(contracts()))
def test_typed_columns_have_types_and_comments(feed: str) -> None:
    columns = schema.typed_columns(contract(feed))
    types = schema.polars_types(contract(feed))
    assert types == {"row_number": pl.UInt32} | {
        name: DUCKDB_TO_POLARS[kind] for name, kind in columns.items()
    }
    comments = schema.column_comments(contract(feed))
    assert list(comments) == list(columns)
    assert all(any("\u4e00" <= c <= "\u9fff" for c in text) for text in comments.values())
    assert set(schema.raw_columns(contract(feed))) == {c.name for c in contract(feed).columns}
    assert contract(feed).title_zh in schema.table_comment(contract(feed), typed=True)


def test_personal_columns_hold_all_that_comes_from_a_person() -> None:
    personal = schema.personal_columns(contract("floating_population"))
    assert {
        "name",
        "name_key",
        "id_number",
        "id_birth",
        "birth_date",
        "birth_precision",
        "phone",
        "address",
    } <= set(personal)
    assert set(schema.ADDRESS_COLUMNS) <= set(personal)
    assert not {"record_id", "status", "registered_on", "community_code"} & set(personal)


def test_address_columns_are_those_that_the_parser_gives() -> None:
    assert addresses.parse(pl.Series(["解放路1号"])).columns == [
        "address",
        *schema.ADDRESS_COLUMNS,
        "locatable",
    ]
