"""What crosses between homes: numbers, kinds, states, dates, protected counts; and what follows from it elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path

import polars as pl
import pytest

from assets.mail import Mail, kind_between, open_mail, seal
from assets.mail_payloads import dump_payload
from assets.store.home import Home, HomeError, forget_opened_home
from quality.measures import TABLES
from sources.county import write_county
from sources.offices import KEEPING, OFFICES
from tests.once import once, worker_of
from tests.principles import properties as p
from tests.principles.conftest import PERSONS
from tests.principles.homes import (
    Generated,
    T,
    Tables,
    canonical,
    keys_of,
    open_home,
    run_round,
)
from tests.principles.search import found_in

pytestmark = pytest.mark.slow
MAY_CROSS = {
    ("residence", "housing"): "receipts",
    ("housing", "residence"): "request_states",
    ("residence", "statistics"): "counts",
    ("housing", "statistics"): "counts",
}


def test_the_table_of_what_may_cross() -> None:
    for sender, receiver in product(OFFICES, OFFICES):
        assert kind_between(sender, receiver) == MAY_CROSS.get((sender, receiver))


def opened(county: Generated) -> list[Mail]:
    """Every mail of the round, opened as its receiver does."""
    mails = []
    for path in sorted((county.homes / "mail").glob("*.sealed")):
        receiver = county.homes / path.name.split("_")[2]
        keys, peers = keys_of(receiver), open_home(receiver).settings.peers
        mails.append(open_mail(path.read_bytes(), path.name, keys, peers, last_sequence={}))
    return mails


def test_mail_holds_only_what_may_cross(county: Generated) -> None:
    mails = opened(county)
    assert {(m.sender, m.recipient) for m in mails} == set(MAY_CROSS)
    receipts = canonical(county.truth("record").filter(feed="request_receipts")["record_id"])
    for mail in mails:
        if mail.kind == "receipts":
            assert mail.rows.columns == ["request_id", "taken_up_on"]
            assert set(mail.rows["request_id"]) <= receipts
        elif mail.kind == "request_states":
            assert mail.rows.columns == ["request_id", "kind", "state"]
            assert (
                set(mail.rows["request_id"]) <= receipts
            )  # so residence learns of no request that did not arrive
        else:
            assert isinstance(mail.payload, dict)
            assert set(mail.payload) <= {*TABLES, "area"}
            tables = {
                name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in mail.payload.items()
            }
            assert p.unprotected_counts(tables) == []
            assert p.below_county(tables) == []
            assert p.aftercare_in(tables) == []


def test_no_mail_has_a_personal_value(county: Generated) -> None:
    needles = p.sharp_needles(county.people)
    for mail in opened(county):
        text = json.dumps(dump_payload(mail.kind, mail.payload), ensure_ascii=False)
        assert found_in([text.encode()], needles) == []


def test_a_mail_with_more_in_it_is_not_sealed(first: Generated) -> None:
    keys = keys_of(first.homes / "residence")
    peers = open_home(first.homes / "residence").settings.peers
    rows = pl.DataFrame({"request_id": ["QQ1"], "taken_up_on": [T]})
    assert seal(keys, peers["housing"], rows, day=T, sequence=1)
    for more in ({"kind": pl.lit("登记")}, {"request_id": pl.lit(first.people["phone"].drop_nulls()[0])}):
        with pytest.raises(ValueError):
            seal(keys, peers["housing"], rows.with_columns(**more), day=T, sequence=1)
    counts = {"population": first.published["statistics"]["population"].head(3).to_dicts()}
    assert seal(keys, peers["statistics"], counts, day=T, sequence=1)
    for planted in (
        {"n": 7},
        {"name": "x"},
        {"feed": "released_persons", "area_code": first.people["id"][0]},
    ):
        with pytest.raises(ValueError):
            seal(
                keys,
                peers["statistics"],
                {"population": [counts["population"][0] | planted]},
                day=T,
                sequence=1,
            )


def test_a_process_opens_one_home(first: Generated) -> None:
    forget_opened_home()
    Home.open(first.homes / "residence")
    Home.open(first.homes / "residence")
    with pytest.raises(HomeError):
        Home.open(first.homes / "housing")
    forget_opened_home()  # the fault: without the guard the second home opens
    assert Home.open(first.homes / "housing").office == "housing"


def _mixed(base: Generated, office: str, seed: int) -> Callable[[Path], None]:
    """A round of the county with one office's whole inbox from another county."""

    def build(folder: Path) -> None:
        write_county(folder / "other", persons=PERSONS, seed=seed, as_of=T)
        run_round(folder / "homes", base.inboxes() | {office: folder / "other" / "inbox" / office})
        forget_opened_home()

    return build


@pytest.fixture(scope="session", params=KEEPING)
def changed(
    first: Generated, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> tuple[str, Generated]:
    """(office, the county after a round in which that office's files were all others)."""
    office = str(request.param)
    folder = once(tmp_path_factory, worker_of(request), f"changed-{office}", _mixed(first, office, 99))
    return office, Generated(first.sample, folder / "homes")


_OF_THE_RUN = ("loaded_at", "run_id", "happened_at", "started_at", "finished_at")


def settled(tables: Tables) -> dict[str, list[tuple[object, ...]]]:
    """What mail may not change: requests without kind and state, no RQ finding, no mail among the deliveries."""
    found = {}
    requests = set(tables["exception"].filter(pl.col("rule_code").str.starts_with("RQ-"))["exception_id"])
    for name, frame in tables.items():
        kept = frame.drop([c for c in _OF_THE_RUN if c in frame.columns])
        if "rule_code" in kept.columns and name == "exception":
            kept = kept.filter(~pl.col("rule_code").str.starts_with("RQ-"))
        if name in ("exception_event", "exception_history"):
            kept = kept.filter(~pl.col("exception_id").is_in(list(requests)))
        if name == "delivery":
            kept = kept.filter(~pl.col("file_name").str.starts_with("MAIL_"))
        if name == "request":
            kept = kept.select("request_id")
        if name == "run":
            continue
        found[name] = sorted(kept.rows(), key=repr)
    return found


def test_changing_one_office_changes_nothing_elsewhere(
    first: Generated, changed: tuple[str, Generated]
) -> None:
    office, other = changed
    assert settled(first.published[office]) != settled(other.published[office])
    for unchanged in set(KEEPING) - {office}:
        before, after = settled(first.published[unchanged]), settled(other.published[unchanged])
        assert {t for t in before if before[t] != after.get(t)} == set(), unchanged


def test_aftercare_changes_not_even_the_statistics(first: Generated, changed: tuple[str, Generated]) -> None:
    office, other = changed
    same = {t for t in TABLES if first.published["statistics"][t].equals(other.published["statistics"][t])}
    assert (same == set(TABLES)) == (office == "aftercare")


def test_one_changed_row_is_seen(first: Generated) -> None:
    tables = dict(first.published["residence"])
    before = settled(tables)
    tables["record"] = tables["record"].with_columns(withdrawn_on=pl.lit(date(2026, 1, 1)))
    assert [t for t in before if before[t] != settled(tables)[t]] == ["record"]
