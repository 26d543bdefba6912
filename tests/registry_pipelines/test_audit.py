"""The audit chain: every change, gap and cut is found, appends from many processes keep it whole."""

from __future__ import annotations

import json
import multiprocessing
import stat
from pathlib import Path

import pytest

from registry_pipelines.audit import CHAIN_FILE, HEAD_FILE, Chain

KEY = bytes(range(32))


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    made = Chain(tmp_path / "audit", KEY)
    for rows in range(5):
        made.append("exceptions", {"rule": "FP-07", "area": None}, rows)
    return made


def lines(chain: Chain) -> list[str]:
    return (chain.folder / CHAIN_FILE).read_text(encoding="utf-8").splitlines()


def put(chain: Chain, kept: list[str]) -> None:
    (chain.folder / CHAIN_FILE).write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")


def kinds(chain: Chain, head: str | None = None) -> set[str]:
    return {fault.kind for fault in chain.verify(head)}


def test_untouched_chain_holds(chain: Chain) -> None:
    assert chain.verify() == []
    assert [e.rows for e in chain.entries()] == [0, 1, 2, 3, 4]
    assert next(chain.entries()).filter == {"rule": "FP-07"}
    assert chain.head().startswith("5:")


def test_empty_chain_holds(tmp_path: Path) -> None:
    assert Chain(tmp_path / "audit", KEY).verify() == []


@pytest.mark.parametrize("field", ["rows", "who", "command", "at"])
def test_changed_entry_is_found(chain: Chain, field: str) -> None:
    kept = lines(chain)
    entry = json.loads(kept[2])
    entry[field] = 999 if field == "rows" else "2020-01-01T00:00:00+00:00"
    put(chain, [*kept[:2], json.dumps(entry), *kept[3:]])
    assert kinds(chain) == {"changed"}


def test_missing_entry_is_found(chain: Chain) -> None:
    kept = lines(chain)
    put(chain, kept[:2] + kept[3:])
    assert "missing" in kinds(chain)


def test_cut_off_end_is_found(chain: Chain) -> None:
    put(chain, lines(chain)[:3])
    assert kinds(chain) == {"cut_off"}


def test_emptied_chain_is_found(chain: Chain) -> None:
    (chain.folder / CHAIN_FILE).unlink()
    assert kinds(chain) == {"cut_off"}


def test_removed_seal_is_found(chain: Chain) -> None:
    (chain.folder / HEAD_FILE).unlink()
    assert kinds(chain) == {"changed"}


def test_end_cut_together_with_its_seal_is_found_by_the_head_kept_elsewhere(chain: Chain) -> None:
    kept = lines(chain)[:4]
    old_seal = None
    shorter = Chain(chain.folder.parent / "other", KEY)
    for rows in range(4):
        shorter.append("exceptions", {"rule": "FP-07"}, rows)
    old_seal = (shorter.folder / HEAD_FILE).read_text(encoding="utf-8")
    head = chain.head()
    put(chain, kept)
    (chain.folder / HEAD_FILE).write_text(old_seal, encoding="utf-8")
    assert "cut_off" in kinds(chain, head)


def test_renumbered_forgery_without_the_key_is_found(chain: Chain) -> None:
    forger = Chain(chain.folder.parent / "forged", b"x" * 32)
    for rows in range(5):
        forger.append("exceptions", {}, rows)
    put(chain, lines(forger))
    assert "changed" in kinds(chain)


def test_unreadable_line_is_found_and_appending_goes_on(chain: Chain) -> None:
    kept = lines(chain)
    put(chain, [*kept[:4], "half a li"])
    chain.append("sql", {}, 1)
    assert "changed" in kinds(chain)
    assert lines(chain)[-1].startswith('{"n": 6')


def test_a_crash_between_line_and_seal_leaves_a_chain_that_holds(chain: Chain) -> None:
    before = (chain.folder / HEAD_FILE).read_text(encoding="utf-8")
    chain.append("sql", {}, 1)
    (chain.folder / HEAD_FILE).write_text(before, encoding="utf-8")
    assert chain.verify() == []
    chain.append("sql", {}, 2)
    assert chain.verify() == []
    assert [e.number for e in chain.entries()] == [1, 2, 3, 4, 5, 6, 7]


def test_files_are_private(chain: Chain) -> None:
    for path in chain.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(chain.folder.stat().st_mode) == 0o700


def test_a_mark_depends_on_the_key_and_names_nothing(chain: Chain) -> None:
    assert chain.mark("floating_population/A1") != Chain(chain.folder, b"y" * 32).mark(
        "floating_population/A1"
    )
    assert "A1" not in chain.mark("floating_population/A1")


def _append_many(folder: str) -> None:
    chain = Chain(Path(folder), KEY)
    for _ in range(20):
        chain.append("exceptions", {}, 1)


def test_many_processes_append_without_breaking_the_chain(tmp_path: Path) -> None:
    folder = str(tmp_path / "audit")
    workers = [multiprocessing.Process(target=_append_many, args=(folder,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    chain = Chain(Path(folder), KEY)
    assert chain.verify() == []
    assert sum(1 for _ in chain.entries()) == 80
