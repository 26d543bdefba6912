"""A fault planted in a running home: the last check stops the run, and nothing is published."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.run import STATIONS, CheckFailed, RunSession
from assets.store.home import forget_opened_home
from quality.disclosure import ProtectedCounts
from quality.rules import RuleError, check_rule, load_rules
from tests.principles.homes import Generated, T

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def residence(first: Generated, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the residence home; a failed run leaves it as it was."""
    home = tmp_path_factory.mktemp("planted") / "residence"
    shutil.copytree(first.homes / "residence", home, symlinks=True)
    return home


def walk(home: Path, after: str, plant: Callable[[RunSession], object]) -> None:
    """A run of a day later, with a fault planted after one station."""
    forget_opened_home()
    with RunSession(home, as_of=T.replace(month=11, day=1)) as session:
        for name in STATIONS:
            session.station(name)
            if name == after:
                plant(session)
            session.checks(name)
        session.finish()


def current(home: Path) -> str:
    return (home / "published" / "registry.duckdb").resolve().name


def versions(home: Path) -> set[str]:
    """The published files that lie there; a failed run leaves none of its own."""
    return {path.name for path in (home / "published").glob("registry-*.duckdb*")}


def sql(text: str) -> Callable[[RunSession], object]:
    """A fault that one statement makes."""
    return lambda session: session.ctx.con.execute(text)


def _name(con: duckdb.DuckDBPyConnection) -> str:
    row = con.execute("SELECT max(name) FROM typed_floating_population WHERE length(name) > 1").fetchone()
    return str(row[0]) if row else ""


NAME = "(SELECT max(name) FROM typed_floating_population WHERE length(name) > 1)"
BIRTH = "UPDATE exception_case AS e SET {} FROM typed_floating_population t WHERE t.rid = e.rid AND t.id_birth < DATE '2000-01-01'"
FAULTS = {
    "a name in details": f"UPDATE exception_case SET details = json_object('seen', {NAME})",
    "a name as a close reason": f"UPDATE exception_case SET close_reason = {NAME}",
    "a number in details": "UPDATE exception_case SET details = json_object('n', (SELECT max(id_number) FROM typed_floating_population WHERE id_state = 'valid'))",
    "a person key in details": "UPDATE exception_case SET details = json_object('person', (SELECT max(person) FROM person_member))",
    "a birth date as a due date": BIRTH.format("due_on = t.id_birth"),
    "a birth date in details": BIRTH.format("details = json_object('registered_on', t.id_birth::VARCHAR)"),
    "a record of nobody": "UPDATE exception_case SET details = json_object('rows', ['floating_population/LD77777777'])",
    "a phone as an event": "UPDATE exception_event SET event = (SELECT max(phone) FROM typed_floating_population)",
}


@pytest.mark.parametrize("fault", FAULTS, ids=list(FAULTS))
def test_a_planted_fault_stops_the_run(residence: Path, fault: str) -> None:
    before, kept = current(residence), versions(residence)
    with pytest.raises(CheckFailed) as stopped:
        walk(residence, "exceptions", sql(FAULTS[fault]))
    assert current(residence) == before
    assert versions(residence) == kept
    assert not list((residence / "published").glob(".*"))  # what was begun is gone too
    forget_opened_home()
    with RunSession(residence, as_of=T) as session:
        assert _name(session.ctx.con) not in str(stopped.value)


def test_a_count_of_seven_stops_the_run(residence: Path) -> None:
    def plant(session: RunSession) -> None:
        assert session.ctx.own_counts is not None
        frames = session.ctx.own_counts.frames()
        frames["quality_metric"] = frames["quality_metric"].with_columns(denominator=pl.lit(7, pl.Int64))
        forged = object.__new__(ProtectedCounts)
        object.__setattr__(forged, "_frames", frames)
        session.ctx.own_counts = forged

    before = current(residence)
    with pytest.raises(CheckFailed):
        walk(residence, "measures", plant)
    assert current(residence) == before


def test_the_same_run_without_a_fault_is_published(residence: Path, tmp_path: Path) -> None:
    home = tmp_path / "residence"
    shutil.copytree(residence, home, symlinks=True)
    before = current(home)
    walk(home, "exceptions", sql("SELECT 1"))
    assert current(home) != before


@pytest.mark.parametrize(
    "what", ["name", "id_number", "phone", "birth_date", "address", "id_birth", "name_key"]
)
def test_a_rule_that_selects_people_is_refused(what: str) -> None:
    rule = next(r for r in load_rules("residence") if r.code == "FP-09")
    check_rule(rule)
    with pytest.raises(RuleError):
        check_rule(replace(rule, sql=rule.sql.replace("SELECT", f"SELECT {what},", 1)))
    with pytest.raises(RuleError):
        check_rule(replace(rule, sql=f"{rule.sql} AND {what} IS NOT NULL"))


def test_a_rule_that_reads_the_ledger_is_refused() -> None:
    rule = next(r for r in load_rules("residence") if r.code == "FP-09")
    for table in ("cur_floating_population", "typed_floating_population", "raw_floating_population"):
        with pytest.raises(RuleError):
            check_rule(replace(rule, sql=rule.sql.replace("rv_floating_population", table)))
