"""Frames as the readers hand them on, for the tests of screening and schema. Invented values only."""

from __future__ import annotations

from datetime import date

import polars as pl

from sources.contract import FeedContract, contracts

DAY = date(2026, 10, 31)
VALID = "11010519491231002X"

GOOD: dict[str, dict[str, str]] = {
    "floating_population": {
        "record_id": "LD00000001",
        "name": "王小明",
        "sex": "女",
        "doc_type": "居民身份证",
        "id_number": VALID,
        "birth_date": "1949-12-31",
        "phone": "15144297909",
        "address": "双龙镇永安社区解放路50号锦绣花园3栋2单元504室",
        "community_code": "992626102007",
        "arrived_on": "2026-01-02",
        "registered_on": "2026-01-05",
        "permit_until": "2027-01-05",
        "status": "在住",
        "updated_at": "2026-10-01",
    },
    "resident_population": {"record_id": "HK1", "name": "王小明", "id_number": VALID, "status": "正常"},
    "request_receipts": {"record_id": "QQ1", "received_on": "2026-10-02", "outcome": "已办"},
    "rental_housing": {"record_id": "FW1", "address": "解放路50号", "name": "李四", "status": "出租中", "floor_area": "89.5"},
    "tenancies": {"record_id": "ZZ1", "address": "解放路50号", "name": "王小明", "starts_on": "2026-01-01", "ends_on": "长期"},
    "requests": {
        "record_id": "QQ1",
        "tenancy_id": "ZZ1",
        "kind": "登记",
        "consent_no": "PZ1",
        "consented_on": "2026-10-01",
    },
    "released_persons": {"record_id": "SF1", "released_on": "2026-10-01", "sealed": "否"},
    "assistance_enrolment": {
        "record_id": "BJ1",
        "notice_no": "SF1",
        "name": "王小明",
        "id_number": VALID,
        "birth_date": "1949-12-31",
        "phone": "15144297909",
        "received_on": "2026-10-02",
        "status": "在册",
        "consented_on": "2026-10-02",
        "contact_interval": "30",
    },
    "areas": {"area_code": "992626102007", "area_name": "永安社区", "level": "社区", "parent_code": "992626102000"},
    "verifications": {"verified_id": "E1", "answer": "属实", "verified_on": "2026-10-20"},
}  # fmt: skip
"""One row a feed with which nothing is wrong."""


def frame(contract: FeedContract, *rows: dict[str, str | None]) -> pl.DataFrame:
    """Rows of contract columns (absent = null) as ``RawTable.frame``; ``oversized`` and ``nul_in`` may be given."""
    names = [c.name for c in contract.columns]
    data = {name: [row.get(name) for row in rows] for name in [*names, "oversized", "nul_in"]}
    table = pl.DataFrame(data, schema=dict.fromkeys(data, pl.String))
    numeric = [pl.lit(False).alias(f"{c.name}__numeric") for c in contract.of_type("id_number")]
    return table.with_columns(numeric).with_row_index("row_number", offset=1)


def good(feed: str, **changes: str | None) -> dict[str, str | None]:
    """The good row of ``feed`` with some cells changed."""
    return {**GOOD[feed], **changes}


def contract(feed: str) -> FeedContract:
    """The contract of ``feed``."""
    return contracts()[feed]
