"""The sample county: same seed same bytes, no living person's number, every kind of dirt, truth that fits."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sources.contract import contracts
from sources.county import CountySummary, write_county
from sources.county.draw import Draw
from sources.county.files import headings, layout_of
from sources.county.name_tables import HOSTILE, MIDDLE_DOTS, TITLES
from sources.offices import KEEPING, OFFICES, office_of
from sources.refused import load_refusals
from tests.sources.county_files import canonical, read_feed, valid

AS_OF = date(2026, 10, 31)
FEEDS = tuple(feed for office in KEEPING for feed in sorted(OFFICES[office].feeds))


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CountySummary]:
    out = tmp_path_factory.mktemp("county")
    return out, write_county(out, 4000, 7, AS_OF)


@pytest.fixture(scope="module")
def feeds(county: tuple[Path, CountySummary]) -> dict[str, pl.DataFrame]:
    return {feed: read_feed(county[0] / "inbox" / (office_of(feed) or ""), feed) for feed in FEEDS}


@pytest.fixture(scope="module")
def truth(county: tuple[Path, CountySummary]) -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_parquet(path) for path in (county[0] / "truth").iterdir()}


def _cells(frame: pl.DataFrame, column: str) -> list[str]:
    return frame[column].drop_nulls().to_list()


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_same_seed_same_bytes_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        write_county(tmp_path / name, 400, seed, AS_OF)
    first, again, other = (_bytes(tmp_path / name) for name in "abc")
    assert first == again
    assert len(first) > 25
    assert all(first[name] != other.get(name) for name in first if "floating" in name or "person" in name)


def test_layout_of_folders_and_names(county: tuple[Path, CountySummary]) -> None:
    out, summary = county
    for office in KEEPING:
        names = {p.name.split("_full_")[0] for p in (out / "inbox" / office).iterdir()}
        assert names == {*OFFICES[office].feeds, "areas"}
        assert all("_delta_20261130." in p.name for p in (out / "inbox2" / office).iterdir())
    assert all(path.is_file() for path in summary.files)


def test_record_counts_are_those_of_a_county(feeds: dict[str, pl.DataFrame]) -> None:
    expected = {
        "floating_population": 0.652,
        "resident_population": 0.36,
        "rental_housing": 0.244,
        "tenancies": 0.417,
        "requests": 0.217,
        "request_receipts": 0.193,
        "released_persons": 0.061,
        "assistance_enrolment": 0.048,
    }
    for feed, share in expected.items():
        assert abs(feeds[feed].height / 4000 / share - 1) < 0.12, feed


def test_every_file_reads_with_its_mandatory_columns(
    feeds: dict[str, pl.DataFrame], county: tuple[Path, CountySummary]
) -> None:
    for feed, frame in feeds.items():
        assert {c.name for c in contracts()[feed].columns} <= set(frame.columns), feed
        assert frame.height == county[1].rows[feed]


def test_no_valid_number_of_an_assigned_division(
    county: tuple[Path, CountySummary], feeds: dict[str, pl.DataFrame]
) -> None:
    frames = [*feeds.values()]
    frames += [
        read_feed(path.parent, path.name.split("_delta_")[0], "delta")
        for path in (county[0] / "inbox2").rglob("*_delta_*")
    ]
    frames += [pl.read_parquet(path) for path in (county[0] / "truth").iterdir()]
    seen = 0
    for frame in frames:
        for column in frame.select(pl.col(pl.String)).columns:
            for text in frame[column].drop_nulls().unique():
                for run in re.findall(r"\d{17}[\dX]|\d{15}", canonical(text)):
                    seen += 1
                    if len(run) == 18 and valid(run):
                        assert run[:2] in ("99", "81", "82", "83")
                        assert run[:2] == "99" or run[2:6] == "9900"
                    assert run[0] in "89" or not valid(run)
    assert seen > 8000


def test_numbers_of_people_are_valid_and_theirs(truth: dict[str, pl.DataFrame]) -> None:
    person = truth["person"]
    long = person.filter(pl.col("id").str.len_chars() == 18)
    assert long.height > 3800
    assert all(valid(number) for number in long["id"])
    assert (long["id"].str.slice(6, 8) == long["dob"].dt.to_string("%Y%m%d")).all()
    assert not long["id"].str.ends_with("000").any()
    twice = person.filter(pl.len().over("id") > 1)
    assert sorted(twice["person"]) == sorted(truth["shared_number"]["person"])
    assert twice.height >= 2 and twice["name"].n_unique() == twice.height
    assert person["phone"].n_unique() == person.height and person["phone"].str.starts_with("154").all()


def test_forms_of_names(truth: dict[str, pl.DataFrame]) -> None:
    shares = dict(truth["person"]["form"].value_counts(normalize=True).rows())
    assert set(shares) == {"han2", "han3+", "dotted", "latin"}
    assert min(shares.values()) > 0.03
    han2 = truth["person"].filter(pl.col("form") == "han2")["name"]
    assert (han2.str.len_chars() == 2).all()
    dotted = truth["person"].filter(pl.col("form") == "dotted")["name"]
    assert dotted.str.contains("·", literal=True).all() and dotted.n_unique() > 150


NUMBER_KINDS = {
    "full width": r"[０-９]{15}",
    "spaces": r"^\d{6} \d{8} \d{3}",
    "apostrophe": r"^'",
    "lower-case x": r"^\d{17}x ?$",
    "look-alike x": r"^\d{17}[хΧ×ⅹХＸ]$",
    "15 digits": r"^\d{15}$",
    "scientific": r"^\d\.\d+E\+17$",
    "last three digits": r"000$",
    "placeholder": r"^(无|不详|-|123456|1{11}|未知|/|暂无)$",
    "invisible": r"\u200b",
    "resident of Hong Kong, Macao or Taiwan": r"^8[123]9900",
    "permanent resident": r"^999\d{14}",
    "permanent resident, old form": r"^[A-Z]{3}\d{12}$",
    "passport": r"^[A-Z]{2}\d{7}$",
}


@pytest.mark.parametrize("kind", NUMBER_KINDS)
def test_kinds_of_identity_numbers(kind: str, feeds: dict[str, pl.DataFrame]) -> None:
    numbers = _cells(feeds["floating_population"], "id_number")
    assert sum(bool(re.search(NUMBER_KINDS[kind], number)) for number in numbers) >= 2


def test_typing_errors_fail_the_check(feeds: dict[str, pl.DataFrame], truth: dict[str, pl.DataFrame]) -> None:
    numbers = [n for n in _cells(feeds["tenancies"], "id_number") if re.fullmatch(r"99\d{15}[\dX]", n)]
    wrong = [n for n in numbers if not valid(n)]
    assert 5 < len(wrong) < len(numbers) * 0.04
    known = set(truth["person"]["id"])
    assert not set(wrong) & known


DATE_KINDS = {
    "ISO": r"^\d{4}-\d\d-\d\d$",
    "slash": r"^\d{4}/\d{1,2}/\d{1,2}$",
    "compact": r"^(19|20)\d{6}$",
    "dots": r"^\d{4}\.\d{1,2}\.\d{1,2}$",
    "Chinese": r"^\d{4}年\d{1,2}月\d{1,2}日$",
    "serial": r"^\d{5}$",
    "with time": r"^\d{4}-\d\d-\d\d \d\d:\d\d",
}


@pytest.mark.parametrize("kind", DATE_KINDS)
def test_kinds_of_dates(kind: str, feeds: dict[str, pl.DataFrame]) -> None:
    for column in ("registered_on", "birth_date", "updated_at"):
        cells = _cells(feeds["floating_population"], column)
        assert sum(bool(re.search(DATE_KINDS[kind], cell)) for cell in cells) >= 2, column


def test_sentinels_and_part_dates(feeds: dict[str, pl.DataFrame]) -> None:
    floating = feeds["floating_population"]
    assert {"长期", "至今", "9999-12-31"} <= set(_cells(floating, "closed_on"))
    births = _cells(floating, "birth_date")
    assert (
        sum(b in ("1900-01-01", "1900/1/1", "19000101", "1900.1.1", "1900年1月1日", "2") for b in births) >= 1
    )
    assert any(re.fullmatch(r"\d{4}年\d{1,2}月", b) for b in births)
    assert {"男", "女", "1", "2", "男性", "女性"} <= set(_cells(floating, "sex"))


def test_kinds_of_names(feeds: dict[str, pl.DataFrame], truth: dict[str, pl.DataFrame]) -> None:
    names = [
        n
        for feed in ("floating_population", "resident_population", "tenancies")
        for n in _cells(feeds[feed], "name")
    ]
    text = "\n".join(names)
    for dot in MIDDLE_DOTS[:8]:
        assert any(dot in name[1:-1] for name in names if not name.isascii()), dot
    assert any(re.fullmatch(r"\w[\u3000 ]+\w", n) for n in names)
    assert any(n != n.strip() for n in names)
    assert any(c in text for c in "劉陳張楊趙")
    assert any(n.endswith(TITLES) for n in names)
    assert any("\x00" in n for n in names) and any(n[1:2] == "\n" for n in names)
    assert sum(h in names for h in HOSTILE) >= 5
    known = set(truth["person"]["name"])
    latin = truth["person"].filter(pl.col("form") == "latin")["name"].to_list()
    swapped = {" ".join([*n.split(" ")[1:], n.split(" ")[0]]) for n in latin}
    assert len(swapped & set(names) - known) >= 3
    assert any(n.istitle() and n.isascii() for n in names) and any("," in n for n in names)


def test_kinds_of_phones_and_shared_ones(feeds: dict[str, pl.DataFrame]) -> None:
    phones = _cells(feeds["tenancies"], "phone")
    for pattern in (
        r"^\+86 \d{11}$",
        r"^\+86\d{11}$",
        r"^\d{3}-\d{4}-\d{4}$",
        r"^\d{3} \d{4} \d{4}$",
        r"^无$|^不详$|^1{11}$",
        "/",
    ):
        assert any(re.search(pattern, p) for p in phones), pattern
    assert max(phones.count(p) for p in set(phones)) >= 8


ADDRESS_KINDS = {
    "栋": r"\d栋\d单元",
    "幢": r"\d幢",
    "号楼": r"\d号楼",
    "座": r"\d座",
    "1-2-301": r"\D\d{1,2}-\d-\d{3,4}",
    "Chinese numerals": r"[一二三四]单元",
    "full width": r"[０-９]+号",
    "alias of the prefecture": r"青渡自治州",
    "no province": r"^柳渡县",
    "no county": r"^[^省州县]{2,4}(街道|镇|乡)",
    "village group": r"村(委会)?第?[\d一二三四五六七八九十]+组\d+号",
    "team": r"[\d一二三四五六七八九十](社|队)\d+号",
    "village committee in full": r"村民委员会",
    "trailing remark": r"(租|出租屋|房东自住一楼|靠近菜市场)",
    "estate without road": r"(乡|镇|街道|社区|村委会|柳渡县)(锦绣|阳光|金色|碧水|东方|书香|湖畔|彩云|翠竹|和谐|紫荆|丹桂|蓝天|绿洲|水岸)",
    "unlocatable": r"^(亲戚家|镇上租房|柳渡县|霞原省柳渡县|工地|不详|朋友处)$",
}


@pytest.mark.parametrize("kind", ADDRESS_KINDS)
def test_kinds_of_addresses(kind: str, feeds: dict[str, pl.DataFrame]) -> None:
    addresses = _cells(feeds["floating_population"], "address")
    assert sum(bool(re.search(ADDRESS_KINDS[kind], a)) for a in addresses) >= 2


def test_township_is_always_said(feeds: dict[str, pl.DataFrame]) -> None:
    rows = feeds["tenancies"].filter(pl.col("community_code").is_null())
    assert rows.height > 5
    assert rows["address"].str.contains("街道|镇|乡").all()


def test_kinds_of_record_numbers(feeds: dict[str, pl.DataFrame], truth: dict[str, pl.DataFrame]) -> None:
    receipts = _cells(feeds["request_receipts"], "record_id")
    assert any(r.islower() for r in receipts) and any(r != r.strip() for r in receipts)
    assert any(re.search("[０-９]", r) for r in receipts)
    shown = truth["shown"]
    assert (
        shown.height >= 6
        and shown["shown_id"].str.contains(r"^floating_population_full_20261031\.csv#\d+$").all()
    )
    floating = feeds["floating_population"]
    for record_id, shown_id in shown.select("record_id", "shown_id").rows():
        assert floating["record_id"][int(shown_id.split("#")[1]) - 1] == record_id


def test_repeated_rows_and_older_versions(feeds: dict[str, pl.DataFrame]) -> None:
    floating = feeds["floating_population"].with_columns(
        key=pl.col("record_id").map_elements(canonical, return_dtype=pl.String)
    )
    several = floating.filter(pl.col("key").is_not_null(), pl.len().over("key") > 1)
    repeated = several.filter(pl.len().over(several.columns) > 1)
    assert repeated.height >= 4
    assert several.height - repeated.height >= 6


def test_numbers_in_number_cells(county: tuple[Path, CountySummary]) -> None:
    import openpyxl

    (path,) = (county[0] / "inbox" / "housing").glob("rental_housing_*.xlsx")
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    kinds = {type(cell.value).__name__ for row in sheet.iter_rows() for cell in row}
    assert {"str", "int", "float", "datetime"} & kinds >= {"str", "datetime"}
    large = [
        c.value
        for row in sheet.iter_rows()
        for c in row
        if isinstance(c.value, (int, float)) and c.value > 1e17
    ]
    assert len(large) >= 2
    assert not any(c.data_type == "f" for row in sheet.iter_rows() for c in row)
    first = [row[0].value for row in sheet.iter_rows(max_row=1)]
    assert first == ["柳渡县出租房屋登记表"]
    assert any(row[0].value == "合计" for row in sheet.iter_rows())


def test_encodings_and_separators(county: tuple[Path, CountySummary]) -> None:
    heads = [p.read_bytes()[:400] for p in (county[0]).rglob("*.csv")]
    assert any(h.startswith(b"\xef\xbb\xbf") for h in heads)
    assert any(h.startswith(b"\xff\xfe") for h in heads)
    assert any("编号".encode("gb18030") in h for h in heads)
    assert any(b";" in h.split(b"\n")[0] for h in heads) and any(b"\t" in h.split(b"\n")[0] for h in heads)


def test_refused_columns_are_there_to_be_dropped_and_no_file_is_refused(
    feeds: dict[str, pl.DataFrame],
) -> None:
    extra = {c for frame in feeds.values() for c in frame.columns}
    assert {"民族", "政治面貌", "宗教信仰", "婚姻状况"} <= extra
    refusals = load_refusals(None)
    for feed, frame in feeds.items():
        assert not [c for c in frame.columns if refusals.refused_heading(c)], feed
        assert len(refusals.foreign_headings(office_of(feed) or "", [[c] for c in frame.columns])) < 2, feed
        assert any("不得读取" in _cells(frame, c) for c in frame.columns if refusals.dropped(c)) or feed in (
            "requests", "request_receipts", "rental_housing",
        )  # fmt: skip


def test_synonyms_never_clash() -> None:
    for feed in FEEDS:
        for seed in range(30):
            chosen = headings(feed, [], 2.0, Draw(seed, feed))
            assert len(set(chosen.values())) == len(chosen)
    assert layout_of("rental_housing", "full", 900).ext == "xlsx"
    assert layout_of("rental_housing", "full", 90_000).ext == "parquet"


def test_wrong_arguments_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least"):
        write_county(tmp_path, 10, 1, AS_OF)
    with pytest.raises(ValueError, match="dirt"):
        write_county(tmp_path, 400, 1, AS_OF, dirt=9)
    with pytest.raises(ValueError, match="statistics"):
        write_county(tmp_path, 400, 1, AS_OF, offices=("statistics",))
    assert not any(tmp_path.iterdir())


def test_one_office_alone_and_no_later_month(tmp_path: Path) -> None:
    write_county(tmp_path, 400, 1, AS_OF, months=0, offices=("aftercare",))
    assert [p.name for p in (tmp_path / "inbox").iterdir()] == ["aftercare"]
    assert not (tmp_path / "inbox2").exists()
    assert not (tmp_path / "truth" / "housing.parquet").exists()
