"""The round: for invented data alone; mail goes to whom its name says."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from registry_pipelines.approval import sign, verified
from registry_pipelines.cli.review import only_where_they_differ
from registry_pipelines.county import carry_mail, receiver_of
from registry_pipelines.failures import CommandError
from registry_pipelines.invented import real_numbers, refuse_real_files
from tests.registry_pipelines.conftest import Call

REAL_LIKE = "440524188001010014"  # the example of GB 11643-1999, of a person who died long ago
INVENTED = "990101199001010019"


def with_check(first17: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first17 + "10X98765432"[sum(int(d) * w for d, w in zip(first17, weights, strict=True)) % 11]


def test_real_numbers_are_told_from_invented_and_damaged_ones() -> None:
    real = with_check("11010519900101001")
    wrong = real[:-1] + ("0" if real[-1] != "0" else "1")
    column = pl.Series([real, with_check("99010119900101001"), wrong, None, "无"])
    assert real_numbers(column, identity=True) == 1
    assert (
        real_numbers(
            pl.Series([with_check("72010119900101001"), with_check("83000019920130002")]), identity=True
        )
        == 0
    )


@pytest.mark.parametrize("written", ["{} ", "'{}", "{}"])
def test_real_numbers_are_found_however_they_are_written(written: str) -> None:
    assert real_numbers(pl.Series([written.format(REAL_LIKE)]), identity=True) == 1


def test_real_numbers_are_found_inside_text() -> None:
    assert real_numbers(pl.Series([f"房东 {REAL_LIKE} 自住"]), identity=False) == 1
    assert real_numbers(pl.Series([INVENTED, "12345678901234567X"]), identity=False) == 0


def test_a_round_refuses_real_numbers_before_anything_is_loaded(
    county: Path, tmp_path: Path, call: Call
) -> None:
    inbox = tmp_path / "inbox"
    shutil.copytree(county / "sample" / "inbox" / "residence", inbox / "residence")
    refuse_real_files(inbox)
    (inbox / "residence" / "resident_population_delta_20261031_x.csv").write_text(
        f"户籍编号,姓名,性别,证件号码,出生日期,状态\nHK1,某某,男,{REAL_LIKE},,正常\n", encoding="utf-8"
    )
    answer = call("round", "--county", tmp_path / "county", "--inbox", inbox)
    assert answer.status == 2 and "invented data only" in answer.err
    assert REAL_LIKE not in answer.err and not (tmp_path / "county").exists()


def test_mail_goes_to_whom_its_name_says(tmp_path: Path) -> None:
    for office in ("residence", "housing", "aftercare", "statistics"):
        for folder in ("inbox", "outbox"):
            (tmp_path / office / folder).mkdir(parents=True)
    (tmp_path / "residence" / "outbox" / "MAIL_residence_housing_20261031_1.sealed").write_bytes(b"x")
    (tmp_path / "residence" / "outbox" / "MAIL_residence_nobody_20261031_2.sealed").write_bytes(b"x")
    assert carry_mail(tmp_path) == {"housing"}
    assert [p.name for p in (tmp_path / "housing" / "inbox").iterdir()] == [
        "MAIL_residence_housing_20261031_1.sealed"
    ]
    assert carry_mail(tmp_path) == set()
    assert receiver_of("MAIL_residence_housing_20261031.sealed") is None


def test_an_approval_binds_office_day_and_officer() -> None:
    from nacl.signing import SigningKey

    key, other = SigningKey.generate(), SigningKey.generate()
    public, day = key.verify_key.encode().hex(), date(2026, 10, 31)
    text = sign(key.encode(), "housing", day)
    assert verified(text, "housing", public, today=day) == day
    for wrong, office, public_key, today in (
        (text, "residence", public, day),
        (text, "housing", other.verify_key.encode().hex(), day),
        (text, "housing", public, date(2026, 12, 31)),
        (text, "housing", public, date(2026, 10, 30)),
        (text.replace("2026-10-31", "2026-10-30"), "housing", public, day),
        ("yes", "housing", public, day),
    ):
        with pytest.raises(CommandError):
            verified(wrong, office, public_key, today=today)


def test_near_equal_values_show_where_they_differ_alone() -> None:
    assert only_where_they_differ("990101199001010019", "990101199001010037") == (
        "················19",
        "················37",
    )
    assert only_where_they_differ("张三丰", "张三疯") == ("··丰", "··疯")
    assert only_where_they_differ("", "张") == ("（空 blank）", "张")
