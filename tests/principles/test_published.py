"""What is published holds the principles, over generated counties; and each property can go red."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from sources.offices import KEEPING
from tests.principles import properties as p
from tests.principles.homes import Generated, Tables, working

pytestmark = pytest.mark.slow
OLD_ENOUGH = date(2003, 1, 1)


def born(county: Generated) -> list[date]:
    """Birth dates that are too old to be any other date of a ledger."""
    return county.people.filter(pl.col("dob") < OLD_ENOUGH)["dob"].unique().to_list()


def test_no_personal_value(county: Generated) -> None:
    for tables in county.published.values():
        assert p.personal_texts(tables, county.people) == []
        assert p.birth_dates(tables, born(county)) == []


def test_records_are_this_offices_own(county: Generated) -> None:
    for office in KEEPING:
        assert p.foreign_records(county.published[office], *p.delivered_by(county, office)) == []


def test_no_person_key(county: Generated) -> None:
    for office, tables in county.published.items():
        assert p.person_named(tables) == []
        assert p.tying_columns(tables, office) == []


def test_dwelling_keys_only_at_the_housing_office(county: Generated) -> None:
    for office in ("residence", "aftercare"):
        for table, frame in county.published[office].items():
            assert (
                "dwelling_key" not in frame.columns or frame["dwelling_key"].null_count() == frame.height
            ), table
    record = county.published["housing"]["record"]
    assert set(record.drop_nulls("dwelling_key")["feed"]) == {"rental_housing", "tenancies"}


def test_counts_are_protected(county: Generated) -> None:
    for tables in county.published.values():
        assert p.unprotected_counts(tables) == []
    statistics = county.published["statistics"]
    assert statistics["population"]["n"].drop_nulls().len() > 0
    assert p.aftercare_in(statistics) == []
    assert p.below_county(statistics) == []


def test_sealed_notices_are_nowhere(county: Generated) -> None:
    sealed = county.truth("sealed")["record_id"].to_list()
    assert sealed
    for tables in county.published.values():
        assert p.sealed_traces(tables, sealed) == []
    assert p.sealed_traces(working(county.homes / "aftercare"), sealed) == []


Plant = Callable[[Generated], Tables]


def _exception(county: Generated, **changed: pl.Expr) -> Tables:
    tables = dict(county.published["residence"])
    tables["exception"] = tables["exception"].with_columns(**changed)
    return tables


def _name(county: Generated) -> str:
    return str(county.people["name"][0])


def test_a_name_in_details_is_seen(first: Generated) -> None:
    planted = _exception(first, details=pl.lit(f'{{"seen": "{_name(first)}"}}'))
    assert p.personal_texts(planted, first.people) == ["exception.details"]


def test_a_phone_inside_a_text_is_seen(first: Generated) -> None:
    planted = _exception(first, close_reason=pl.lit(f"rang_{first.people['phone'].drop_nulls()[0]}_twice"))
    assert p.personal_texts(planted, first.people) == ["exception.close_reason"]


def test_a_birth_date_under_another_columns_name_is_seen(first: Generated) -> None:
    planted = _exception(first, due_on=pl.lit(born(first)[0]))
    assert p.birth_dates(planted, born(first)) == ["exception.due_on"]


def test_a_person_key_is_seen(first: Generated) -> None:
    residence = first.homes / "residence"
    held = working(residence)
    person = (
        held["record"]
        .join(held["person_member"], on="rid")
        .select("feed", "record_id", tie=pl.col("person") + 7000)
    )
    tables = dict(first.published["residence"])
    tables["record"] = tables["record"].join(person, on=["feed", "record_id"], how="left")
    assert p.tying_columns(tables, "residence") == ["record.tie"]
    assert p.person_named({"record": person.rename({"tie": "person"})}) == ["record.person"]


def test_another_offices_record_is_seen(first: Generated) -> None:
    foreign = first.published["housing"]["record"]["record_id"][0]
    tables = dict(first.published["residence"])
    tables["record"] = tables["record"].with_columns(record_id=pl.lit(foreign))
    assert p.foreign_records(tables, *p.delivered_by(first, "residence")) == ["record.record_id"]


@pytest.mark.parametrize("count", [1, 7, 8, 10])
def test_a_count_of_seven_is_seen(first: Generated, count: int) -> None:
    tables = dict(first.published["statistics"])
    tables["population"] = tables["population"].with_columns(n=pl.lit(count))
    assert p.unprotected_counts(tables) == ["population.n"]


def test_aftercare_in_statistics_is_seen(first: Generated) -> None:
    tables = dict(first.published["statistics"])
    tables["exception_count"] = tables["exception_count"].with_columns(rule_code=pl.lit("RP-01"))
    assert p.aftercare_in(tables) == ["exception_count.rule_code"]


def test_a_tenancy_count_of_a_township_is_seen(first: Generated) -> None:
    tables = dict(first.published["statistics"])
    town = tables["area"].filter(pl.col("level") == "乡镇")["area_code"][0]
    tables["tenancy_stock"] = tables["tenancy_stock"].with_columns(area_code=pl.lit(town))
    assert p.below_county(tables) == ["tenancy_stock"]


def test_a_sealed_number_is_seen(first: Generated) -> None:
    sealed = first.truth("sealed")["record_id"].to_list()
    tables = {"run": pl.DataFrame({"notes": [f"purged {sealed[0]}"]})}
    assert p.sealed_traces(tables, sealed) == ["run.notes"]
