"""What had to go is nowhere: every file of the home is searched with its key, and the old files are gone."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from assets.run import RunSession
from assets.stations.sealing import CLEAR
from assets.store import backup as backups
from assets.store import purge
from assets.store.database import open_working
from assets.store.decisions import Decision, append_decision
from assets.store.forgetting import Deletions, parse_deletions
from assets.store.home import Home, forget_opened_home
from assets.store.keys import load_keys
from registry_pipelines.cli import run as command
from tests.once import once, worker_of
from tests.robustness.ledgers import AREAS, COMMUNITY, number, run, write
from tests.robustness.looking import keys_of, places

DAY = date(2026, 10, 1)
NEXT = DAY + timedelta(days=1)
KEPT, SEALED = "SF-KEPT-77", "SF-SEALED-77"
FIRST, SECOND, ENDING, REFUSING = "BJ-FIRST-77", "BJ-SECOND-77", "BJ-ENDING-77", "BJ-REFUSING-77"
PEOPLE = {
    FIRST: (
        "欧阳试一",
        "992701198104050111",
        "13900990011",
    ),  # the check digit is wrong, so there is a finding
    ENDING: ("欧阳试二", number(date(1982, 5, 6), 12), "13900990012"),
    REFUSING: ("欧阳试三", number(date(1983, 6, 7), 13), "13900990013"),
}
GONE_WITH_THE_SEAL = [SEALED, FIRST, *PEOPLE[FIRST]]
GONE_WITH_CONSENT = [*PEOPLE[ENDING], *PEOPLE[REFUSING]]


def enrolment(record: str, notice: str, status: str = "在册", *, person: bool = True) -> tuple[str, ...]:
    name, numbered, phone = PEOPLE[record] if person else ("", "", "")
    return (
        record,
        notice,
        name,
        numbered,
        phone,
        "2026-06-01",
        status,
        "2026-06-01" if person else "",
        "2027-06-01",
    )


def notices(folder: Path, day: date, sealed: str) -> None:
    rows = [(KEPT, "2026-05-01", COMMUNITY, "否"), (SEALED, "2026-05-02", COMMUNITY, sealed)]
    write(folder, f"released_persons_full_{day:%Y%m%d}.csv", rows)


def _live(folder: Path) -> None:
    """An aftercare home that names what will have to go in versions, rejected rows, decisions and a publication."""
    home, inbox = folder / "home", folder / "in"
    write(inbox, f"areas_full_{DAY:%Y%m%d}.csv", AREAS)
    notices(inbox, DAY, CLEAR[0])
    write(
        inbox, f"assistance_enrolment_full_{DAY:%Y%m%d}.csv",
        [enrolment(FIRST, SEALED), enrolment(ENDING, ""), enrolment(REFUSING, ""),
         ("BJ-REJECTED-77", SEALED, "", "", "", "2026-06-01", "", "", "")],
    )  # fmt: skip
    run(home, DAY, office="aftercare", inbox=inbox)
    opened = Home.open(home)
    ids = {
        "a_feed": "assistance_enrolment",
        "a_record": FIRST,
        "b_feed": "assistance_enrolment",
        "b_record": ENDING,
    }
    decision = Decision("review", "unsure", "tester", **ids)
    append_decision(opened, load_keys(opened, {}), decision, datetime(2026, 10, 1))
    earlier = enrolment(FIRST, SEALED)
    changed = (*earlier[:5], "2026-06-02", *earlier[6:])
    write(folder / "in2", f"assistance_enrolment_delta_{DAY:%Y%m%d}_b.csv", [changed])
    run(home, DAY, inbox=folder / "in2")


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Such a home, with exports and a backup too."""
    home = tmp_path / "home"
    shutil.copytree(once(tmp_path_factory, worker_of(request), "purge", _live) / "home", home, symlinks=True)
    forget_opened_home()
    assert command(["exceptions", "--home", str(home), "--output", "list.xlsx"]) == 0
    subject = f'{{"record": "{ENDING}", "name": "{PEOPLE[ENDING][0]}"}}'
    (home / "exports" / "subject.json").write_text(subject, encoding="utf-8")
    with xlsxwriter.Workbook(str(home / "exports" / "about_others.xlsx")) as book:
        book.add_worksheet().write_string(0, 0, KEPT)
    forget_opened_home()
    opened = Home.open(home)
    backups.backup(opened, load_keys(opened, {}), home / "kept.backup", today=DAY)
    return home


def later_files(folder: Path) -> Path:
    """Next day: the notice is sealed, one consent has ended, one person refused."""
    notices(folder, NEXT, "是")
    rows = [enrolment(FIRST, SEALED), enrolment(ENDING, "", "解除"), enrolment(REFUSING, "", "谢绝")]
    write(folder, f"assistance_enrolment_full_{NEXT:%Y%m%d}.csv", rows)
    return folder


def where(home: Path, needles: list[str]) -> set[str]:
    return {place.split(":")[0] for place in places(home, keys_of(home), needles)}


def test_a_seal_and_the_end_of_consent_reach_every_file(home: Path, tmp_path: Path) -> None:
    before = where(home, GONE_WITH_THE_SEAL)
    assert {"work/working.duckdb", "work/decisions.duckdb", "exports/list.xlsx", "kept.backup"} <= before
    assert any(place.startswith("published/") for place in before)
    inode = (home / "work" / "working.duckdb").stat().st_ino
    summary = run(home, NEXT, inbox=later_files(tmp_path / "in3"))
    assert where(home, GONE_WITH_THE_SEAL) == set()
    assert where(home, GONE_WITH_CONSENT) == set()
    assert "work/working.duckdb" in where(home, [ENDING])  # the row itself stays: somebody acknowledged
    assert (home / "work" / "working.duckdb").stat().st_ino != inode
    assert not list((home / "work").glob("*fresh*")) + list((home / "work").glob("*.wal"))
    assert [p.name for p in (home / "exports").iterdir()] == ["about_others.xlsx"]
    assert len(list((home / "published").glob("registry-*.duckdb"))) == 1
    assert any("exports" in note for note in summary.notes)
    assert not run(home, NEXT, inbox=tmp_path / "in3").changed


def test_what_is_not_due_stays(home: Path) -> None:
    inode = (home / "work" / "working.duckdb").stat().st_ino
    run(home, NEXT)
    assert (home / "work" / "working.duckdb").stat().st_ino == inode
    assert "kept.backup" in where(home, GONE_WITH_THE_SEAL)
    assert len(list((home / "exports").iterdir())) == 3


@pytest.mark.parametrize("step", ["_purge_exports", "_purge_decisions", "_purge_backups", "rewrite"])
def test_a_run_killed_while_it_purges_is_made_up_for(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class KilledError(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(purge, step, die)
        with pytest.raises(KilledError):
            run(home, NEXT, inbox=later_files(tmp_path / "in3"))
    assert where(home, GONE_WITH_THE_SEAL)
    run(home, NEXT, inbox=tmp_path / "in3")
    assert where(home, [*GONE_WITH_THE_SEAL, *GONE_WITH_CONSENT]) == set()


def test_a_sealed_enrolment_stays_sealed_when_it_names_its_notice_no_more(home: Path, tmp_path: Path) -> None:
    run(home, NEXT, inbox=later_files(tmp_path / "in3"))
    day = NEXT + timedelta(days=1)
    write(tmp_path / "in4", f"assistance_enrolment_delta_{day:%Y%m%d}.csv", [enrolment(FIRST, "")])
    run(home, day, inbox=tmp_path / "in4")
    assert where(home, GONE_WITH_THE_SEAL) == set()


def test_a_run_that_fails_its_checks_purges_nothing(home: Path, tmp_path: Path) -> None:
    forget_opened_home()
    with RunSession(home, inbox=later_files(tmp_path / "in3"), as_of=NEXT) as session:
        session.station("deliveries")
        session.station("records")
        assert session.ctx.purged
    forget_opened_home()
    assert {"kept.backup", "exports/list.xlsx", "work/working.duckdb"} <= where(home, GONE_WITH_THE_SEAL)


def test_every_table_that_names_records_is_cleared(home: Path, tmp_path: Path) -> None:
    """A table that a later migration brings is cleared too, without anybody thinking of it."""
    opened = Home.open(home)
    with open_working(opened, load_keys(opened, {})) as con:
        con.execute(
            "CREATE TABLE later_table AS SELECT rid AS rid_a, 5::BIGINT AS x FROM record WHERE record_id = $r",
            {"r": FIRST},
        )
    run(home, NEXT, inbox=later_files(tmp_path / "in3"))
    forget_opened_home()
    opened = Home.open(home)
    with open_working(opened, load_keys(opened, {})) as con:
        assert con.execute("SELECT count(*) FROM later_table").fetchall() == [(0,)]


def test_the_case_of_another_row_forgets_that_it_rested_on_what_went(home: Path, tmp_path: Path) -> None:
    opened = Home.open(home)
    with open_working(opened, load_keys(opened, {})) as con:
        con.execute(
            """INSERT INTO exception_case (exception_id, rule_code, feed, rid, dwelling_key, area_code, status, opened_on, due_on, answer_by, last_seen_on, closed_on,
                 close_reason, rule_version, details, evidence) SELECT 'QTTTTTTTTTTTTTTTT', 'RP-08', feed, rid, NULL, NULL, 'cured', $day, $day, $day, $day, $day,
                 'by_record', '1', '{"rows":[{"feed":"assistance_enrolment","record_id":"' || $first || '"}]}', 'digest'
               FROM record WHERE record_id = $ending""",
            {"day": DAY, "first": FIRST, "ending": ENDING},
        )
    run(home, NEXT, inbox=later_files(tmp_path / "in3"))
    assert where(home, GONE_WITH_THE_SEAL) == set()
    assert "work/working.duckdb" in where(home, ["QTTTTTTTTTTTTTTTT"])


def test_the_list_of_deletions_is_what_it_was_and_names_nobody() -> None:
    listed = Deletions((("SABC", None, False), ("SXYZ", "SABC", True)), (("ended_request", "TDEF", 7),))
    assert parse_deletions(listed.dump()) == listed
    assert parse_deletions(Deletions((), ()).dump()) == Deletions((), ())
    for text in ("{}", '[["a"]]', '[["a", "b", "c"]]', "no json"):
        with pytest.raises(ValueError):
            parse_deletions(text)


@pytest.mark.parametrize("word", ["A&B-1", "张-1", "Q<7>"])
def test_an_export_is_searched_in_each_form(tmp_path: Path, word: str) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "list.xlsx")) as book:
        book.add_worksheet().write_string(0, 0, f"rental {word}")
    (tmp_path / "list.csv").write_text(f"id\n{word}\n", encoding="utf-8")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 cut off")
    assert all(purge._lists(tmp_path / name, {word}) for name in ("list.xlsx", "list.csv", "broken.xlsx"))
    assert not purge._lists(tmp_path / "list.xlsx", {"B-2"})
    assert not purge._lists(tmp_path / "list.csv", set())
