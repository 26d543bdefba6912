"""Generated pages say what the code declares; a page edited by hand, or code changed without it, fails here."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.store.published import published_tables
from quality.rules import load_rules
from registry_pipelines import docs
from sources.contract import contracts
from sources.offices import KEEPING, OFFICES

FOLDER = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", sorted(docs.PAGES))
def test_a_page_is_as_generated(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == docs.PAGES[name](), f"run python -m registry_pipelines.docs and commit docs/{name}"


def test_a_changed_page_is_noticed(tmp_path: Path) -> None:
    written = docs.write(tmp_path)
    assert sorted(p.name for p in written) == sorted(docs.PAGES)
    page = tmp_path / "data-dictionary.md"
    page.write_text(page.read_text(encoding="utf-8").replace("登记编号", "别的编号", 1), encoding="utf-8")
    assert page.read_text(encoding="utf-8") != docs.data_dictionary()


def test_every_column_is_in_the_dictionary() -> None:
    page = docs.data_dictionary()
    for contract in contracts().values():
        assert f"### `{contract.feed}`" in page
        assert not [c.name for c in contract.columns if f"| `{c.name}` | {c.heading} |" not in page]
    for office in OFFICES:
        for table in published_tables(office).values():
            assert f"### `{table.name}`" in page
            assert not [c.name for c in table.columns if f"| `{c.name}` | {c.type} |" not in page]


def test_every_rule_is_in_the_book_with_its_sql() -> None:
    page = docs.rule_book()
    for office in KEEPING:
        for rule in load_rules(office):
            assert f"## {rule.code} {rule.title_zh}" in page
            assert rule.sql.strip() in page
            assert rule.legal_basis in page
