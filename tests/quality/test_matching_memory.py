"""What the matcher remembers: a chain of incremental runs finds what a run from nothing finds, each time.

Phones and dwellings become somebody's and nobody's again, keys are cut and come back, records come, change, go
and move in rank, clerks decide: all thresholds are lowered so that a few dozen records reach every one of them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import polars as pl
import pytest

from quality.matching import Linkage, blocking, default_model, features, link, memory
from tests.quality.matching_people import frame, judged, number, person

MODEL = default_model()
NAMES = ("李军", "李君", "王芳", "王芳芳", "买买提·艾力", "买买提艾力", "NGUYEN HOA", "HOA NGUYEN", None)
NUMBERS = tuple(number(f"9911111985011{n:02}11") for n in range(14, 26))
DOUBTFUL = tuple(f"{n[:8]}6{n[9:]}" for n in NUMBERS[:4])
BIRTHS = (None, date(1985, 1, 14), date(1985, 1, 1), date(1990, 6, 5))


@pytest.fixture
def low_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(replace(rule, most=2 + i % 3) for i, rule in enumerate(blocking.blocking_rules()))
    for module in (blocking, memory):
        monkeypatch.setattr(module, "blocking_rules", lambda: few)
    classes = {"phone": (1, 2, 4), "home": (2, 3, 5)}
    monkeypatch.setattr(features, "CLASSES", classes)
    monkeypatch.setattr(memory, "CLASSES", classes)


def _record(chance: Random, rid: int) -> dict[str, object]:
    return person(
        rid,
        chance.choice(NAMES),
        rank=chance.randrange(10**6) * 1000 + rid,
        id_number=chance.choice((None, None, *NUMBERS, *DOUBTFUL, "E1234567")),
        birth_date=chance.choice(BIRTHS),
        phone=chance.choice((None, "15800000001", "15800000002", "15800000003")),
        dwelling=chance.choice((None, 7, 8, 9)),
        feed=chance.choice(("rental_housing", "tenancies")),
    )


def _next(chance: Random, rows: dict[int, dict[str, object]]) -> dict[int, dict[str, object]]:
    """Some records change, some only in rank or in what is not compared, some go, some come."""
    after = {}
    for rid, row in rows.items():
        lot = chance.random()
        if lot < 0.1:
            after[rid] = _record(chance, rid)
        elif lot < 0.15:
            after[rid] = row | {"rank": chance.randrange(10**6) * 1000 + rid}
        elif lot < 0.35:
            after[rid] = row | {"name": f"{row['name'] or ''} "}
        elif lot < 0.92:
            after[rid] = row
    top = max(rows, default=0)
    return after | {rid: _record(chance, rid) for rid in range(top + 1, top + 1 + chance.randrange(4))}


def _verdicts(chance: Random, rows: dict[int, dict[str, object]]) -> pl.DataFrame:
    pairs = {tuple(sorted(chance.sample(sorted(rows), 2))) for _ in range(3)} if len(rows) > 3 else set()
    return judged(*((a, b, chance.choice(("same", "different"))) for a, b in sorted(pairs)))


def _found(linkage: Linkage) -> list[pl.DataFrame]:
    links, review = (part.sort("rid_a", "rid_b") for part in (linkage.links, linkage.review))
    return [linkage.members.sort("rid"), links.sort(pl.all()), review, linkage.number_conflicts]


@pytest.mark.usefixtures("low_bounds")
@pytest.mark.parametrize("seed", range(12))
def test_a_chain_of_incremental_runs_equals_full_ones(seed: int) -> None:
    chance = Random(seed)
    rows = {rid: _record(chance, rid) for rid in range(1, 30)}
    before = link(frame(list(rows.values())), MODEL, judged()).memory
    for _ in range(6):
        rows, verdicts = _next(chance, rows), _verdicts(chance, rows)
        people = frame(list(rows.values()))
        verdicts = verdicts.filter(
            pl.col("rid_a").is_in(people["rid"].implode()), pl.col("rid_b").is_in(people["rid"].implode())
        )
        full, some = link(people, MODEL, verdicts), link(people, MODEL, verdicts, previous=before)
        for one, other in zip(_found(full), _found(some), strict=True):
            assert one.equals(other)
        kept, anew = (x.memory.rows.drop("content").sort("rid") for x in (some, full))
        assert kept.equals(anew)
        pairs = (
            x.memory.pairs.select(
                pl.min_horizontal("rid_a", "rid_b").alias("a"),
                pl.max_horizontal("rid_a", "rid_b").alias("b"),
                "pattern",
                "bits",
                "chain",
            ).sort(pl.all())
            for x in (some, full)
        )
        assert next(pairs).equals(next(pairs))
        unwritten = before.rows.join(some.memory.written.alias("rid").to_frame(), on="rid", how="anti").sort(
            "rid"
        )
        assert unwritten.equals(
            some.memory.rows.join(unwritten.select("rid"), on="rid", how="semi").sort("rid")
        )
        before = some.memory


def test_a_memory_made_with_another_model_is_not_used() -> None:
    people = frame([person(1, "李军", phone="15800000001"), person(2, "李军", phone="15800000001")])
    before = link(people, MODEL, judged()).memory
    other = replace(MODEL, link=MODEL.link + 1)
    assert link(people, other, judged(), previous=before).report["pairs_compared"] == 1
    assert link(people, MODEL, judged(), previous=before).report["pairs_compared"] == 0
