"""A record whose number turns out to be a person's name is shown as FILE#ROW everywhere, in ended cases too."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from assets.run import run_home
from assets.store.home import Home, forget_opened_home
from assets.store.keys import load_keys
from assets.store.reading import open_published, select
from tests.assets.living import DAY, Living, registered
from tests.robustness.ledgers import COMMUNITY

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


def test_two_ledgers_with_the_same_number_are_renamed_each_by_its_own(tmp_path: Path) -> None:
    """An ended case names both rows; each is shown by a file of its own ledger."""
    living, same = Living(tmp_path), {"证件号码": NUMBER, "性别": "男"}
    registry = registered("江晓棠", 姓名="赵念真", **same)
    household = {"户籍编号": "江晓棠", "姓名": "周博远", "社区代码": COMMUNITY, "状态": "正常"} | same
    living.deliver(DAY, [registry])
    living.deliver(DAY, [household], "resident_population")
    living.run(DAY)
    other = registry | {"证件号码": "990101199003070023"}
    living.deliver(DAY + timedelta(days=1), [other, registered("LD9", 姓名="江晓棠")])
    living.run(DAY + timedelta(days=1))
    told = [
        json.loads(row["details"])["rows"]
        for row in living.rows("SELECT details FROM exception WHERE rule_code = 'DQ-02'")
    ]
    assert told == [[
        {"feed": "floating_population", "record_id": "floating_population_delta_20260505.csv#1"},
        {"feed": "resident_population", "record_id": "resident_population_delta_20260504.csv#1"},
    ]] * 2  # fmt: skip
