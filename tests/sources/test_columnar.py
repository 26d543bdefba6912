"""Parquet: every plain type comes back as text, nested columns do not come in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from sources.readers import columnar
from tests.sources.helpers import problem, read


def parquet(folder: Path, data: dict[str, object]) -> Path:
    base: dict[str, object] = {
        "登记编号": ["LD1", "LD2"],
        "姓名": ["某某", "某某"],
        "居住地址": ["路1号", "路2号"],
    }
    base |= {"登记日期": ["2026-01-01", "2026-01-02"], "状态": ["在住", "在住"]}
    path = folder / "floating_population_full_20261031.parquet"
    pl.DataFrame(base | data).write_parquet(path)
    return path


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (["a", None], ["a", None]),
        ([13900000001, None], ["13900000001", None]),
        ([13900000001.0, 2.5], ["13900000001", "2.5"]),
        ([float("nan"), None], ["NaN", None]),
        ([date(2026, 1, 2), None], ["2026-01-02", None]),
        ([datetime(2026, 1, 2), datetime(2026, 1, 2, 3, 4, 5)], ["2026-01-02", "2026-01-02 03:04:05"]),
        ([True, False], ["TRUE", "FALSE"]),
        ([Decimal("1.50"), None], ["1.50", None]),
        ([b"bytes", None], ["bytes", None]),
        (pl.Series(["c", "d"], dtype=pl.Categorical), ["c", "d"]),
        ([None, None], [None, None]),
    ],
)
def test_types_to_text(values: object, text: list[str | None], tmp_path: Path) -> None:
    assert read(parquet(tmp_path, {"联系电话": values})).frame["phone"].to_list() == text


def test_a_time_zone_keeps_its_own_clock(tmp_path: Path) -> None:
    when = pl.Series([datetime(2026, 1, 2, 3), None]).dt.replace_time_zone("Asia/Shanghai")
    assert read(parquet(tmp_path, {"更新时间": when})).frame["updated_at"].to_list() == [
        "2026-01-02 03:00:00",
        None,
    ]


def test_number_typed_identity_numbers_are_flagged(tmp_path: Path) -> None:
    found = read(parquet(tmp_path, {"证件号码": [990101199001010019, None]})).frame
    assert found["id_number"].to_list() == ["990101199001010019", None]
    assert found["id_number__numeric"].to_list() == [True, False]
    text = read(parquet(tmp_path, {"证件号码": ["990101199001010019", None]})).frame
    assert text["id_number__numeric"].to_list() == [False, False]


def test_nested_columns(tmp_path: Path) -> None:
    assert problem(parquet(tmp_path, {"联系电话": [["1"], ["2"]]})).code == "nested_column"
    assert read(parquet(tmp_path, {"附加": [["1"], ["2"]]})).ignored == 1


def test_nul_oversized_and_refused_hold_here_too(tmp_path: Path) -> None:
    found = read(parquet(tmp_path, {"联系电话": ["1\0", "2"], "性别": ["男", "x" * 10_001]})).frame
    assert found["nul_in"].to_list() == ["phone", None] and found["oversized"].to_list() == [None, "sex"]
    assert problem(parquet(tmp_path, {"风险等级": ["1", "2"]})).code == "refused_heading"


def test_too_many_rows_and_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = parquet(tmp_path, {})
    with monkeypatch.context() as patch:
        patch.setattr(columnar, "ROWS_LIMIT", 1)
        assert problem(path).code == "too_large"
    data = path.read_bytes()
    path.write_bytes(data[:-10])
    assert problem(path).code == "unreadable"
    path.write_bytes(b"PK" + data)
    assert problem(path).code == "wrong_format"
