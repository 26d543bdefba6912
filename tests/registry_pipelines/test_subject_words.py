"""The copy that a person is handed says every heading and every code of ours in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.store.database import open_working
from quality.rules.texts import CASE_REASONS, CLOSE_REASONS, EVENTS, REASONS
from registry_pipelines.cli.common import query
from registry_pipelines.subject import _lists
from registry_pipelines.subject_words import ENDING, cell_words, column_words, read_words
from tests.assets.store_fixtures import make_home


def chinese(text: object) -> bool:
    return any("一" <= char <= "鿿" for char in str(text))


def test_every_column_has_a_chinese_heading(tmp_path: Path) -> None:
    names = {"values", "at", "who", "command", "certain", "filter", "about"}
    with open_working(*make_home(tmp_path / "home")) as con:
        con.execute(query("subject_cases"), {"rids": [0]})
        for sql in _lists().values():
            asked = {"rids": [0]} if "$rids" in sql else {}
            found = [column[0] for column in con.execute(sql, asked).description]
            assert len({column_words(name) for name in found}) == len(found)  # else one would hide another
            names |= set(found)
    names -= {"areas"}  # of the queries' own; it is not in the copy
    assert len(names) > 40
    assert [name for name in sorted(names) if not chinese(column_words(name))] == []


@pytest.mark.parametrize(
    ("column", "codes"),
    [("event", EVENTS), ("reason_code", {**REASONS, **CASE_REASONS}), ("close_reason", CLOSE_REASONS)],
)
def test_every_code_is_said_in_both_languages(column: str, codes: dict[str, object]) -> None:
    said = {code: cell_words(column, code, {}) for code in codes}
    assert [code for code, words in said.items() if not chinese(words) or words == code] == []


def test_the_reason_of_an_ending_is_why_it_ended() -> None:
    found = {
        event: cell_words("reason_code", "row_closed", {"event": event}) for event in ("opened", *ENDING)
    }
    assert found["opened"].startswith(REASONS["row_closed"].zh)
    assert {found[event] for event in ENDING} == {" ".join(CLOSE_REASONS["row_closed"])}


def test_what_is_no_code_stays_as_it_is() -> None:
    assert cell_words("field", "name", {"feed": "tenancies"}) == "承租人姓名"
    assert cell_words("field", "姓名", {"feed": "elsewhere"}) == "姓名"
    assert cell_words("close_reason", "unheard_of", {}) == "unheard_of"
    assert cell_words("weight", 7.5, {}) == 7.5
    assert cell_words("rule_code", "FP-07", {}).startswith("FP-07 ")
    assert (read_words("号码校验", "valid"), read_words("姓名", "valid")) == ("通过校验", "valid")
    assert (read_words("地址可定位", False), read_words("姓名", None)) == ("否", None)
