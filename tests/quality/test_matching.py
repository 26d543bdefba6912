"""Linkage: bounds across chains, what clerks decide, order, conflicts of numbers, properties."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.matching import (
    Memory,
    agreement,
    agreement_sentences,
    blocking,
    compare,
    default_model,
    link,
    waterfall,
)
from quality.matching.features import build
from quality.matching.model import Model, population_class
from tests.quality.matching_people import frame, judged, number, person

N1, N2 = number("99262619850101431"), number("99262619850101433")
MODEL = default_model()


def _groups(found_members: pl.DataFrame) -> set[frozenset[int]]:
    rows = found_members.group_by("person").agg("rid")["rid"].to_list()
    return {frozenset(r) for r in rows}


def test_a_chain_never_joins_two_valid_numbers() -> None:
    people = frame(
        [
            person(1, "李军", id_number=N1, phone="15800000001"),
            person(2, "李军", phone="15800000001", birth_date=date(1985, 1, 14)),
            person(3, "李军", id_number=N2, phone="15800000001"),
        ]
    )
    found = link(people, MODEL, judged())
    held = people.join(found.members, on="rid").filter(pl.col("id_state") == "valid")
    assert held["person"].n_unique() == 2
    assert found.report["links_refused"] == 1
    assert found.review.height == 1  # refused, and said so


def test_the_person_is_the_founding_record() -> None:
    people = frame(
        [person(9, "刘欣", id_number=N1), person(4, "刘欣", id_number=N1), person(7, "刘欣", id_number=N1)]
    )
    assert set(link(people, MODEL, judged()).members["person"]) == {4}


def test_what_a_clerk_decided_outranks_the_model() -> None:
    rows = [person(i, "刘欣", id_number=N1) for i in (1, 2, 3)]
    apart = link(frame(rows), MODEL, judged((1, 2, "different"), (2, 3, "different")))
    assert _groups(apart.members) == {frozenset({1, 3}), frozenset({2})}
    others = frame([person(1, "刘欣", id_number=N1), person(2, "王芳", id_number=N2)])
    together = link(others, MODEL, judged((1, 2, "same")))
    assert together.members["person"].n_unique() == 1
    assert together.links["decided_by"].to_list() == ["clerk"]
    assert together.number_conflicts.rows() == [
        (1, 2, "one_person_two_numbers"),
        (2, 1, "one_person_two_numbers"),
    ]


def test_different_binds_across_a_chain() -> None:
    rows = [person(1, "李军", id_number=N1), person(2, "李军", id_number=N1), person(3, "李君", id_number=N1)]
    found = link(frame(rows), MODEL, judged((1, 3, "different")))
    persons = dict(found.members.rows())
    assert persons[1] != persons[3]


def test_one_number_on_two_people_is_a_conflict_for_each() -> None:
    rows = [
        person(1, "卢国俊", id_number=N1, sex="男"),
        person(2, "刘欣", id_number=N1, sex="女"),
        person(3, "刘欣", id_number=N1, sex="女"),
    ]
    found = link(frame(rows), MODEL, judged())
    assert _groups(found.members) == {frozenset({1}), frozenset({2, 3})}
    assert found.number_conflicts.rows() == [(1, 2, "one_number_two_people"), (2, 1, "one_number_two_people")]


def test_a_nameless_row_of_a_disputed_number_is_nobodys() -> None:
    rows = [
        person(1, "卢国俊", id_number=N1, sex="男"),
        person(2, "刘欣", id_number=N1, sex="男"),
        person(3, None, id_number=N1, sex="男"),
    ]
    assert link(frame(rows), MODEL, judged()).members["person"].n_unique() == 3


def test_a_name_that_two_numbers_go_with_links_nobody_by_itself() -> None:
    rows = [
        person(i, "郭浩睿", id_number=n, feed="rental_housing", dwelling=i)
        for i, n in ((1, N1), (2, N2), (3, None))
    ]
    found = link(frame(rows), MODEL, judged())
    assert found.members["person"].n_unique() == 3
    assert found.review.is_empty()
    assert link(frame(rows[1:]), MODEL, judged()).members["person"].n_unique() == 1


def test_unsure_is_not_asked_again() -> None:
    rows = [
        person(1, "张伟明", birth_date=date(1990, 1, 2), phone="15800000001", sex="男"),
        person(2, "张伟亮", birth_date=date(1990, 1, 2), phone="15800000001", sex="男"),
    ]
    assert link(frame(rows), MODEL, judged()).review.height == 1
    assert link(frame(rows), MODEL, judged((1, 2, "unsure"))).review.height == 0


def test_a_phone_counts_less_the_more_people_share_it() -> None:
    def weight(sharers: int) -> float:
        rows = [
            person(i, f"{'赵钱孙李周吴郑王冯陈'[i % 10]}{'甲乙丙丁戊'[i % 5]}{i}号"[:2], phone="15800000001")
            for i in range(3, 3 + sharers)
        ]
        rows += [person(1, "郭浩睿", phone="15800000001"), person(2, "郭浩睿", phone="15800000001")]
        pairs = pl.DataFrame({"rid_a": [1], "rid_b": [2]})
        return float(compare(frame(rows), pairs)["weight"].item())

    assert weight(0) > weight(3) > weight(9)


def test_frequent_keys_are_cut_and_reported() -> None:
    crowd = [person(i, chr(64 + i) * 2, phone="15800000001") for i in range(1, 19)] * 3
    rows = [row | {"rid": i, "rank": i} for i, row in enumerate(crowd, 1)]
    account = {entry["rule"]: entry for entry in link(frame(rows), MODEL, judged()).report["blocking"]}  # type: ignore[attr-defined]
    assert account["phone"]["keys_cut"] == 1
    assert account["phone"]["records_cut"] == 54
    assert account["name_phone"]["candidates"] == 54


def test_a_pair_is_found_once_by_the_first_rule() -> None:
    same = {"id_number": "E1234567", "birth_date": date(1990, 1, 2), "phone": "15800000001", "dwelling": 7}
    people = frame([person(1, "KIM KEO", **same), person(2, "KIM KEO", **same)])
    found = blocking.candidates(blocking.block_keys(build(people).rows))
    assert [len(found.left), int(found.rule[0])] == [1, 0]


@st.composite
def _crowd(draw: st.DrawFn) -> list[dict[str, object]]:
    names = st.sampled_from(["李军", "李君", "王芳", "王芳芳", "NGUYEN HOA", "HOA NGUYEN", None])
    numbers = st.sampled_from([None, N1, N2, N1[:8] + "6" + N1[9:], "E1234567"])
    births = st.sampled_from([None, date(1985, 1, 14), date(1985, 1, 1), date(1990, 6, 5)])
    phones = st.sampled_from([None, "15800000001", "15800000002"])
    homes = st.sampled_from([None, 7, 8])
    feeds = st.sampled_from(["rental_housing", "tenancies"])
    rows = []
    for rid in range(1, draw(st.integers(2, 9)) + 1):
        rows.append(
            person(
                rid,
                draw(names),
                id_number=draw(numbers),
                birth_date=draw(births),
                phone=draw(phones),
                dwelling=draw(homes),
                feed=draw(feeds),
            )
        )
    return rows


@settings(max_examples=10, deadline=None)
@given(_crowd(), st.randoms(use_true_random=False))
def test_order_changes_no_person(rows: list[dict[str, object]], chance: object) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert (
        link(frame(rows), MODEL, judged())
        .members.sort("rid")
        .equals(link(frame(shuffled), MODEL, judged()).members.sort("rid"))
    )


@settings(max_examples=10, deadline=None)
@given(_crowd(), st.randoms(use_true_random=False))
def test_relabelling_changes_labels_only(rows: list[dict[str, object]], chance: object) -> None:
    labels = list(range(100, 100 + len(rows)))
    chance.shuffle(labels)  # type: ignore[attr-defined]
    renamed = [row | {"rid": new} for row, new in zip(rows, labels, strict=True)]
    names = dict(zip([r["rid"] for r in rows], labels, strict=True))
    before = _groups(link(frame(rows), MODEL, judged()).members)
    after = _groups(link(frame(renamed), MODEL, judged()).members)
    assert {frozenset(names[i] for i in group) for group in before} == after


@settings(max_examples=10, deadline=None)
@given(_crowd())
def test_no_person_ever_has_two_valid_numbers(rows: list[dict[str, object]]) -> None:
    people = frame(rows)
    held = people.join(link(people, MODEL, judged()).members, on="rid").filter(pl.col("id_state") == "valid")
    assert held.group_by("person").agg(pl.col("id_number").n_unique())["id_number"].max() in (None, 1)


@settings(max_examples=10, deadline=None)
@given(_crowd())
def test_a_new_record_splits_nobody_it_does_not_touch(rows: list[dict[str, object]]) -> None:
    stranger = person(99, "赵六", id_number=number("99111119700707111"), phone="15900000009", dwelling=99)
    before = _groups(link(frame(rows), MODEL, judged()).members)
    after = _groups(link(frame([*rows, stranger]), MODEL, judged()).members)
    assert after == before | {frozenset({99})}


def test_agreement_codes_hold_no_value_and_read_as_sentences() -> None:
    code = "name=sound;number=one_edit;birth=equal;sex=equal;phone=-;dwelling=different"
    assert agreement.code_of(agreement.pattern_of(code)) == code
    english = [en for _, en, _ in agreement_sentences(code)]
    assert english[:3] == [
        "name sounds alike",
        "number differs in one digit, one side invalid",
        "birth date equal",
    ]
    assert len(english) == 5  # the phone could not be compared
    steps = waterfall(code, 40.0)
    assert steps[0].comparison == "prior"
    assert round(sum(s.bits for s in steps), 1) == 40.0


def test_every_pattern_has_one_code() -> None:
    some = np.random.default_rng(1).integers(0, agreement.PATTERNS, 500)
    codes = {agreement.code_of(int(p)) for p in some}
    assert {agreement.pattern_of(c) for c in codes} == set(some.tolist())


def test_the_model_is_text_and_back() -> None:
    assert Model.from_json(MODEL.to_json()) == MODEL
    assert all(len(part) <= 12 for part in (*MODEL.first, *MODEL.other))


def test_population_moves_in_steps() -> None:
    assert [population_class(n) for n in (1, 4096, 4097, 61000)] == [4096, 4096, 8192, 65536]


@settings(max_examples=15, deadline=None)
@given(_crowd(), _crowd(), st.integers(0, 9))
def test_an_incremental_run_equals_a_full_one(
    before: list[dict[str, object]], after: list[dict[str, object]], kept: int
) -> None:
    """Some records stay, some change, some go, some come: with and without memory the result is the same."""
    now = [*before[:kept], *after[kept:]]
    memory = link(frame(before), MODEL, judged()).memory
    full, incremental = (link(frame(now), MODEL, judged(), previous=p) for p in (None, memory))
    assert full.members.equals(incremental.members)
    for part in ("links", "review"):
        one, other = (getattr(x, part).sort("rid_a", "rid_b") for x in (full, incremental))
        assert one.equals(other)
    assert full.number_conflicts.equals(incremental.number_conflicts)


def test_memory_survives_as_tables() -> None:
    people = frame([person(1, "李军", phone="15800000001"), person(2, "李军", phone="15800000001")])
    first = link(people, MODEL, judged()).memory
    frames = first.to_frames()
    back = Memory.from_frames({name: table.reverse() for name, table in frames.items()}, first.tag)
    assert link(people, MODEL, judged(), previous=back).report["pairs_compared"] == 0
    assert all(
        dtype.is_numeric() or dtype == pl.Boolean for table in frames.values() for dtype in table.dtypes
    )
    with pytest.raises(ValueError, match="lacks match_pair"):
        Memory.from_frames({"match_row": frames["match_row"]}, first.tag)


def test_a_run_with_nothing_new_compares_nothing() -> None:
    people = frame([person(1, "李军", phone="15800000001"), person(2, "李军", phone="15800000001")])
    first = link(people, MODEL, judged())
    again = link(people, MODEL, judged(), previous=first.memory)
    assert (first.report["pairs_compared"], again.report["pairs_compared"]) == (1, 0)
    assert again.members.equals(first.members)
