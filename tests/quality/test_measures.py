"""Measures: what is counted, how it rolls up, and that only protected counts come out."""

from __future__ import annotations

import json
from datetime import date, timedelta

import duckdb
import polars as pl
import pytest

from quality import measures as m
from quality.disclosure import ProtectedCounts
from quality.measures.areas import load_areas, place
from quality.measures.merge import county_rule_broken
from quality.measures.months import last_months, month_end
from tests.quality.workdb import A1, A2, B1, COUNTY, TOWN_A, TOWN_B, put, put_areas, workdb

T = date(2026, 10, 31)
DAY = timedelta(days=1)
KEY = b"r" * 32
HOUSING_RULES = ["RQ-01", "RH-01", "RH-04", "DQ-01"]
RESIDENCE_RULES = ["RQ-02", "FP-09", "DQ-01"]


def person_row(rid: int, community: str | None, **more: object) -> dict[str, object]:
    row: dict[str, object] = {"rid": rid, "record_id": f"LR{rid}", "community_code": community, "status": "在住",
        "registered_on": date(2026, 9, 1), "closed_on": None, "withdrawn_on": None, "sex": "女", "id_sex": None,
        "id_birth": date(1990, 10, 31), "birth_date": None, "name": "n", "id_state": "valid", "phone": "p",
        "locatable": True, "updated_at": T, "file_day": T, "permit_until": None, "content": 1}  # fmt: skip
    return row | more


@pytest.fixture(scope="module")
def residence() -> duckdb.DuckDBPyConnection:
    con = workdb("residence")
    put_areas(con)
    rows = [person_row(i, A1) for i in range(20)]
    rows += [person_row(100 + i, A2, sex=None, id_sex="男", id_birth=date(1990, 11, 1)) for i in range(12)]
    rows += [person_row(200 + i, B1, phone=None, permit_until=T - DAY) for i in range(11)]
    rows += [person_row(300 + i, None, updated_at=date(2020, 1, 1), permit_until=T) for i in range(13)]
    rows += [person_row(400, A1, closed_on=T), person_row(401, A1, status="已注销"), person_row(402, A1, registered_on=T + DAY),
             person_row(403, A1, withdrawn_on=T)]  # fmt: skip
    put(con, "cur_floating_population", rows)
    put(con, "issue", [{"rid": 0, "content": 1, "field": "phone", "issue_code": "x"},
                       {"rid": 1, "content": 99, "field": "phone", "issue_code": "old version"}])  # fmt: skip
    cases = [{"exception_id": f"E{i}", "rule_code": rule, "rid": rid, "area_code": area, "status": status, "opened_on": opened,
              "closed_on": closed} for i, (rule, rid, area, status, opened, closed) in enumerate([
        ("DQ-01", 2, A1, "open", T - DAY, None),
        ("DQ-01", 3, A1, "dismissed", T - 40 * DAY, T - 4 * DAY),
        ("FP-09", 4, A1, "cured", T - 70 * DAY, T - 60 * DAY),
        ("RQ-02", 5, A1, "open", T - 70 * DAY, None),
        ("FP-09", 6, None, "held", T, None),
    ])]  # fmt: skip
    put(con, "exception_case", cases)
    return con


def exact(con: duckdb.DuckDBPyConnection, office: str, rules: list[str]) -> dict[str, pl.DataFrame]:
    return m.build_counts(con, office, T, rules)


def one(frame: pl.DataFrame, column: str = "n", **where: str) -> object:
    found = frame.filter(pl.all_horizontal(pl.col(k) == v for k, v in where.items()))
    assert found.height == 1
    return found[column][0]


def test_population_rolls_up_with_totals(residence: duckdb.DuckDBPyConnection) -> None:
    population = exact(residence, "residence", RESIDENCE_RULES)["population"]
    active = population.filter(pl.col("feed") == "floating_population", pl.col("status") == "在住")
    total = {"sex": "all", "age_band": "all"}
    assert one(active, area_code=TOWN_A, **total) == 32
    assert one(active, area_code=TOWN_B, **total) == 11
    assert one(active, area_code=COUNTY, **total) == 56  # 13 of no known community count in the county alone
    assert one(active, area_code=TOWN_A, sex="男", age_band="35-44") == 12
    assert one(active, area_code=TOWN_A, sex="女", age_band="35-44") == 20
    assert one(active, area_code=TOWN_B, sex="男", age_band="all") == 0
    closed = population.filter(pl.col("status") == "已注销")
    assert one(closed, area_code=COUNTY, **total) == 2


def test_age_changes_on_the_birthday(residence: duckdb.DuckDBPyConnection) -> None:
    with workdb("residence") as con:
        put_areas(con)
        births = [date(2010, 10, 31), date(2010, 11, 1), date(1961, 10, 31), None, T + DAY]
        put(con, "cur_floating_population", [person_row(i, A1, id_birth=b) for i, b in enumerate(births)])
        counts = exact(con, "residence", [])["population"]
    bands = counts.filter(pl.col("n") > 0, area_code=COUNTY, sex="all", feed="floating_population")
    assert dict(bands.select("age_band", "n").iter_rows()) == {
        "16-24": 1,
        "0-15": 1,
        "65+": 1,
        "unknown": 2,
        "all": 5,
    }


def test_every_cell_of_the_grid_is_there(residence: duckdb.DuckDBPyConnection) -> None:
    counts = exact(residence, "residence", RESIDENCE_RULES)
    assert counts["population"].height == 3 * 5 * 4 * 9
    assert counts["flow"].height == 3 * 2 * 12
    assert counts["exception_count"].height == 3 * (3 + 3 + 1)
    for name, frame in counts.items():
        assert not frame.select(m.TABLES[name].coordinates).is_duplicated().any()
        assert frame.null_count().select(m.TABLES[name].named("count")).sum_horizontal().sum() == 0


def test_flows_count_days_of_the_month(residence: duckdb.DuckDBPyConnection) -> None:
    flow = exact(residence, "residence", RESIDENCE_RULES)["flow"]
    where = {"area_code": COUNTY, "feed": "floating_population"}
    assert one(flow, month="2026-09", event="registered", **where) == 58
    assert one(flow, month="2026-10", event="closed", **where) == 1
    assert flow["month"].min() == "2025-11"


def test_four_qualities(residence: duckdb.DuckDBPyConnection) -> None:
    quality = exact(residence, "residence", RESIDENCE_RULES)["quality_metric"]
    rows = quality.filter(feed="floating_population", area_code=COUNTY)
    got = {
        (q, w): (n, d)
        for q, w, n, d in rows.select("quality", "method", "numerator", "denominator").iter_rows()
    }
    assert got == {
        ("complete", "proxy_core_items"): (32, 56),
        ("accurate", "proxy_no_dq_finding"): (55, 56),
        ("sound", "proxy_no_issue_no_double"): (55, 56),
        ("fresh", "proxy_updated_365d"): (43, 56),
        ("fresh", "permit_in_date"): (13, 24),
    }


def test_findings_by_month(residence: duckdb.DuckDBPyConnection) -> None:
    counted = exact(residence, "residence", RESIDENCE_RULES)["exception_count"]
    dq = counted.filter(rule_code="DQ-01", area_code=TOWN_A)
    assert one(dq, "n_open", month="2026-09") == 1
    assert one(dq, "n_opened", month="2026-10") == 1
    assert one(dq, "n_dismissed", month="2026-10") == 1
    assert one(dq, "n_open", month="2026-10") == 1
    assert one(dq, "median_days", month="2026-10") == 36.0
    assert one(counted, "n_cured", rule_code="FP-09", area_code=TOWN_A, month="2026-09") == 1
    assert one(counted, "n_opened", rule_code="FP-09", area_code=COUNTY, month="2026-10") == 0  # held
    assert counted.filter(rule_code="RQ-02")["area_code"].unique().to_list() == [COUNTY]


@pytest.fixture(scope="module")
def housing() -> duckdb.DuckDBPyConnection:
    con = workdb("housing")
    put_areas(con)
    base: dict[str, object] = {"withdrawn_on": None, "community_code": A1, "file_day": T, "content": 1}
    put(con, "cur_rental_housing", [base | {"rid": i, "status": "出租中" if i < 15 else "停租", "filed_on": date(2026, 10, 2),
        "floor_area": 60.0, "dwelling_key": f"D{i}"} for i in range(30)])  # fmt: skip
    put(con, "cur_tenancies", [base | {"rid": 100 + i, "dwelling_key": f"D{i // 2}", "starts_on": date(2026, 10, 1), "ends_on": None,
        "left_on": T if i >= 24 else None} for i in range(26)])  # fmt: skip
    put(con, "cur_tenancies", [base | {"rid": 200 + i, "dwelling_key": None, "starts_on": date(2026, 8, 1), "ends_on": T - DAY,
        "left_on": None} for i in range(3)])  # fmt: skip
    put(con, "cur_requests", [{"withdrawn_on": None, "rid": 300 + i, "record_id": f"RQ{i}", "consented_on": date(2026, 10, 1) + i * DAY,
        "consent_until": T - DAY if i == 0 else None, "withdrawn_consent_on": T if i == 1 else T + DAY if i == 2 else None}
        for i in range(12)] )  # fmt: skip
    put(con, "request_taken_up", [{"request_id": f"RQ{i}", "taken_up_on": date(2026, 10, 4) + i * DAY, "mail_name": mail}
        for i in range(11) for mail in ("a", "b")])  # fmt: skip
    return con


def test_stocks_and_requests_of_housing(housing: duckdb.DuckDBPyConnection) -> None:
    counts = exact(housing, "housing", HOUSING_RULES)
    assert one(counts["rental_stock"], area_code=TOWN_A, status="出租中") == 15
    assert one(counts["rental_stock"], area_code=TOWN_A, status="all") == 30
    tenancy = counts["tenancy_stock"]
    assert {s: one(tenancy, status=s) for s in ("active", "lapsed", "left")} == {
        "active": 24,
        "lapsed": 3,
        "left": 2,
    }
    assert one(tenancy, "median_floor_area", status="active") == 30.0
    row = counts["request_count"].filter(month="2026-10").row(0, named=True)
    assert (row["n_made"], row["n_taken_up"], row["n_ended"], row["median_days"]) == (12, 11, 2, 3.0)


def test_tenancies_are_counted_for_the_whole_county_only(housing: duckdb.DuckDBPyConnection) -> None:
    counts = exact(housing, "housing", HOUSING_RULES)
    for name, frame in counts.items():
        assert county_rule_broken(name, frame, COUNTY) == 0
    assert TOWN_A in counts["rental_stock"]["area_code"].to_list()
    assert set(counts["flow"].filter(feed="rental_housing")["area_code"]) == {COUNTY, TOWN_A, TOWN_B}
    leak = counts["tenancy_stock"].with_columns(pl.Series("area_code", [COUNTY, TOWN_A, TOWN_A]))
    with pytest.raises(ValueError, match="whole county"):
        m.protect_counts({"tenancy_stock": leak}, KEY)


def test_protected_counts_carry_no_small_number(housing: duckdb.DuckDBPyConnection) -> None:
    shown = m.protect_counts(exact(housing, "housing", HOUSING_RULES), KEY)
    assert isinstance(shown, ProtectedCounts)
    for name, frame in shown.frames().items():
        assert frame.columns == [c.name for c in m.TABLES[name].columns]
        for column in m.TABLES[name].named("count"):
            values = frame[column].drop_nulls()
            assert ((values >= 9) & (values % 3 == 0)).all()
    tenancy = shown.frame("tenancy_stock")
    assert one(tenancy, status="lapsed") is None
    assert one(tenancy, status="active") == 24
    assert one(tenancy, "median_floor_area", status="active") == 30.0


def test_a_stock_and_its_quality_denominator_round_alike(residence: duckdb.DuckDBPyConnection) -> None:
    shown = m.protect_counts(exact(residence, "residence", RESIDENCE_RULES), KEY)
    where = {"feed": "floating_population", "area_code": COUNTY}
    stock = one(shown.frame("population"), status="在住", sex="all", age_band="all", **where)
    denominators = shown.frame("quality_metric").filter(method="proxy_core_items", **where)["denominator"]
    assert denominators.to_list() == [stock]


def test_an_office_measures_itself_by_day(residence: duckdb.DuckDBPyConnection) -> None:
    own = m.protect_counts(m.build_quality(residence, "residence", T), KEY, own=True).frame("quality_metric")
    assert own["measured_on"].unique().to_list() == [T]
    assert "month" not in own.columns
    row = own.filter(area_code=COUNTY, method="proxy_updated_365d", feed="floating_population").row(
        0, named=True
    )
    assert row["value"] == round(row["numerator"] / row["denominator"], 4)


def test_nothing_of_aftercare_leaves() -> None:
    with workdb("aftercare") as con:
        put_areas(con)
        assert m.build_counts(con, "aftercare", T, ["RP-01"]) == {}
        own = m.build_quality(con, "aftercare", T)["quality_metric"]
        assert own["denominator"].sum() == 0
    with pytest.raises(ValueError, match="stay"):
        m.to_cells(m.protect_counts({}, KEY), "aftercare", "MAIL_aftercare_statistics_20261031_1.sealed")


def test_no_areas_no_counts() -> None:
    with workdb("housing") as con:
        assert m.build_counts(con, "housing", T, HOUSING_RULES) == {}


def test_an_unknown_community_of_a_known_township() -> None:
    with workdb("housing") as con:
        put_areas(con)
        areas = load_areas(con)
    base = pl.DataFrame({"community_code": [TOWN_A[:9] + "777", "110000000000", None], "n": [1, 1, 1]})
    placed = place(base, areas, pl.lit(False)).group_by("area_code").agg(pl.col("n").sum()).sort("area_code")
    assert dict(placed.iter_rows()) == {COUNTY: 3, TOWN_A: 1}


def cells(con: duckdb.DuckDBPyConnection, mail: str, as_of: date = T) -> pl.DataFrame:
    return m.to_cells(
        m.protect_counts(m.build_counts(con, "housing", as_of, HOUSING_RULES), KEY), "housing", mail
    )


def test_the_newest_file_counts_and_old_months_stay(housing: duckdb.DuckDBPyConnection) -> None:
    old = cells(housing, "MAIL_housing_statistics_20260930_9.sealed", date(2026, 9, 30))
    new = cells(housing, "MAIL_housing_statistics_20261031_10.sealed")
    merged = m.merge_counts(pl.concat([new, old]))
    assert set(merged) == set(m.TABLES)
    assert merged["population"].is_empty()
    stock = merged["rental_stock"]
    assert sorted(stock["month"].unique()) == ["2026-09", "2026-10"]
    assert not stock.select(m.TABLES["rental_stock"].coordinates).is_duplicated().any()
    september = one(merged["flow"], area_code=COUNTY, feed="rental_housing", event="filed", month="2026-10")
    assert september == 30
    assert m.merge_counts(pl.concat([old, new]))["flow"].equals(merged["flow"])


def broken(change: dict[str, object]) -> list[dict[str, object]]:
    row = {"area_code": COUNTY, "month": "2026-10", "status": "出租中", "n": 12}
    return [row | change]


@pytest.mark.parametrize(
    "change",
    [{"n": 7}, {"n": 10}, {"n": -3}, {"n": "张三"}, {"area_code": "张三"}, {"month": "2026-13"}, {"status": "别的"},
     {"name": "x"}, {"area_code": None}],
)  # fmt: skip
def test_a_count_file_with_anything_else_is_refused(change: dict[str, object]) -> None:
    assert m.check_rows("rental_stock", broken({})).height == 1
    with pytest.raises(ValueError) as raised:
        m.check_rows("rental_stock", broken(change))
    assert "张三" not in str(raised.value)
    bad = pl.DataFrame(
        {
            "table_name": ["rental_stock"],
            "office": ["housing"],
            "payload": [json.dumps(broken(change))],
            "mail_name": ["x"],
        }
    )
    with pytest.raises(ValueError):
        m.merge_counts(bad)


def test_an_undeclared_table_is_refused() -> None:
    with pytest.raises(ValueError, match="not declared"):
        m.check_rows("people", broken({}))


def test_months() -> None:
    assert last_months(date(2026, 2, 28), 4) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert month_end("2026-02", date(2026, 3, 5)) == date(2026, 2, 28)
    assert month_end("2026-03", date(2026, 3, 5)) == date(2026, 3, 5)


def test_what_was_measured_for_the_own_home_is_not_measured_again(
    residence: duckdb.DuckDBPyConnection,
) -> None:
    own = m.build_quality(residence, "residence", T)
    anew = exact(residence, "residence", RESIDENCE_RULES)["quality_metric"]
    assert m.build_counts(residence, "residence", T, RESIDENCE_RULES, own)["quality_metric"].equals(anew)
    told = {"quality_metric": own["quality_metric"].with_columns(pl.lit(7).alias("numerator"))}
    again = m.build_counts(residence, "residence", T, RESIDENCE_RULES, told)["quality_metric"]
    assert again["numerator"].unique().to_list() == [7]
