"""CSV: encodings, delimiters, quoting, ragged rows, oversized cells, NUL characters, rows that are no data."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.readers import decode, delimited
from tests.sources.helpers import FLOATING, FLOATING_ROW, problem, read, table, text_file

NAMES = ["record_id", "name", "address", "registered_on", "status"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_delimiters_and_line_ends(encoding: str, delimiter: str, end: str, tmp_path: Path) -> None:
    rows = [FLOATING, ["LD1", "马䶮", "a b", "2026-01-01", "在住"], ["LD2", "", "x", "", "已注销"]]
    content = end.join(delimiter.join(row) for row in rows) + end
    frame = read(text_file(tmp_path, content.encode(encoding))).frame
    assert frame.select(NAMES).rows() == [tuple(rows[1]), ("LD2", None, "x", None, "已注销")]
    assert frame["row_number"].to_list() == [1, 2]


cell = st.text(alphabet="ab,;\t\"\n\r ='中　1", max_size=6)
grid = st.lists(st.lists(cell, min_size=5, max_size=5), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=grid, delimiter=st.sampled_from([",", "\t", ";"]), end=st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_read(rows: list[list[str]], delimiter: str, end: str, tmp_path: Path) -> None:
    rows = [[f"LD{i:03}", *(c.replace("=", "-") for c in row[1:])] for i, row in enumerate(rows)]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(
        [FLOATING, *rows]
    )
    frame = read(text_file(tmp_path, out.getvalue())).frame
    assert frame.select(NAMES).rows() == [tuple(c if c.strip() else None for c in row) for row in rows]


@settings(max_examples=150, deadline=None)
@given(rows=grid)
def test_the_fast_and_the_careful_reader_agree(rows: list[list[str]]) -> None:
    """Wherever quoting is found to be well formed, both give the same cells."""
    rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    data = out.getvalue().encode()
    if delimited._well_quoted(data, 0, ","):
        fast = delimited._fast(data, 0, ",", 5, [0, 1, 2, 3, 4], True)
        want = [r for r in csv.reader(io.StringIO(out.getvalue(), newline="")) if r]
        assert fast.fill_null("").rows() == [tuple(r) for r in want]


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet='a,"\n', max_size=40))
def test_well_quoted_means_that_counting_quotes_is_enough(text: str) -> None:
    """The judgement against a reader of one character at a time that knows the rule of RFC 4180."""

    def strict(body: str) -> bool:
        inside, at = False, 0
        while at < len(body):
            if body[at] == '"':
                if not inside and at and body[at - 1] not in ',\n"':
                    return False
                if inside and body[at + 1 : at + 2] == '"':
                    at += 1
                elif inside and body[at + 1 : at + 2] not in ("", ",", "\n"):
                    return False
                else:
                    inside = not inside
            at += 1
        return not inside

    assert delimited._well_quoted(text.encode(), 0, ",") == strict(text)


def test_quotes_are_judged_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "_QUOTE_CHUNK", 3)
    good, bad = b'"a","b ""q"" c"\n"d",e\n', b'"a","b ""q" c"\n"d",e\n'
    assert delimited._well_quoted(good, 0, ",")
    assert not delimited._well_quoted(bad, 0, ",")
    assert not delimited._well_quoted(b'a,"b\n', 0, ",")


def test_a_stray_quote_spoils_its_own_line_only(tmp_path: Path) -> None:
    lines = [
        ",".join(FLOATING),
        'LD1,"某,彩云路1号,2026-01-01,在住',
        "LD2,某某,彩云路2号,2026-01-02,在住",
        'LD3,某"某,彩云路3号,2026-01-03,在住',
        'LD4,"某,某","彩云路\n4号",2026-01-04,在住',
        'LD5,某某,彩云路5号",2026-01-05,在住',
    ]
    frame = read(text_file(tmp_path, "\n".join(lines))).frame
    assert frame["record_id"].to_list() == ["LD1", "LD2", "LD3", "LD4", "LD5"]
    assert frame["name"].to_list() == ['"某', "某某", '某"某', "某,某", "某某"]
    assert frame["address"].to_list()[3:] == ["彩云路\n4号", '彩云路5号"']
    assert frame["status"].to_list() == ["在住"] * 5


def test_text_that_looks_like_something_else_is_text(tmp_path: Path) -> None:
    names = [
        "=cmd|'/c calc'!A1",
        "'); DROP TABLE record;--",
        "NULL",
        "N/A",
        "nan",
        "#某",
        "'某",
        " 某 ",
        "true",
        "1e5",
    ]
    rows = [[f"LD{i}", name, *FLOATING_ROW[2:]] for i, name in enumerate(names)]
    assert read(text_file(tmp_path, table(FLOATING, *rows))).frame["name"].to_list() == names


def test_numbers_kept_from_excel_by_a_formula_are_unwrapped(tmp_path: Path) -> None:
    heads = [*FLOATING, "证件号码"]
    plain = text_file(tmp_path, table(heads, [*FLOATING_ROW, '="990101199001010019"']))
    assert read(plain).frame["id_number"].to_list() == ["990101199001010019"]
    quoted = text_file(tmp_path, table(heads, [*FLOATING_ROW, '"=""990101199001010019"""']))
    assert read(quoted).frame["id_number"].to_list() == ["990101199001010019"]


def test_short_and_long_rows(tmp_path: Path) -> None:
    content = table(FLOATING, FLOATING_ROW[:3], [*FLOATING_ROW, "surplus", "more"], [*FLOATING_ROW, "", ""])
    found = read(text_file(tmp_path, content))
    assert found.frame.height == 3 and found.overlong == 1
    assert found.frame.row(0, named=True)["status"] is None
    assert "surplus" not in found.frame.row(1)


def test_blank_rows_are_no_data_rows(tmp_path: Path) -> None:
    content = table(
        FLOATING, [], FLOATING_ROW, ["", " ", "\u3000", "", ""], [""] * 5, ["LD2", *FLOATING_ROW[1:]]
    )
    frame = read(text_file(tmp_path, content)).frame
    assert frame.select("row_number", "record_id").rows() == [(1, "LD1"), (2, "LD2")]


def test_totals_footers_and_headings_printed_again_are_no_data(tmp_path: Path) -> None:
    rows = [
        ["序号", *FLOATING],
        ["1", *FLOATING_ROW],
        ["小 计", "", "1人", "", "", ""],
        ["序号", *FLOATING],
        ["2", "LD2", *FLOATING_ROW[1:]],
        ["", "合计", "共2人", "", "2", ""],
        ["填表人：某某", "", "审核：某某", "", "", ""],
        ["备注：电话核过", "", "", "", "", ""],
    ]
    found = read(text_file(tmp_path, table(*rows)))
    assert found.frame["record_id"].to_list() == ["LD1", "LD2"] and found.no_data == 5


@pytest.mark.parametrize("first", ["合计", "小计", "备注", "注"])
def test_a_row_about_somebody_is_data_whatever_it_begins_with(first: str, tmp_path: Path) -> None:
    found = read(text_file(tmp_path, table(FLOATING, [first, *FLOATING_ROW[1:]], ["", *FLOATING_ROW[1:]])))
    assert found.frame["record_id"].to_list() == [first, None] and found.no_data == 0


def test_a_cell_over_ten_thousand_characters_is_emptied_and_named(tmp_path: Path) -> None:
    rows = [[f"LD{n}", "某" * n, *FLOATING_ROW[2:]] for n in (10_000, 10_001)]
    frame = read(text_file(tmp_path, table(FLOATING, *rows))).frame
    assert frame["oversized"].to_list() == [None, "name"]
    assert frame["name"].str.len_chars().to_list() == [10_000, None]


def test_nul_characters_are_dropped_and_named(tmp_path: Path) -> None:
    rows = [
        ["LD1", "某\0某", *FLOATING_ROW[2:]],
        ["LD2", "\0", *FLOATING_ROW[2:]],
        ["LD3", *FLOATING_ROW[1:]],
    ]
    frame = read(text_file(tmp_path, table([h.replace("姓", "姓\0") for h in FLOATING], *rows))).frame
    assert frame["nul_in"].to_list() == ["name", "name", None]
    assert frame["name"].to_list() == ["某某", None, "某某"]


def test_the_frame_has_every_column_of_the_contract(tmp_path: Path) -> None:
    frame = read(text_file(tmp_path, table(FLOATING, FLOATING_ROW))).frame
    assert frame.schema["row_number"] == pl.UInt32 and frame.schema["id_number__numeric"] == pl.Boolean
    assert frame.columns[-3:] == ["id_number__numeric", "oversized", "nul_in"]
    assert {t for n, t in frame.schema.items() if n not in ("row_number", "id_number__numeric")} == {
        pl.String()
    }


def test_ten_thousand_rows_with_line_breaks_in_cells(tmp_path: Path) -> None:
    out = io.StringIO(newline="")
    rows = [
        [f"LD{i}", f'某"{i}"\n,某', "路\r\n1号" if i % 3 else "路1号", "2026-01-01", "在住"]
        for i in range(10_000)
    ]
    csv.writer(out).writerows([FLOATING, *rows])
    frame = read(text_file(tmp_path, out.getvalue())).frame
    assert frame.select(NAMES).rows() == [tuple(r) for r in rows]


def test_garbled_values_under_good_headings(tmp_path: Path) -> None:
    rows = [[f"LD{i}", "锟斤拷锟斤拷", *FLOATING_ROW[2:]] for i in range(5)]
    assert problem(text_file(tmp_path, table(FLOATING, *rows))).code == "mojibake"
    good = [[f"LD{i}", *FLOATING_ROW[1:]] for i in range(50)]
    found = read(text_file(tmp_path, table(FLOATING, *good, ["LDX", "某\ufffd", *FLOATING_ROW[2:]])))
    assert found.frame.height == 51


@pytest.mark.parametrize("size", [decode._PIECE - 1, decode._PIECE - 2, decode._PIECE, 2 * decode._PIECE - 1])
def test_a_character_across_two_pieces_is_whole(size: int) -> None:
    assert decode.is_utf8(b"a" * size + "汉".encode())
    assert not decode.is_utf8(b"a" * size + "汉".encode()[:2])
    assert not decode.is_utf8(b"a" * size + "汉".encode("gb18030") + b"a")
