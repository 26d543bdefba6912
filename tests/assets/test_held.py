"""The kept hashes hold every name, number and phone of a home after each run, no more, and show what a full look shows."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

import duckdb
import pytest

from assets.run import RunSession
from assets.stations import retention
from assets.store import held
from assets.store.database import open_working
from assets.store.forgetting import forget_identity
from assets.store.forms import IDENTITY_OR_PHONE
from assets.store.home import Home, forget_opened_home
from assets.store.keys import load_keys
from assets.store.personal import bare, feed_values, held_hashes, personal_among, rejected_values
from tests.assets.living import DAY, Living, Row, person, registered
from tests.assets.store_fixtures import make_home
from tests.robustness.ledgers import HEADINGS, write

FEED = "floating_population"
NUMBERS = ("ABC-1234", "ABCD 5678", "1111111", "20260401")
IDS = (
    "LR1",
    "LR-2",
    "欧阳甲一",
    "欧阳乙·二",
    "欧阳丙三",
    "ABC1234",
    "abcd5678",
    "1111111",
    "13900990003",
    "甲",
)


def random_row(rng: Random) -> Row:
    """A row whose record id may be the name or number of another row's person."""
    row = dict(registered(rng.choice(IDS), **person(rng.randrange(4))))
    if rng.random() < 0.4:
        row["证件号码"] = rng.choice(NUMBERS)
    if rng.random() < 0.2:
        row["登记日期"] = "昨天"  # rejected
    return row


def expected(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """What each record and rejected row is shown as, judged by all values that are held."""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE every_value AS
            SELECT DISTINCT value FROM ({feed_values("residence")} UNION ALL {rejected_values("residence")})"""
    )
    value, place = bare("record_id"), "file_name || '#' || row_number"
    personal = f"(regexp_full_match({value}, '{IDENTITY_OR_PHONE}') OR {value} IN (FROM every_value))"
    shown = f"CASE WHEN {personal} THEN {place} ELSE record_id END"
    of_records = f"""SELECT rid, {shown} FROM record JOIN sighting USING (rid) JOIN delivery USING (delivery_id)
                     WHERE is_current AND record.feed <> 'areas' ORDER BY ALL"""
    of_rejected = f"""SELECT file_name, row_number, CASE WHEN record_id IS NOT NULL THEN {shown} END
                      FROM rejected JOIN delivery USING (delivery_id) ORDER BY ALL"""
    return {"record": con.execute(of_records).fetchall(), "rejected": con.execute(of_rejected).fetchall()}


def shown(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """What each record and rejected row is shown as in the working database."""
    return {
        "record": con.execute("SELECT rid, shown_id FROM record WHERE feed <> 'areas' ORDER BY ALL").fetchall(),
        "rejected": con.execute(
            "SELECT file_name, row_number, shown_id FROM rejected JOIN delivery USING (delivery_id) ORDER BY ALL"
        ).fetchall(),
    }  # fmt: skip


def differing(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """How many hashes are kept of values that are not held, and how many of those held are lacking, by record."""
    now = f"SELECT rid, hash(value) AS h FROM ({feed_values('residence')})"
    ids = f"SELECT rid, hash({bare('record_id')}) AS h FROM record WHERE feed <> 'areas'"
    sides = [("FROM personal_hash", now), ("FROM id_hash", ids)]
    counts = [
        [con.execute(f"SELECT count(*) FROM ({a} EXCEPT {b})").fetchall()[0][0] for a, b in pairs]
        for pairs in (sides, [(b, a) for a, b in sides])
    ]
    twice = con.execute("SELECT count(*) - count(DISTINCT rid) FROM id_hash").fetchall()[0][0]
    return sum(counts[0]) + twice, sum(counts[1])


def load(home: Path, inbox: Path, day: date) -> int:
    """The first stations of a run, and the end of old versions, committed; how many versions went."""
    forget_opened_home()
    with RunSession(home, office="residence", inbox=inbox, as_of=day) as session:
        for name in ("deliveries", "records"):
            session.station(name)
            assert [c.name for c in session.checks(name) if not c.passed] == []
        assert shown(session.ctx.con) == expected(session.ctx.con)
        gone = retention._versions(session.ctx)
        session.finish()
    forget_opened_home()
    return gone


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_is_what_is_held_whatever_comes_and_goes(tmp_path: Path, seed: int) -> None:
    """Deliveries in full and of changes, late ones, rejected rows, and versions that go after a year."""
    rng, day, gone = Random(seed), DAY, 0
    for gap in (1, 5, 400, 1, 400, 1):
        for late in (0, rng.choice([1, 2])):
            rows = {row["登记编号"]: row for row in (random_row(rng) for _ in range(rng.randrange(3, 12)))}
            lines = [tuple(row.get(heading, "") for heading in HEADINGS[FEED]) for row in rows.values()]
            mode = rng.choice(["delta", "full"])
            write(tmp_path / f"{day}", f"{FEED}_{mode}_{day - timedelta(days=late):%Y%m%d}.csv", lines)
        gone += load(tmp_path / "home", tmp_path / f"{day}", day)
        opened = Home.open(tmp_path / "home")
        with open_working(opened, load_keys(opened, {})) as con:
            assert held.is_kept(con, "residence")
            assert differing(con) == (0, 0)
        day += timedelta(days=gap)
    forget_opened_home()
    assert gone


def test_a_name_delivered_later_hides_the_record_that_has_it_as_its_number(tmp_path: Path) -> None:
    home = Living(tmp_path)
    home.deliver(DAY, [registered("欧阳甲一", **person(1)), registered("LR2", **person(2))])
    home.run(DAY)
    assert {r["record_id"] for r in home.rows("SELECT record_id FROM record")} == {"欧阳甲一", "LR2"}
    day = DAY + timedelta(days=1)
    home.deliver(day, [registered("LR3", **{**person(3), "姓名": "欧阳 甲一"})])
    home.run(day)
    assert {r["record_id"] for r in home.rows("SELECT record_id FROM record")} == {
        f"floating_population_delta_{DAY:%Y%m%d}.csv#1", "LR2", "LR3",
    }  # fmt: skip


def test_hashes_of_another_version_of_duckdb_are_made_anew(tmp_path: Path) -> None:
    with open_working(*make_home(tmp_path / "home")) as con:
        con.execute("INSERT INTO raw_floating_population (rid, content, name) VALUES (1, 7, '欧阳甲一')")
        assert held.ensure(con, "residence")
        assert not held.ensure(con, "residence")
        con.execute("UPDATE personal_hash SET h = 1")
        con.execute("UPDATE setting SET value = '0.9' || value WHERE name = 'personal_hash'")
        assert not held.is_kept(con, "residence")
        assert held.ensure(con, "residence")
        assert differing(con) == (0, 0)


def test_a_hash_alone_proves_nothing(tmp_path: Path) -> None:
    with open_working(*make_home(tmp_path / "home")) as con:
        con.execute("INSERT INTO raw_floating_population (rid, content, name) VALUES (1, 7, '欧阳甲一')")
        held.ensure(con, "residence")
        con.execute("INSERT INTO personal_hash SELECT 1, hash('LR2')")
        con.execute("CREATE TEMP TABLE text AS SELECT unnest(['欧阳甲一', 'LR2', 'LR3']) AS value")
        held_hashes(con, "residence", afresh=False)
        assert personal_among(con, "residence", "text")
        assert con.execute("FROM personal_text").fetchall() == [("欧阳甲一",)]


def test_the_hashes_go_with_an_identity_whose_consent_has_ended(tmp_path: Path) -> None:
    with open_working(*make_home(tmp_path / "home", "aftercare")) as con:
        con.execute(
            "INSERT INTO record VALUES (1, 'assistance_enrolment', 'BJ1', 'BJ1', $day, $day, NULL)",
            {"day": date(2026, 1, 1)},
        )
        con.execute(
            "INSERT INTO raw_assistance_enrolment (rid, content, name) VALUES (1, 7, '欧阳甲一'), (2, 7, '欧阳乙二')"
        )
        held.ensure(con, "aftercare")
        forget_identity(con, [1])
        assert (
            con.execute("FROM personal_hash").fetchall()
            == con.execute("SELECT 2, hash('欧阳乙二')").fetchall()
        )
