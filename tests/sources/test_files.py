"""Entries as files, and bad input of every kind: a plain reason, no value of the file, no other exception."""

from __future__ import annotations

import hashlib
import os
import random
import zipfile
from pathlib import Path

import pytest

from sources.problems import REASONS, file_problem
from sources.readers import file_fault, looks_complete, read_delivery, sha256_of
from sources.readers.mojibake import is_garbled
from sources.refused import load_refusals
from tests.sources.helpers import FLOATING, FLOATING_ROW, problem, read, table, text_file, workbook

CSV = "floating_population_full_20261031.csv"


def test_every_code_has_a_sentence_in_both_languages() -> None:
    for code, reason in REASONS.items():
        assert reason.code == code and reason.zh.endswith("。") and reason.en.endswith(".")
        assert reason.outcome in ("set_aside", "refused", "waiting", "duplicate")
        assert "\n" not in reason.en + reason.zh
        assert not any(word in reason.zh for word in ("嫌疑", "危险", "重点", "失控", "脱管"))
    with pytest.raises(KeyError):
        file_problem("no_such_code")


@pytest.mark.parametrize("content", [b"", b"\n\n  \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\0" * 100_000])
def test_empty(content: bytes, tmp_path: Path) -> None:
    assert problem(text_file(tmp_path, content)).code == "empty_file"


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("extension", ["csv", "xlsx", "parquet"])
def test_random_bytes(seed: int, extension: str, tmp_path: Path) -> None:
    noise = random.Random(seed).randbytes(random.Random(seed).choice([10, 300, 5_000]))
    found = problem(text_file(tmp_path, noise, f"floating_population_full_20261031.{extension}"))
    assert found.outcome == "set_aside" and found.code in (
        "unreadable",
        "no_header",
        "wrong_format",
        "mojibake",
    )


def test_content_that_is_not_what_the_extension_says(tmp_path: Path) -> None:
    book = workbook(tmp_path, [FLOATING, FLOATING_ROW])
    assert problem(text_file(tmp_path, book.read_bytes())).code == "wrong_format"
    for name in ("floating_population_full_20261031.xlsx", "floating_population_full_20261031.parquet"):
        assert problem(text_file(tmp_path, table(FLOATING, FLOATING_ROW), name)).code == "wrong_format"
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as plain:
        plain.writestr("a.txt", "a")
    assert problem(tmp_path / "x.xlsx").code == "wrong_format"
    assert problem(text_file(tmp_path, "x", "x.txt")).code == "wrong_format"


def test_folder_pipe_and_missing(tmp_path: Path) -> None:
    (tmp_path / CSV).mkdir()
    assert problem(tmp_path / CSV).code == "folder"
    os.mkfifo(tmp_path / "p.csv")
    assert problem(tmp_path / "p.csv").code == "not_a_file"
    assert problem(tmp_path / "gone.csv").code == "vanished"
    for name, code in ((CSV, "folder"), ("p.csv", "not_a_file"), ("gone.csv", "vanished")):
        fault = file_fault(tmp_path / name)
        assert fault is not None and fault.code == code
        with pytest.raises(OSError):
            sha256_of(tmp_path / name)
    assert file_fault(text_file(tmp_path, "x", "x.csv")) is None


def test_unreadable_permissions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = text_file(tmp_path, table(FLOATING, FLOATING_ROW))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    found = problem(path)
    assert (found.outcome, found.code) == ("set_aside", "permissions") and str(path) not in found.message


def test_ten_thousand_columns_and_a_cell_of_ten_megabytes(tmp_path: Path) -> None:
    wide = [*(f"附加{i}" for i in range(10_000)), *FLOATING]
    found = read(text_file(tmp_path, table(wide, [*("x" for _ in range(10_000)), *FLOATING_ROW])))
    assert found.ignored == 10_000 and found.frame["record_id"].to_list() == ["LD1"]
    big = read(
        text_file(
            tmp_path,
            table(FLOATING, ["LD1", "A" * (10 << 20), *FLOATING_ROW[2:]], ["LD2", *FLOATING_ROW[1:]]),
        )
    )
    assert big.frame["oversized"].to_list() == ["name", None]
    quoted = read(
        text_file(tmp_path, table(FLOATING, ["LD1", '"' + "A\n" * (5 << 20) + '"', *FLOATING_ROW[2:]]))
    )
    assert quoted.frame["oversized"].to_list() == ["name"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("gb18030", "utf-8"), ("latin-1", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "gb18030")],
)
def test_mojibake_of_a_whole_file(written: str, meant: str, tmp_path: Path) -> None:
    good = table(FLOATING, *([f"LD{i}", "欧阳明华", "彩云路一号", "2026-01-01", "在住"] for i in range(5)))
    bad = good.encode(meant).decode(written, "replace")
    assert problem(text_file(tmp_path, bad)).code == "mojibake"
    assert read(text_file(tmp_path, good)).frame.height == 5


def test_a_damaged_utf8_file_is_not_taken_for_gb18030(tmp_path: Path) -> None:
    good = table(
        FLOATING, *([f"LD{i}", "欧阳明华", "彩云路一号", "2026-01-01", "在住"] for i in range(5))
    ).encode()
    found = problem(text_file(tmp_path, good[:-5]))
    assert found.outcome == "set_aside" and found.code in ("mojibake", "unreadable")


@pytest.mark.parametrize(
    "text", ["欧阳明华", "古丽·阿依", "José María Ñuñez", "Nguyễn Thị Hồng", "彩云路1号", "联通", "ÉÈÀ"]
)
def test_real_names_are_not_garbled(text: str) -> None:
    assert not is_garbled(text)


def test_no_problem_carries_text_of_the_file(tmp_path: Path) -> None:
    secret = "990101199001010019"
    bad = [
        table([secret, "姓名"], [secret, secret]),
        table([*FLOATING, secret, secret], [*FLOATING_ROW, secret, secret]),
        table(["姓名", "登记编号", f"风险等级{secret}"], [secret] * 3),
        table([secret], FLOATING[:3], [secret] * 3),
    ]
    for content in bad:
        found = problem(text_file(tmp_path, content))
        assert secret not in found.message and secret not in repr(found.args) and secret != found.heading
        assert found.__cause__ is None and (found.__context__ is None or found.__suppress_context__)


def test_a_librarys_error_becomes_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = text_file(tmp_path, table(FLOATING, FLOATING_ROW))

    class Panic(BaseException):
        pass

    for error, code in (
        (ValueError("x"), "unreadable"),
        (Panic("x"), "unreadable"),
        (MemoryError(), "too_large"),
    ):

        def fail(*_: object, error: BaseException = error) -> None:
            raise error

        monkeypatch.setattr("sources.readers._READERS", {"csv": fail})
        assert problem(path).code == code

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sources.readers._READERS", {"csv": stop})
    with pytest.raises(KeyboardInterrupt):
        read(path)


def test_sha256(tmp_path: Path) -> None:
    path = text_file(tmp_path, b"x" * (3 << 20))
    assert sha256_of(path) == hashlib.sha256(b"x" * (3 << 20)).hexdigest()


def test_looks_complete(tmp_path: Path) -> None:
    whole = text_file(tmp_path, table(FLOATING, FLOATING_ROW))
    book = workbook(tmp_path, [FLOATING, FLOATING_ROW])
    written = whole.stat().st_mtime
    later = max(written, book.stat().st_mtime) + 6
    assert not looks_complete(whole, now=written + 1)
    assert looks_complete(whole, now=later) and looks_complete(book, now=later)
    book.write_bytes(book.read_bytes()[:-40])
    whole.write_text("登记编号,姓", encoding="utf-8")
    later = max(whole.stat().st_mtime, book.stat().st_mtime) + 6
    assert not looks_complete(whole, now=later) and not looks_complete(book, now=later)
    assert looks_complete(whole, now=later + 60) and looks_complete(book, now=later + 60)
    part = text_file(tmp_path, b"PAR1....", "x.parquet")
    assert not looks_complete(part, now=part.stat().st_mtime + 6)
    part.write_bytes(b"PAR1....PAR1")
    assert looks_complete(part, now=part.stat().st_mtime + 6)
    assert not looks_complete(tmp_path) and not looks_complete(tmp_path / "gone.csv")


def test_read_delivery_is_the_one_way_in(tmp_path: Path) -> None:
    from sources.contract import contracts

    path = text_file(tmp_path, table(FLOATING, FLOATING_ROW), "floating_population_full_20261031.CSV")
    found = read_delivery(path, contracts()["floating_population"], "residence", load_refusals())
    assert found.frame.height == 1
