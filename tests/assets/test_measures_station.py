"""Counts for a statistics home are built where there is one to mail them to, and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl

from assets.store.home import Home, forget_opened_home
from assets.store.keys import KeyRing
from tests.assets.living import DAY, Living, registered


def mailed(lived: Living, days: int) -> list[str]:
    lived.deliver(DAY + timedelta(days=days), [registered(f"FR{n}", 姓名="测试甲") for n in range(12)])
    lived.run(DAY + timedelta(days=days))
    forget_opened_home()
    return [path.name for path in lived.home.joinpath("outbox").glob("*.sealed")]


def befriend(lived: Living, office: str) -> None:
    forget_opened_home()
    Home.open(lived.home).add_peer(office, KeyRing(b"p" * 32, office).public)


def test_only_a_statistics_peer_gets_counts(tmp_path: Path) -> None:
    lived = Living(tmp_path)
    assert mailed(lived, 0) == []
    befriend(lived, "housing")
    assert not [name for name in mailed(lived, 1) if "statistics" in name]
    befriend(lived, "statistics")
    assert [name for name in mailed(lived, 2) if "residence_statistics" in name]


def test_the_own_measure_does_not_wait_for_a_peer(tmp_path: Path) -> None:
    lived = Living(tmp_path)
    mailed(lived, 0)
    rows = pl.DataFrame(
        lived.rows("SELECT quality, denominator FROM quality_metric WHERE area_code LIKE '%000000'")
    )
    assert 12 in rows["denominator"].to_list()
