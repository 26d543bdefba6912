"""XLSX: cell types, merged cells, sheets, and packages that are not what they seem."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from sources.readers import package
from sources.readers.workbook import cell_text
from tests.sources.helpers import FLOATING, FLOATING_ROW, problem, read, workbook

FULL = [*FLOATING, "证件号码", "联系电话", "来本地日期", "居住证有效期至"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("a", "a"),
        (13900000001.0, "13900000001"),
        (12.5, "12.5"),
        (88.60000000000001, "88.6"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02 03:04:05"),
        (time(3, 4), "03:04:00"),
        (3e300, "3e+300"),
    ],
)
def test_cells_as_text(cell: str | float | date | time, text: str) -> None:
    assert cell_text(cell) == text


def test_numbers_dates_and_serials(tmp_path: Path) -> None:
    rows = [
        FULL,
        [
            20260001,
            "某某",
            "路1号",
            date(2026, 1, 1),
            "在住",
            990101199001010019,
            13900000001,
            46023,
            datetime(2026, 5, 1, 8, 30),
        ],
        ["LD2", "某某", "路2号", "2026-01-02", "在住", "990101199001010019", "139 0000 0001", None, None],
        ["LD3", "某某", "路3号", "2026-01-02", "在住", date(1990, 1, 1), None, None, None],
        ["LD4", "某某", "路4号", "2026-01-02", "在住", None, None, None, None],
    ]
    frame = read(workbook(tmp_path, rows)).frame
    assert frame["id_number__numeric"].to_list() == [True, False, True, False]
    first = frame.row(0, named=True)
    assert (first["record_id"], first["phone"], first["arrived_on"]) == ("20260001", "13900000001", "46023")
    assert (first["registered_on"], first["permit_until"]) == ("2026-01-01", "2026-05-01 08:30:00")
    assert frame["id_number"].to_list()[2:] == ["1990-01-01", None]


def test_a_number_typed_number_is_flagged_though_its_check_digit_is_right(tmp_path: Path) -> None:
    """1.4 % of what Excel rounds passes the check; the type of the cell tells."""
    frame = read(workbook(tmp_path, [FULL, [*FLOATING_ROW, 990101199001010019.0, 1, 1, 1]])).frame
    assert frame["id_number__numeric"].to_list() == [True]


def test_merged_cells_fill_down_inside_their_range_only(tmp_path: Path) -> None:
    rows = [["title"], FULL]
    rows += [
        [f"LD{i}", "某某" if i == 0 else None, "路", "2026-01-01", "在住", 1 if i == 0 else None]
        for i in range(5)
    ]
    frame = read(workbook(tmp_path, rows, ["A1:H1", "B3:B5", "F3:F4"])).frame
    assert frame["name"].to_list() == ["某某"] * 3 + [None] * 2
    assert frame["id_number"].to_list() == ["1", "1", None, None, None]
    assert frame["id_number__numeric"].to_list() == [True, True, False, False, False]


def test_a_range_merged_sideways_does_not_fill_the_neighbour(tmp_path: Path) -> None:
    frame = read(workbook(tmp_path, [FLOATING, ["LD1", "某某", None, "2026-01-01", "在住"]], ["B2:C2"])).frame
    assert frame.select("name", "address").row(0) == ("某某", None)


def test_a_table_that_does_not_begin_in_the_corner(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for r, row in enumerate([FLOATING, FLOATING_ROW, ["LD2", None, "路", "2026-01-01", "在住"]], start=4):
        for c, value in enumerate(row, start=3):
            book.active.cell(r, c, value)
    book.active.merge_cells("D5:D6")
    path = tmp_path / "floating_population_full_20261031.xlsx"
    book.save(path)
    frame = read(path).frame
    assert frame.select("record_id", "name").rows() == [("LD1", "某某"), ("LD2", "某某")]


def sheets(folder: Path, *parts: tuple[str, str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, state, rows in parts:
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    path = folder / "floating_population_full_20261031.xlsx"
    book.save(path)
    return path


def test_the_first_visible_sheet_with_the_headings_is_read(tmp_path: Path) -> None:
    other = [FLOATING, ["OTHER", *FLOATING_ROW[1:]]]
    path = sheets(
        tmp_path,
        ("字典", "hidden", other),
        ("说明", "visible", [["填表说明"]]),
        ("空", "visible", []),
        ("表", "visible", [FLOATING, FLOATING_ROW]),
        ("旧表", "visible", other),
    )
    found = read(path)
    assert found.frame["record_id"].to_list() == ["LD1"] and found.other_sheets == 1


def test_a_ledger_on_a_hidden_sheet_is_set_aside(tmp_path: Path) -> None:
    path = sheets(tmp_path, ("a", "visible", [["说明"]]), ("b", "hidden", [FLOATING, FLOATING_ROW]))
    assert problem(path).code == "hidden_sheet"
    nothing = sheets(tmp_path, ("a", "visible", [["说明"]]), ("b", "hidden", [["字典"]]))
    assert problem(nothing).code == "no_header"


def test_the_name_of_the_sheet_counts_as_a_title(tmp_path: Path) -> None:
    assert (
        problem(sheets(tmp_path, ("人口普查", "visible", [FLOATING, FLOATING_ROW]))).code == "refused_title"
    )


def test_formula_text_and_error_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(FLOATING)
    book.active.append(["LD1", None, "#N/A", "2026-01-01", "在住"])
    book.active["B2"].value = "=cmd|'/c calc'!A1"
    book.active["B2"].data_type = "s"
    path = tmp_path / "floating_population_full_20261031.xlsx"
    book.save(path)
    assert read(path).frame["name"].to_list() == ["=cmd|'/c calc'!A1"]


def repack(path: Path, change: dict[str, bytes]) -> None:
    raw = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, change.get(info.filename, old.read(info)))


SHEET = "xl/worksheets/sheet1.xml"


def test_a_bomb_is_not_opened(tmp_path: Path) -> None:
    path = workbook(tmp_path, [FLOATING, FLOATING_ROW])
    repack(path, {SHEET: b" " * (60 << 20)})
    assert path.stat().st_size < 1 << 20
    found = problem(path)
    assert (found.outcome, found.code) == ("set_aside", "too_large")


def test_a_bomb_that_lies_about_its_size_is_measured(tmp_path: Path) -> None:
    path = workbook(tmp_path, [FLOATING, FLOATING_ROW])
    repack(path, {SHEET: b" " * (60 << 20)})
    data = bytearray(path.read_bytes())
    entry = data.rfind(b"PK\x01\x02", 0, data.rfind(SHEET.encode()))
    data[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    path.write_bytes(data)
    assert problem(path).code == "too_large"


def test_all_parts_together_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "UNPACKED_LIMIT", 2_000)
    assert problem(workbook(tmp_path, [FLOATING, FLOATING_ROW])).code == "too_large"


def test_one_cell_far_out_does_not_take_all_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(FLOATING)
    book.active.append(FLOATING_ROW)
    book.active["XFD1048576"] = "x"
    path = tmp_path / "floating_population_full_20261031.xlsx"
    book.save(path)
    assert problem(path).code == "too_large"


def test_a_wide_sheet_of_few_rows_is_read(tmp_path: Path) -> None:
    wide = [*(f"附加{i}" for i in range(10_000)), *FLOATING]
    found = read(workbook(tmp_path, [wide, [*("x" for _ in range(10_000)), *FLOATING_ROW]]))
    assert found.ignored == 10_000 and found.frame["record_id"].to_list() == ["LD1"]


def test_a_cell_of_ten_megabytes(tmp_path: Path) -> None:
    path = workbook(tmp_path, [FLOATING, ["LD1", "NAME", *FLOATING_ROW[2:]], ["LD2", *FLOATING_ROW[1:]]])
    with zipfile.ZipFile(path) as book:
        part = next(n for n in book.namelist() if b"NAME" in book.read(n))
        content = book.read(part)
    repack(path, {part: content.replace(b"NAME", b"A" * (10 << 20))})
    frame = read(path).frame
    assert frame["oversized"].to_list() == ["name", None] and frame["name"].to_list() == [None, "某某"]


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.95])
def test_a_truncated_workbook(keep: float, tmp_path: Path) -> None:
    path = workbook(tmp_path, [FLOATING, FLOATING_ROW])
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    assert problem(path).code == "unreadable"


def test_a_damaged_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path, [FLOATING, FLOATING_ROW])
    repack(path, {SHEET: b"<worksheet><sheetData><row><c r='A1"})
    assert problem(path).code in ("unreadable", "no_header")


def test_encrypted_and_old_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "floating_population_full_20261031.xlsx"
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    path.write_bytes(head + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512)
    assert problem(path).code == "encrypted"
    path.write_bytes(head + "Workbook".encode("utf-16-le"))
    assert problem(path).code == "wrong_format"
