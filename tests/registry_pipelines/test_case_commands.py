"""Commands about cases in a home that lives: the list of a past day, answers, disputes, and the copy for a person."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.assets.living import ADDRESS, DAY, Living, person, registered
from tests.once import once, worker_of
from tests.registry_pipelines.conftest import Call

LATER = DAY + timedelta(days=7)
NEIGHBOUR, MINE = person(1), person(0)


def _grown(folder: Path) -> None:
    """LD1 and LD2 are one person's, LD1 was not locatable at first; LD3 is a neighbour's; a row was rejected."""
    one = Living(folder)
    rows = [registered("LD1", **MINE | {"居住地址": "某处"}), registered("LD2", **MINE, 登记日期="2026-04-10"),
            registered("LD3", **NEIGHBOUR)]  # fmt: skip
    one.deliver(DAY, rows, mode="full")
    one.run(DAY)
    one.deliver(
        LATER, [registered("LD1", **MINE, 登记日期="2026-04-02"), registered("LD9", **MINE, 登记日期="never")]
    )
    one.run(LATER)


@pytest.fixture
def living(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, request: pytest.FixtureRequest
) -> Living:
    made = once(tmp_path_factory, worker_of(request), "case_commands", _grown)
    shutil.copytree(made, tmp_path / "living", symlinks=True)
    return Living(tmp_path / "living")


def test_the_list_and_the_reason_of_a_past_day(living: Living, call: Call) -> None:
    then = call("exceptions", "--as-of", DAY, "--home", living.home, "--format", "json")
    assert {(r["rule_code"], r["record_id"], r["status"]) for r in then.rows} == {("FP-09", "LD1", "open")}
    now = call(
        "exceptions", "--status", "all", "--rule", "FP-09", "--home", living.home, "--format", "json"
    ).rows
    assert [(r["status"], r["close_reason"]) for r in now] == [("cured", "record_changed")]
    case = now[0]["exception_id"]
    past = call("explain", case, "--as-of", DAY, "--home", living.home, "--format", "json").rows[0]
    assert (past["status"], past["closed_on"], [e["event"] for e in past["events"]]) == (
        "open",
        None,
        ["opened"],
    )
    assert past["details"]["registered_on"] == "2026-04-01"
    present = call("explain", case, "--home", living.home).out
    assert "流动人口 LD1" in present.split("登记消除")[1]
    early = call("explain", case, "--as-of", DAY - timedelta(days=1), "--home", living.home)
    assert (early.status, "not listed on that day" in early.err) == (2, True)
    before = call("exceptions", "--as-of", "2020-01-01", "--home", living.home, "--format", "json")
    assert before.rows == [] and "the first was as of 2026-05-04" in before.err
    after = call("exceptions", "--as-of", "2030-01-01", "--home", living.home, "--format", "json")
    assert len(after.rows) == 1 and "as of 2026-05-11" in after.err
    assert call("exceptions", "--as-of", "May", "--home", living.home).status == 2


def test_an_answer_at_the_desk(living: Living, call: Call) -> None:
    (case,) = (r["exception_id"] for r in call("exceptions", "--home", living.home, "--format", "json").rows)
    wrong = [
        (["QNOSUCHCASE", "--answer", "属实"], "no exception or letter of that number"),
        ([case, "--answer", "maybe"], "--answer has to be one of"),
        ([case, "--answer", "属实", "--reason", "because"], "--reason has to be one of"),
    ]
    for arguments, text in wrong:
        answer = call("resolve", *arguments, "--home", living.home)
        assert answer.status == 2 and text in answer.err
    assert call("resolve", case.lower(), "--answer", "no_reminder", "--home", living.home).status == 0
    living.run(LATER + timedelta(days=1))
    row = living.rows("SELECT status, close_reason FROM exception WHERE exception_id = $id", id=case)[0]
    assert tuple(row.values()) == ("dismissed", "no_reminder")
    again = call("resolve", case, "--answer", "属实", "--home", living.home)
    assert again.status == 2 and "ended for good" in again.err
    assert call("answers", "--home", living.home, "--format", "json").rows == []
    told = call("answers", "--all", "--home", living.home, "--format", "json").rows
    assert [(r["exception_id"], r["file_name"], r["outcome"]) for r in told] == [(case, None, "applied")]


def test_a_dispute_from_beginning_to_end(living: Living, call: Call) -> None:
    name = ["floating_population/LD2", "居住地址"]
    assert (
        "no dispute" in call("dispute", *name, "--close", "--reason", "reviewed", "--home", living.home).err
    )
    assert "objection, correction" in call("dispute", *name, "--reason", "same", "--home", living.home).err
    assert call("dispute", *name, "--reason", "objection", "--home", living.home).status == 0
    assert "disputed already" in call("dispute", *name, "--reason", "objection", "--home", living.home).err
    living.run(LATER + timedelta(days=1))
    (row,) = call("disputes", "--home", living.home, "--format", "json").rows
    assert (row["record_id"], row["field"], row["state"], row["reason_code"]) == (
        "LD2",
        "address",
        "open",
        "objection",
    )
    listed = call("exceptions", "--home", living.home, "--format", "json")
    assert listed.rows == [] and "registry disputes" in listed.err
    held = call("exceptions", "--status", "held", "--home", living.home, "--format", "json").rows
    assert {r["hold_reason"] for r in held} == {"disputed"}
    assert "所据事实有争议" in call("explain", held[0]["exception_id"], "--home", living.home).out
    assert call("dispute", *name, "--close", "--reason", "reviewed", "--home", living.home).status == 0
    assert (
        "no dispute" in call("dispute", *name, "--close", "--reason", "reviewed", "--home", living.home).err
    )
    living.run(LATER + timedelta(days=2))
    assert call("disputes", "--home", living.home, "--format", "json").rows == []
    assert len(call("disputes", "--all", "--home", living.home, "--format", "json").rows) == 1
    assert len(call("exceptions", "--home", living.home, "--format", "json").rows) == 1


def copy_of(living: Living, call: Call, name: str, record: str = "LD1") -> Path:
    arguments = ["--feed", "floating_population", "--record", record, "--reason", "request", "--output", name]
    answer = call("subject", "--home", living.home, *arguments)
    assert answer.status == 0, answer.err
    return living.home / "exports" / name


def test_the_copy_holds_everything_on_the_person_and_nothing_on_another(living: Living, call: Call) -> None:
    call("exceptions", "--as-of", DAY, "--rule", "FP-09", "--home", living.home)
    call("exceptions", "--rule", "DQ-01", "--home", living.home)
    call("dispute", "floating_population/LD2", "姓名", "--reason", "objection", "--home", living.home)
    living.run(LATER + timedelta(days=1))
    copy = json.loads(copy_of(living, call, "copy.json").read_text(encoding="utf-8"))
    versions = {(r["record_id"], r["values"]["居住地址"], r["current"]): r for r in copy["records"]}
    assert set(versions) == {
        ("LD1", "某处", False),
        ("LD1", ADDRESS.format(8), True),
        ("LD2", ADDRESS.format(8), True),
    }
    old = versions["LD1", "某处", False]
    assert (old["file_name"], old["row_number"]) == (f"floating_population_full_{DAY:%Y%m%d}.csv", 1)
    assert versions["LD1", ADDRESS.format(8), True]["read_as"]["地址·门牌"] == "8"
    assert [(r["reason_code"], r["values"]["姓名"]) for r in copy["rejected"]] == [
        ("date_unreadable", MINE["姓名"])
    ]
    assert {(f["rule_code"], f["status"]) for f in copy["findings"]} == {
        ("FP-09", "cured"),
        ("FP-10", "held"),
    }
    assert [e["event"] for e in copy["events"] if e["exception_id"] == old_case(copy)] == ["opened", "cured"]
    assert [h["status"] for h in copy["history"] if h["exception_id"] == old_case(copy)] == ["open"]
    assert [(d["record_id"], d["field"]) for d in copy["disputes"]] == [("LD2", "name")]
    assert copy["same_person"] and {p["command"]: p["certain"] for p in copy["pulls"]} == {
        "exceptions": False,
        "dispute": True,
    }
    assert [p["filter"] for p in copy["pulls"] if p["command"] == "exceptions"] == [
        f"rule=FP-09 as_of={DAY} to=table"
    ]
    text = json.dumps(copy, ensure_ascii=False)
    assert not [v for v in (*NEIGHBOUR.values(), "LD3") if v in text]


def old_case(copy: dict[str, list[dict[str, str]]]) -> str:
    return next(f["exception_id"] for f in copy["findings"] if f["rule_code"] == "FP-09")


def test_the_copy_is_readable_in_each_form(living: Living, call: Call) -> None:
    book = openpyxl.load_workbook(copy_of(living, call, "copy.xlsx"))
    rows = [[cell.value for cell in row] for row in book["记录"].iter_rows()]
    assert any(row[1] == "LD1" and "某处" in row for row in rows)
    path = copy_of(living, call, "copy.csv")
    lines = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert lines[0] == ["部分", "序号", "项目", "内容"] and {"记录", "缺口", "退回的行"} <= {
        line[0] for line in lines
    }
    assert path.stat().st_mode & 0o777 == 0o600
