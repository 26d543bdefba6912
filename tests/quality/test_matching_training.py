"""Training and measure: EM finds known parameters again, a trained model links, figures are counted right."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.matching import default_model, evaluate, link, train
from quality.matching.em import estimate
from tests.quality.matching_people import frame, judged, number, person

M = [np.array([0, 0.08, 0.12, 0.80]), np.array([0, 0.30, 0.70]), np.array([0, 0.10, 0.15, 0.75])]
U = [np.array([0, 0.90, 0.08, 0.02]), np.array([0, 0.85, 0.15]), np.array([0, 0.70, 0.25, 0.05])]
MATCHES, PAIRS = 0.3, 400_000


def _drawn() -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Patterns and counts of pairs drawn from M, U and MATCHES, one in ten comparisons missing."""
    draw = np.random.default_rng(7)
    match = draw.random(PAIRS) < MATCHES
    columns = []
    for m, u in zip(M, U, strict=True):
        levels = np.where(match, draw.choice(len(m), PAIRS, p=m), draw.choice(len(u), PAIRS, p=u))
        columns.append(np.where(draw.random(PAIRS) < 0.1, 0, levels))
    patterns, counts = np.unique(np.column_stack(columns), axis=0, return_counts=True)
    return patterns.astype(np.int64), counts.astype(float)


@pytest.mark.parametrize("fixed_u", [True, False])
def test_em_finds_known_parameters_within_five_percent(fixed_u: bool) -> None:
    patterns, counts = _drawn()
    start_m = [np.array([0, 0.2, 0.2, 0.6]), np.array([0, 0.4, 0.6]), np.array([0, 0.2, 0.2, 0.6])]
    start_u = (
        U
        if fixed_u
        else [np.array([0, 0.6, 0.2, 0.2]), np.array([0, 0.6, 0.4]), np.array([0, 0.6, 0.2, 0.2])]
    )
    found = estimate(
        patterns, counts, start_m, start_u, matches=0.5, fixed_u=fixed_u, rounds=2000, tolerance=1e-9
    )
    assert found.matches == pytest.approx(MATCHES, rel=0.05)
    for got, known in zip((*found.m, *found.u), (*M, *U), strict=True):
        assert got[1:] == pytest.approx(known[1:], rel=0.05)


def test_em_without_pairs_says_so() -> None:
    with pytest.raises(ValueError, match="train on a larger home"):
        estimate(np.zeros((0, 3), np.int64), np.zeros(0), M, U)


def _register(people: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Invented records (two for every third person, one number in eight left out) and who they are of."""
    draw = np.random.default_rng(3)
    surnames, given_names = (
        "王李张刘陈杨赵黄周吴徐孙",
        "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红鹏飞",
    )
    rows, truth = [], []
    for who in range(people):
        name = draw.choice(list(surnames)) + "".join(draw.choice(list(given_names), 2))
        born = date(1960, 1, 1) + timedelta(days=int(draw.integers(0, 16000)))
        body = f"99{draw.integers(1000, 9999)}{born:%Y%m%d}{draw.integers(100, 999)}"
        for _ in range(2 if who % 3 == 0 else 1):
            rid = len(rows) + 1
            known = {"id_number": number(body)} if draw.random() > 0.12 else {}
            sex = "男" if int(body[16]) % 2 else "女"
            rows.append(
                person(rid, name, birth_date=born, sex=sex, phone=f"139{who:08d}", dwelling=who // 2, **known)
            )
            truth.append((rid, who))
    return frame(rows), pl.DataFrame(truth, schema=["rid", "who"], orient="row")


def test_a_trained_model_links_what_it_was_trained_on() -> None:
    people, truth = _register(1500)
    model = train(people, version="test", base=default_model())
    found = link(people, model, judged()).members.join(truth, on="rid")
    assert found["person"].n_unique() == 1500
    assert found.group_by("person").agg(pl.col("who").n_unique())["who"].max() == 1
    assert model.m["number"]["equal"] > 0.9 > 0.2 > model.u["birth"]["equal"]


def test_training_again_gives_the_same_model_and_needs_enough_records() -> None:
    people, _ = _register(1100)
    one, other = (
        train(p, version="test", base=default_model())
        for p in (people, people.sample(fraction=1, shuffle=True, seed=1))
    )
    assert one.m == other.m
    assert one.first == other.first
    with pytest.raises(ValueError, match="fewer than 1,000 records"):
        train(people.head(900), version="test", base=default_model())


def _figures(truth: list[int], predicted: list[int]) -> dict[str, object]:
    n = len(truth)
    keys = {"feed": ["f"] * n, "record_id": [str(i) for i in range(n)]}
    result = evaluate(
        pl.DataFrame({**keys, "person": truth, "form": ["han2"] * n}),
        pl.DataFrame({**keys, "person": predicted}),
    )
    return result.filter(pl.col("slice") == "all").row(0, named=True)


def test_figures_of_a_case_counted_by_hand() -> None:
    got = _figures([1, 1, 1, 2, 2], [7, 7, 8, 8, 9])
    assert (got["precision"], got["recall"]) == (0.5, 0.25)
    assert got["b3_precision"] == pytest.approx(0.8)
    assert got["b3_recall"] == pytest.approx((2 * 2 / 3 + 1 / 3 + 0.5 * 2) / 5)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=25))
def test_pairs_are_counted_as_if_enumerated(cells: list[tuple[int, int]]) -> None:
    pairs = list(combinations(cells, 2))
    right = sum(a[0] == b[0] and a[1] == b[1] for a, b in pairs)
    claimed, real = sum(a[1] == b[1] for a, b in pairs), sum(a[0] == b[0] for a, b in pairs)
    got = _figures([c[0] for c in cells], [c[1] for c in cells])
    assert got["precision"] == pytest.approx(right / claimed if claimed else 1.0)
    assert got["recall"] == pytest.approx(right / real if real else 1.0)


def test_slices_and_records_left_alone() -> None:
    truth = pl.DataFrame(
        {
            "feed": ["a", "a", "b"],
            "record_id": ["1", "2", "1"],
            "person": [1, 1, 1],
            "form": ["han2", "latin", "han2"],
            "dwelling": [5, 5, None],
        }
    )
    predicted = pl.DataFrame(
        {"feed": ["a", "b"], "record_id": ["1", "1"], "person": [3, 3], "dwelling": [1, 1]}
    )
    rows = {(r["subject"], r["slice"]): r for r in evaluate(truth, predicted).iter_rows(named=True)}
    assert set(rows) == {
        ("person", "all"), ("person", "form=han2"), ("person", "form=latin"), ("person", "feeds=a×a"), ("person", "feeds=a×b"),
        ("person", "feeds=b×b"), ("dwelling", "all"), ("dwelling", "feeds=a×a"),
    }  # fmt: skip
    assert rows["person", "all"]["recall"] == pytest.approx(1 / 3)
    assert rows["person", "feeds=a×b"]["recall"] == pytest.approx(0.5)
    assert rows["dwelling", "all"]["recall"] == 0.0
