"""The hand-made office files of ``tests/data``: what each gives, and that they are what the script writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.naming import name_problem, parse_entry
from sources.problems import FileProblem
from sources.readers import RawTable
from tests.data import make_files
from tests.sources.helpers import problem, read

DATA = Path(make_files.__file__).parent
GOOD = [name for name in make_files.FILES if not name.startswith("bad/")]
BAD = {
    "floating_population_full_20261031_risk.xlsx": ("refused", "refused_heading", "风险等级"),
    "resident_population_full_20261031_census.xlsx": ("refused", "refused_title", "普查"),
    "floating_population_full_20261031_garbled.csv": ("set_aside", "mojibake", None),
    "tenancies_full_20261031_twice.csv": ("set_aside", "duplicate_heading", "联系电话"),
    "tenancies_full_20261031_foreign.csv": ("refused", "other_ledger", "来本地日期"),
}


def load(root: Path, name: str) -> RawTable:
    path = root / name
    entry = parse_entry(path.name)
    assert entry is not None and entry.feed is not None and name_problem(entry, path.parent.name) is None
    return read(path, entry.feed, path.parent.name)


@pytest.mark.parametrize("name", GOOD)
def test_committed_files_are_what_the_script_writes(name: str, tmp_path: Path) -> None:
    make_files.write_all(tmp_path)
    again, committed = load(tmp_path, name), load(DATA, name)
    assert again.frame.equals(committed.frame) and again.dropped == committed.dropped
    assert committed.frame.height >= 2


@pytest.mark.parametrize(("file", "want"), BAD.items())
def test_files_that_must_not_load(file: str, want: tuple[str, str, str | None]) -> None:
    name = next(n for n in make_files.FILES if n.endswith(file))
    path = DATA / name
    found: FileProblem = problem(path, file.split("_full")[0], path.parent.name)
    assert (found.outcome, found.code, found.heading) == want


def test_every_invented_number_begins_with_99() -> None:
    for name in GOOD:
        frame = load(DATA, name).frame
        if "id_number" in frame.columns:
            digits = frame["id_number"].drop_nulls().str.strip_chars("'")
            numbers = digits.filter(digits.str.contains(r"^\d{17}"))
            assert numbers.str.starts_with("99").all()


def test_title_group_headings_total_and_footer() -> None:
    found = load(DATA, "residence/floating_population_full_20261031_title.xlsx")
    frame = found.frame
    assert (frame.height, found.dropped, found.ignored, found.no_data) == (4, ("民族",), 2, 2)
    assert frame["record_id"].to_list() == ["LD1001", "LD1002", "LD1003", "LD1004"]
    assert frame["id_number__numeric"].to_list() == [False, True, False, False]
    assert frame["registered_on"].to_list() == ["2026-03-01", "2026.4.1", "46143", "2026-05-06 09:30:00"]
    assert frame["phone"].to_list() == ["13900000001", "13900000002", "139-0000-0003", None]


def test_gb18030_synonyms_and_inert_text() -> None:
    found = load(DATA, "residence/floating_population_delta_20261110_gbk.csv")
    assert (found.dropped, found.ignored) == (("政治面貌",), 1)
    assert (
        found.frame["name"].to_list()[0] == "马䶮" and found.frame["id_number"].to_list()[1] == "9.90101E+17"
    )
    assert found.frame["name"].to_list()[2:] == ["=cmd|'/c calc'!A1", "'); DROP TABLE record;--"]


def test_landlord_group_merged_down_and_page_totals() -> None:
    found = load(DATA, "housing/rental_housing_full_20261031_groups.xlsx")
    frame = found.frame
    assert frame["record_id"].to_list() == ["FW1001", "FW1002", "FW1003", "FW1004"]
    assert frame["name"].to_list() == ["钱多", "钱多", "钱多", "孙　有"]
    assert frame["id_number__numeric"].to_list() == [False, False, False, True]
    assert (found.no_data, found.ignored) == (2, 2)


def test_notices_keep_number_dates_and_community_only() -> None:
    found = load(DATA, "aftercare/released_persons_full_20261031.xlsx")
    assert found.dropped == ("罪名", "刑期", "服刑场所") and found.ignored == 2
    assert found.frame.columns == [
        "row_number",
        "record_id",
        "released_on",
        "community_code",
        "sealed",
        "updated_at",
        "oversized",
        "nul_in",
    ]
    assert found.frame["sealed"].to_list() == ["否", "是", None]


def test_second_sheet_semicolons_tabs_and_quotes() -> None:
    assert load(DATA, "housing/requests_full_20261031.xlsx").frame["consent_no"].to_list() == [
        "PZ0001",
        "20260002",
    ]
    assert load(DATA, "residence/request_receipts_full_20261031.csv").frame["record_id"].to_list() == [
        "QQ0001",
        "qq 0002",
    ]
    assert load(DATA, "aftercare/assistance_enrolment_full_20261031.csv").no_data == 2
    assert (
        load(DATA, "residence/resident_population_full_20261031.csv").frame["name"].to_list()[1]
        == '陈 "小" 静'
    )
    assert load(DATA, "housing/tenancies_full_20261031_utf16.csv").frame["ends_on"].to_list() == [
        "2027-02-28",
        "长期",
    ]
