"""What is never stored: what must be caught, what must not, and that nothing can be taken away."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from sources.contract import contracts
from sources.headings import heading_key
from sources.offices import KEEPING, feeds_of
from sources.refused import RefusalListError, load_refusals, parse_refusals
from sources.refused_floor import (
    FLOOR_DROP_IS,
    FLOOR_OTHER_LEDGER,
    FLOOR_REFUSE_HAS,
    FLOOR_REFUSE_TITLE_HAS,
)
from tests.sources.helpers import FLOATING, FLOATING_ROW, problem, read, table, text_file, workbook

SHIPPED = (resources.files("sources") / "refused_columns.toml").read_text(encoding="utf-8")
REFUSALS = load_refusals()


def disguises(text: str) -> list[str]:
    """Ways to write a heading so that a plain comparison misses it."""
    half = len(text) // 2
    return [
        f" {text} ",
        "\u3000".join(text),
        "\u200b".join(text),
        "\u2060".join(text) + "\ufeff",
        "_".join(text),
        "-".join(text),
        "\n".join(text),
        f"{text}（必填）",
        f"{text}[甲/乙]",
        f"*{text}：",
        f"【{text}】",
        f"{text[:half]}（{text[half:]}）",
        f"3、{text}",
        "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    ]


@pytest.mark.parametrize("heading", FLOOR_DROP_IS)
def test_dropped_headings_in_any_disguise(heading: str) -> None:
    for text in [heading, *disguises(heading)]:
        assert REFUSALS.dropped(text) == heading, text
    assert REFUSALS.dropped(f"非{heading}类") is None


@pytest.mark.parametrize("heading", [*FLOOR_REFUSE_HAS, *FLOOR_REFUSE_TITLE_HAS])
def test_refused_headings_in_any_disguise(heading: str) -> None:
    for text in [heading, f"人员{heading}情况", *disguises(heading)]:
        assert REFUSALS.refused_heading(text) is not None, text


def test_traditional_forms_are_caught() -> None:
    assert REFUSALS.refused_heading("風險等級") == "风险等级"
    assert REFUSALS.dropped("婚姻狀況") == "婚姻状况"


@pytest.mark.parametrize("heading", ["健康证编号", "合计", "统计人", "居住证号", "婚姻登记处地址"])
def test_near_misses_load(heading: str, tmp_path: Path) -> None:
    assert REFUSALS.dropped(heading) is None and REFUSALS.refused_heading(heading) is None
    path = text_file(tmp_path, table([*FLOATING, heading], [*FLOATING_ROW, "x"]))
    assert read(path).ignored == 1


def test_what_stands_in_brackets_is_not_the_heading() -> None:
    assert REFUSALS.refused_heading("备注（处罚记录另附）") is None
    assert REFUSALS.dropped("编号（民族）") is None


def test_titles_are_looked_at_for_census_only(tmp_path: Path) -> None:
    rows = [FLOATING, FLOATING_ROW]
    found = problem(workbook(tmp_path, [["某县（第八次人口普查）登记表"], *rows]))
    assert (found.outcome, found.code, found.heading) == ("refused", "refused_title", "普查")
    assert read(workbook(tmp_path, [["重点人员除外的登记表"], *rows])).frame.height == 1


def test_refusal_goes_before_every_other_problem(tmp_path: Path) -> None:
    incomplete = text_file(tmp_path, "姓名,风险等级,姓名\n某某,甲,某某\n")
    found = problem(incomplete)
    assert (found.outcome, found.code, found.heading) == ("refused", "refused_heading", "风险等级")
    unknown = text_file(tmp_path, "甲,乙,人员轨迹\n1,2,3\n")
    assert problem(unknown).code == "refused_heading"


def test_a_group_heading_refuses_and_drops_too(tmp_path: Path) -> None:
    under = [*FLOATING[:3], "甲", "乙", *FLOATING[3:]]
    data = [*FLOATING_ROW[:3], "1", "2", *FLOATING_ROW[3:]]
    risk = text_file(
        tmp_path, table(["", "", "", "风险", "", "", ""], [*under[:3], "等级", "乙", *under[5:]], data)
    )
    assert problem(risk).code == "refused_heading"
    faith = workbook(tmp_path, [["", "", "", "宗教信仰", "", "", ""], under, data], ["D1:E1"])
    assert read(faith).dropped == ("宗教信仰", "宗教信仰")


def test_another_offices_ledger_is_refused_from_two_headings_on(tmp_path: Path) -> None:
    one = text_file(tmp_path, table([*FLOATING, "备案日期"], [*FLOATING_ROW, "x"]))
    assert read(one).ignored == 1
    two = text_file(tmp_path, table([*FLOATING, "备案 日期", "承租人（姓名）"], [*FLOATING_ROW, "x", "y"]))
    found = problem(two)
    assert (found.outcome, found.code) == ("refused", "other_ledger")
    assert found.heading in ("备案日期", "承租人")


def test_no_office_lists_its_own_columns_as_anothers() -> None:
    for office in KEEPING:
        own = [c for f in feeds_of(office) for c in contracts()[f].columns]
        keys = {heading_key(h) for c in own for h in (c.heading, *c.synonyms)}
        assert not keys & set(REFUSALS.other_ledger[office])


def test_no_contract_reads_a_listed_column() -> None:
    for contract in contracts().values():
        for column in contract.columns:
            for heading in (column.heading, *column.synonyms):
                assert REFUSALS.dropped(heading) is None and REFUSALS.refused_heading(heading) is None


def test_no_synonym_names_two_columns_of_one_feed() -> None:
    for contract in contracts().values():
        keys = [
            heading_key(h)
            for c in contract.columns
            for h in {heading_key(x): x for x in (c.heading, *c.synonyms)}
        ]
        assert len(keys) == len(set(keys)), contract.feed


@pytest.mark.parametrize("entry", [*FLOOR_DROP_IS, *FLOOR_REFUSE_HAS, *FLOOR_REFUSE_TITLE_HAS])
def test_a_list_without_an_entry_of_the_floor_does_not_load(entry: str) -> None:
    covered = any(e in entry and e != entry for e in FLOOR_REFUSE_HAS)
    shortened = SHIPPED.replace(f'"{entry}", ', "").replace(f', "{entry}"]', "]")
    assert shortened != SHIPPED
    if not covered:
        with pytest.raises(RefusalListError, match=entry):
            parse_refusals(shortened)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('match = "has"\nheadings = ["危险性"', 'match = "is"\nheadings = ["危险性"'),
        ('where = ["heading", "title"]', 'where = ["heading"]'),
        ('headings = ["健康证编号"', 'headings = ["风险等级", "健康证编号"'),
        ('headings = ["健康证编号"', 'headings = ["本人风险等级", "健康证编号"'),
        ('headings = ["健康证编号"', 'headings = ["民族", "健康证编号"'),
        ('"租住编号", "承租人姓名", "承租人"', '"租住编号", "承租人"'),
        ("[other_ledger]", "[other_ledger_off]"),
    ],
)
def test_a_weakened_list_does_not_load(old: str, new: str) -> None:
    assert SHIPPED.count(old) >= 1
    with pytest.raises(RefusalListError):
        parse_refusals(SHIPPED.replace(old, new))


def test_the_floor_is_the_shipped_list() -> None:
    assert set(FLOOR_OTHER_LEDGER) == set(REFUSALS.other_ledger)
    assert len(REFUSALS.drop) == len(FLOOR_DROP_IS)
    assert len(REFUSALS.refuse) == len(FLOOR_REFUSE_HAS) + len(FLOOR_REFUSE_TITLE_HAS)


def test_a_deployment_adds_and_takes_nothing_away(tmp_path: Path) -> None:
    extra = tmp_path / "extra.toml"
    extra.write_text(
        '[[drop]]\nmatch = "is"\nheadings = ["宠物"]\n[other_ledger]\nresidence = ["宠物编号"]\n',
        encoding="utf-8",
    )
    added = load_refusals(extra)
    assert added.dropped("宠 物") == "宠物" and added.dropped("民族") == "民族"
    assert len(added.other_ledger["residence"]) == len(REFUSALS.other_ledger["residence"]) + 1
    extra.write_text('[not_refused]\nheadings = ["积分"]\n', encoding="utf-8")
    with pytest.raises(RefusalListError):
        load_refusals(extra)
