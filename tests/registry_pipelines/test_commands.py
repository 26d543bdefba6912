"""The commands of an office's day, on a home that was run: rows, filters, exit statuses, audit."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import openpyxl
import pytest

from assets.store.database import open_working
from assets.store.home import Home, forget_opened_home
from assets.store.keys import Purpose, load_keys
from registry_pipelines.audit import Chain, Entry
from registry_pipelines.words import CODES
from tests.registry_pipelines.conftest import Call


def audit(home: Path) -> list[Entry]:
    opened = Home.open(home)
    return list(Chain(opened.audit, load_keys(opened).subkey(Purpose.AUDIT)).entries())


def test_exceptions_as_json_carry_the_published_columns(residence: Path, call: Call) -> None:
    rows = call("exceptions", "--home", residence, "--format", "json").rows
    assert rows and {"exception_id", "rule_code", "feed", "record_id", "dwelling_key", "area_code", "status", "opened_on",
                     "due_on", "answer_by", "closed_on", "may_do", "details"} <= set(rows[0])  # fmt: skip
    assert {row["status"] for row in rows} <= {"open", "confirmed"}
    assert all(isinstance(row["details"], dict) for row in rows)


def test_exceptions_are_filtered_by_rule_and_area(residence: Path, call: Call) -> None:
    rows = call("exceptions", "--home", residence, "--format", "json").rows
    areas = call("sql", "FROM area", "--home", residence, "--format", "json").rows
    communities = {a["area_code"] for a in areas if a["level"] == "社区"}
    rule, area = next((r["rule_code"], r["area_code"]) for r in rows if r["area_code"] in communities)
    found = call("exceptions", "--home", residence, "--format", "json", "--rule", rule, "--area", area).rows
    assert found == [r for r in rows if r["rule_code"] == rule and r["area_code"] == area]


def test_an_area_holds_those_below_it(residence: Path, call: Call) -> None:
    areas = call("sql", "FROM area", "--home", residence, "--format", "json").rows
    town = next(a["area_code"] for a in areas if a["level"] == "乡镇")
    below = {a["area_code"] for a in areas if a["parent_code"] == town} | {town}
    rows = call("exceptions", "--home", residence, "--format", "json").rows
    found = call("exceptions", "--home", residence, "--format", "json", "--area", town).rows
    assert found == [r for r in rows if r["area_code"] in below]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["exceptions", "--rule", "XX-99"], "no rule of that code"),
        (["exceptions", "--area", "000000000000"], "no area of that code"),
        (["exceptions", "--status", "lost"], "use one of held"),
        (["quarantine", "--feed", "people"], "no feed of that name"),
        (["exceptions", "--format", "xml"], "--help"),
        (["explain", "QNOPE"], "no exception of that number"),
        (["merge", "LD1", "LD2", "--reason", "same"], "FEED/ID"),
        (
            ["merge", "floating_population/NO-1", "floating_population/NO-2", "--reason", "same"],
            "no such record",
        ),
        (["unmerge", "floating_population/NO-1", "--reason", "because"], "--reason has to be one of"),
        (["accept", "tenancies_full_20261031.csv", "--reason", "reviewed"], "no file of that name"),
        (["accept", "requests"], "only the housing office"),
        (["accept", "TZ1", "--reason", "unsealed"], "only the aftercare office"),
        (["evaluate", "nothing.parquet"], "cannot be read"),
        (["sql", "DELETE FROM record"], "only one SELECT"),
        (["run", "--as-of", "yesterday"], "write it as"),
        (["nonsense"], "No such command"),
        (["peer", "add", "housing", "/nowhere/office.pub"], "No such file"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(
    residence: Path, call: Call, arguments: list[str], says: str
) -> None:
    options = [] if arguments[0] == "nonsense" else ["--home", str(residence)]
    answer = call(*arguments, *options)
    assert answer.status == 2 and says in answer.err
    assert len(answer.err.strip().splitlines()) == 1 and "Traceback" not in answer.err and answer.out == ""


def test_no_home_is_exit_2(tmp_path: Path, call: Call) -> None:
    answer = call("exceptions", "--home", tmp_path / "nowhere")
    assert answer.status == 2 and "no home" in answer.err and not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM '/etc/hostname'",
        "COPY record TO '/tmp/record.csv'",
        "ATTACH '/tmp/other.duckdb'",
        "SET threads = 1",
        "SELECT 1; SELECT 2",
        "INSTALL httpfs",
        "SELECT getenv('HOME')",
        "CALL pragma_version()",
        "CREATE TABLE t AS SELECT 1",
    ],
)
def test_sql_reads_the_published_tables_and_nothing_else(residence: Path, call: Call, statement: str) -> None:
    answer = call("sql", statement, "--home", residence)
    assert answer.status == 2 and answer.out == "" and len(answer.err.strip().splitlines()) == 1


def test_sql_rows_and_audit(residence: Path, call: Call) -> None:
    query = "SELECT feed, count(*) AS n FROM record GROUP BY ALL ORDER BY ALL"
    rows = call("sql", query, "--home", residence, "--format", "json").rows
    assert {row["feed"] for row in rows} >= {"floating_population", "resident_population"}
    entry = audit(residence)[-1]
    assert entry.command == "sql" and entry.rows == len(rows)
    assert "record" not in json.dumps(dict(entry.filter))


def test_every_pull_is_audited_and_names_no_record(residence: Path, call: Call) -> None:
    rows = call("exceptions", "--home", residence, "--format", "json").rows
    call("explain", rows[0]["exception_id"], "--home", residence)
    call("quarantine", "--home", residence)
    call("deliveries", "--home", residence)
    call("letters", "--home", residence)
    entries = audit(residence)
    assert [e.command for e in entries] == ["exceptions", "explain", "quarantine", "deliveries", "letters"]
    assert entries[0].rows == len(rows)
    text = (residence / "audit" / "pulls.jsonl").read_text(encoding="utf-8")
    assert rows[0]["exception_id"] not in text and rows[0]["record_id"] not in text


def test_explain_gives_rule_basis_and_what_may_be_done(residence: Path, call: Call) -> None:
    found = call("exceptions", "--home", residence, "--format", "json").rows
    row = next(r for r in found if r["rule_code"] in ("FP-07", "FP-10"))
    answer = call("explain", row["exception_id"], "--home", residence)
    assert answer.status == 0
    for text in (row["record_id"], "法律依据", "可办事项", "规则版本", "符合情况", "异议"):
        assert text in answer.out
    details = call("explain", row["exception_id"], "--home", residence, "--format", "json").rows
    assert len(details) == 1 and "name=" in details[0]["agreement"][0]["agreement"]


def test_workbook_of_exceptions(residence: Path, call: Call) -> None:
    rows = call("exceptions", "--home", residence, "--format", "json").rows
    answer = call("exceptions", "--home", residence, "--output", "list.xlsx")
    path = residence / "exports" / "list.xlsx"
    assert answer.status == 0 and str(path) in answer.err and answer.out == ""
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None and sheet.max_row == len(rows) + 2


def test_letters_are_by_record_number_with_their_text(residence: Path, call: Call) -> None:
    rows = call("letters", "--home", residence, "--format", "json").rows
    assert rows and all(r["letter_id"].startswith("L") and r["text_zh"] and r["text_en"] for r in rows)
    assert len({r["record_id"] for r in rows}) == len(rows)


def test_letters_only_where_they_are_handed_out(aftercare: Path, call: Call) -> None:
    assert call("letters", "--home", aftercare).status == 2


def test_codes_are_the_closed_list(call: Call) -> None:
    assert [row["code"] for row in call("codes", "--format", "json").rows] == list(CODES)


def test_subject_copy_is_complete_private_audited_and_capped(
    residence: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = call("exceptions", "--home", residence, "--format", "json").rows
    row = next(r for r in found if r["rule_code"] == "FP-10")
    arguments = [
        "subject",
        "--home",
        residence,
        "--feed",
        row["feed"],
        "--record",
        row["record_id"],
        "--reason",
        "request",
    ]
    answer = call(*arguments, "--output", "copy.json")
    path = residence / "exports" / "copy.json"
    assert answer.status == 0 and stat.S_IMODE(path.stat().st_mode) == 0o600
    copy = json.loads(path.read_text(encoding="utf-8"))
    own = next(r for r in copy["records"] if r["record_id"] == row["record_id"])
    assert own["values"]["姓名"] and own["values"]["登记编号"]
    assert len({r["record_id"] for r in copy["records"]}) >= 2
    assert row["exception_id"] in {f["exception_id"] for f in copy["findings"]}
    assert [p["command"] for p in copy["pulls"]] == ["exceptions"]
    assert own["values"]["姓名"] not in answer.out + answer.err
    entry = audit(residence)[-1]
    assert entry.command == "subject" and row["record_id"] not in json.dumps(dict(entry.filter))
    call(*arguments, "--output", "copy.xlsx")
    book = openpyxl.load_workbook(residence / "exports" / "copy.xlsx")
    assert book.sheetnames[:2] == ["说明", "记录"] and "缺口" in book.sheetnames
    assert all(any("一" <= c <= "鿿" for c in str(cell.value)) for sheet in book for cell in sheet[1])
    assert {(s.page_setup.orientation, s.page_setup.fitToHeight) for s in book} == {("landscape", 0)}
    empty = "、".join(str(r[1]) for r in book["说明"].iter_rows(values_only=True) if "nothing" in str(r[0]))
    assert empty and not set(empty.split("、")) & set(book.sheetnames)
    monkeypatch.setattr("registry_pipelines.audit.Chain.count_today", lambda *_: 20)
    capped = call(*arguments, "--output", "third.json")
    assert capped.status == 2 and "cap" in capped.err and not (residence / "exports" / "third.json").exists()


def test_decisions_wait_for_the_next_run(residence: Path, call: Call) -> None:
    found = call("exceptions", "--home", residence, "--format", "json").rows
    row = next(r for r in found if r["rule_code"] == "FP-10")
    name = f"{row['feed']}/{row['record_id']}"
    assert call("unmerge", name, "--reason", "different", "--home", residence).status == 0
    assert call("dispute", name, "姓名", "--reason", "objection", "--home", residence).status == 0
    assert call("dispute", name, "民族", "--reason", "objection", "--home", residence).status == 2
    entries = audit(residence)
    assert [e.command for e in entries[-2:]] == ["unmerge", "dispute"]
    assert row["record_id"] not in (residence / "audit" / "pulls.jsonl").read_text(encoding="utf-8")


def test_a_pair_is_decided_by_its_number(residence: Path, call: Call) -> None:
    answer = call("review", "--pair", "PNOPE", "--reason", "same", "--home", residence)
    assert answer.status == 2 and "no pair" in answer.err


def test_check_holds_and_finds_what_is_wrong(residence: Path, call: Call) -> None:
    call("exceptions", "--home", residence)
    good = call("check", "--home", residence, "--format", "json")
    verdicts = {row["check"]: row["result"] for row in good.rows}
    assert good.status == 0 and "failed" not in verdicts.values()
    assert verdicts["master key"] == "warning" and verdicts["audit chain"] == "ok"
    chain = residence / "audit" / "pulls.jsonl"
    chain.write_text(chain.read_text(encoding="utf-8").replace('"rows": ', '"rows": 1'), encoding="utf-8")
    (residence / "office.toml").chmod(0o644)
    bad = call("check", "--home", residence, "--format", "json")
    failed = {row["check"] for row in bad.rows if row["result"] == "failed"}
    assert bad.status == 1 and failed == {"audit chain", "audit chain, last run", "modes"}


def test_check_works_out_anew_what_a_run_took_over(residence: Path, call: Call) -> None:
    forget_opened_home()
    home = Home.open(residence)
    with open_working(home, load_keys(home)) as con:
        con.execute(
            """UPDATE facts_floating_population SET active_since = active_since + 1
               WHERE rid = (SELECT min(rid) FROM facts_floating_population WHERE active)"""
        )
    forget_opened_home()
    bad = call("check", "--home", residence, "--format", "json")
    failed = {row["check"]: row["failures"] for row in bad.rows if row["result"] == "failed"}
    assert bad.status == 1 and failed == {"kept facts": 2}  # as it is kept, and as it should be


def test_check_does_not_pass_a_published_file_that_was_exchanged(
    residence: Path, call: Call, tmp_path: Path
) -> None:
    linked = (residence / "published" / "registry.duckdb").resolve()
    linked.write_bytes(b"no database")
    bad = call("check", "--home", residence, "--format", "json")
    assert bad.status in (1, 2) and "Traceback" not in bad.err


def test_evaluate_prints_figures_and_no_record(residence: Path, county: Path, call: Call) -> None:
    rows = call(
        "evaluate", county / "sample" / "truth" / "residence.parquet", "--home", residence, "--format", "json"
    ).rows
    people = next(r for r in rows if r["subject"] == "person" and r["slice"] == "all")
    assert people["records"] > 400 and people["precision"] > 0.9 and people["recall"] > 0.9
    assert set(people) == {
        "subject",
        "slice",
        "records",
        "precision",
        "recall",
        "f1",
        "b3_precision",
        "b3_recall",
        "b3_f1",
    }
