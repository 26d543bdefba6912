"""A record whose number turns out to be a person's name is shown as FILE#ROW everywhere, in ended cases too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from assets.run import run_home
from assets.store.home import Home, forget_opened_home
from assets.store.keys import load_keys
from assets.store.reading import open_published, select

HEAD = "登记编号,姓名,证件号码,居住地址,登记日期,状态"
NUMBER = "990101199003070015"
DOUBLE = (
    f"江晓棠,江晓棠,{NUMBER},城东路5号,2025-01-02,在住",
    f"LD2,江晓棠,{NUMBER},城东路6号,2026-08-03,在住",
)
CLOSED = (f"江晓棠,江晓棠,{NUMBER},城东路5号,2025-01-02,已注销", DOUBLE[1])


def _run(home: Path, inbox: Path, day: date, rows: tuple[str, ...]) -> None:
    inbox.mkdir(exist_ok=True)
    path = inbox / f"floating_population_full_{day:%Y%m%d}.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    forget_opened_home()
    assert all(check.passed for check in run_home(home, office="residence", inbox=inbox, as_of=day).checks)


def _details(home: Path) -> list[str]:
    opened = Home.open(home)
    with open_published(opened, load_keys(opened)) as con:
        told = [select(con, f"SELECT details FROM {t}", {})[1] for t in ("exception", "exception_history")]
    return [text for rows in told for (text,) in rows if text]


def test_a_number_that_became_personal_is_renamed_in_ended_cases_and_history(tmp_path: Path) -> None:
    home, inbox = tmp_path / "home", tmp_path / "inbox"
    plain = tuple(
        row.replace("江晓棠,江晓棠", "江晓棠,江小棠").replace("LD2,江晓棠", "LD2,江小棠") for row in DOUBLE
    )
    _run(home, inbox, date(2026, 9, 1), plain)
    assert any('"record_id":"江晓棠"' in text for text in _details(home))
    _run(home, inbox, date(2026, 9, 8), DOUBLE)  # now the number is a name that is held
    assert not any("江晓棠" in text for text in _details(home))
    _run(home, inbox, date(2026, 9, 15), CLOSED)
    _run(home, inbox, date(2026, 9, 22), (*CLOSED, "LD3,江晓棠,,城东路7号,2026-09-20,在住"))
    told = _details(home)
    assert not any("江晓棠" in text for text in told)
    assert any("floating_population_full_20260922.csv#1" in text for text in told)
