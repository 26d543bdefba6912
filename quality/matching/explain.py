"""Explanation (说明): why two records are one person, in sentences and weights, without a value of either.

Here belongs the waterfall that ``registry explain`` and ``registry review`` show: it starts from the odds of
two records taken at random and adds one step for each comparison.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from quality.matching.agreement import COMPARISONS, code_of, pattern_of, unpack
from quality.matching.features import build
from quality.matching.model import Model, default_model, level_weights, population_class, prior_bits
from quality.matching.pairs import weigh


@dataclass(frozen=True)
class Step:
    """One step of a waterfall: the sentence (中文, English) and the bits it adds to the odds."""

    comparison: str
    zh: str
    en: str
    bits: float


def agreement_sentences(
    agreement: str, model: Model | None = None, records: int | None = None
) -> list[tuple[str, str, float]]:
    """(zh, en, weight in bits) for each comparison that could be made, in order of the comparisons.

    ``records`` is the number of records of the home (default: those the model was trained on). Names weigh as
    of average frequency. ValueError if ``agreement`` is not an agreement code.
    """
    model = model or default_model()
    weights = level_weights(model, population_class(records or model.population))
    levels = unpack(np.array([pattern_of(agreement)], dtype=np.int32))
    sentences = []
    for comparison in COMPARISONS:
        level = int(levels[comparison.name][0])
        if level:
            said = comparison.levels[level]
            sentences.append((said.zh, said.en, round(float(weights[comparison.name][level]), 2)))
    return sentences


def waterfall(
    agreement: str, weight: float, model: Model | None = None, records: int | None = None
) -> list[Step]:
    """All steps from the odds at random to ``weight``; the last one is how rare the name is, where that counts."""
    model = model or default_model()
    size = population_class(records or model.population)
    steps = [Step("prior", "任意两条记录", "two records taken at random", round(prior_bits(model, size), 2))]
    levels = unpack(np.array([pattern_of(agreement)], dtype=np.int32))
    names = iter(c.name for c in COMPARISONS if levels[c.name][0])
    steps += [
        Step(next(names), zh, en, bits) for zh, en, bits in agreement_sentences(agreement, model, records)
    ]
    rest = round(weight - sum(s.bits for s in steps), 2)
    if np.isfinite(rest) and abs(rest) >= 0.05:
        rare = (
            ("该姓名较少见", "the name is rarer than most")
            if rest > 0
            else ("该姓名较常见", "the name is commoner than most")
        )
        steps.append(Step("frequency", *rare, rest))
    return steps


def compare(people: pl.DataFrame, pairs: pl.DataFrame, model: Model | None = None) -> pl.DataFrame:
    """rid_a, rid_b, agreement, weight of the pairs asked for (rid_a, rid_b), linked or not.

    ``people`` are all records of the home, as for ``link``: how many share a phone counts.
    """
    features = build(people)
    rows = features.frame.select("rid").with_row_index("row")
    asked = pairs.join(rows, left_on="rid_a", right_on="rid", maintain_order="left").join(
        rows, left_on="rid_b", right_on="rid", suffix="_b", maintain_order="left"
    )
    left, right = (asked[c].cast(pl.Int64).to_numpy() for c in ("row", "row_b"))
    scored = weigh(features, model or default_model(), left, right)
    return asked.select("rid_a", "rid_b").with_columns(
        pl.Series("agreement", [code_of(int(p)) for p in scored.pattern], dtype=pl.String),
        pl.Series("weight", np.round(scored.bits, 2)),
    )
