"""Training: a model from the records of one home, without labels.

Here belongs the estimation of m and u. As in Splink, a pass looks at the pairs that one set of columns ties
together and learns only about the *other* comparisons, since agreement on what tied them is a given there.
u comes from random pairs; where these never agree (a number, a phone, a dwelling), from tied pairs whose names
disagree. Counts of patterns are all that leaves a pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quality.matching import agreement, blocking, comparisons, em
from quality.matching.agreement import LEARNT
from quality.matching.features import Features, build, identity
from quality.matching.model import Model, name_parts
from quality.matching.names import DIFFERENT, SURNAME

RANDOM_PAIRS, PAIRS_FOR_EACH = 1_000_000, 100
SEED = 20260101
FEWEST = 1000  # records to learn from
SHARED_BY = 20  # a part of a name enters the model only if at least so many records bear it
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Pass:
    """Blocking rules whose pairs are looked at, and the comparisons about which nothing is learnt from them."""

    rules: tuple[str, ...]
    given: tuple[str, ...]


PASSES = (
    Pass(("number",), ("number", "birth")),
    Pass(("name_birth", "order_birth"), ("name", "birth")),
    Pass(("name_phone",), ("name", "phone")),
    Pass(("name_dwelling",), ("name", "dwelling")),
)


def _counts(
    features: Features, left: NDArray[np.int64], right: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Floats]:
    """Distinct patterns as levels (patterns × comparisons) and how often each occurs."""
    packed, counts = np.unique(comparisons.patterns(features, left, right), return_counts=True)
    parts = agreement.unpack(packed)
    levels = np.column_stack([parts[c.name].astype(np.int64) for c in LEARNT])
    return levels, counts.astype(np.float64)


def random_pairs(records: int, pairs: int, seed: int = SEED) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """``pairs`` pairs of two different rows, drawn evenly."""
    draw = np.random.default_rng(seed)
    left = draw.integers(0, records, pairs)
    right = (left + draw.integers(1, records, pairs)) % records
    return left, right


def _share(levels: NDArray[np.int64], counts: Floats, column: int) -> Floats:
    size = agreement.SIZES[column]
    found = np.bincount(levels[:, column], weights=counts, minlength=size)
    found[0] = 0.0
    found[1:] = found[1:] + 0.5
    share: Floats = found / found.sum()
    return share


def estimate_u(features: Features) -> list[Floats]:
    """u of every level. Agreement too rare for random pairs is counted in full among pairs that share the
    value while their names disagree (both name and number decide that these are two people)."""
    records = features.frame.height
    levels, counts = _counts(features, *random_pairs(records, min(RANDOM_PAIRS, PAIRS_FOR_EACH * records)))
    u = [_share(levels, counts, i) for i in range(len(LEARNT))]
    every_pair = records * (records - 1) / 2
    for rules, name in (("number", "number"), ("phone", "phone"), ("name_dwelling", "dwelling")):
        column = [c.name for c in LEARNT].index(name)
        columns = ("home",) if name == "dwelling" else (rules,)
        tied = blocking.candidates(blocking.block_keys(features.rows, (blocking.Rule(name, columns, 300),)))
        levels, counts = _counts(features, tied.left, tied.right)
        strangers = np.isin(levels[:, 0], [DIFFERENT, SURNAME]) & (levels[:, column] > 1)
        found = np.bincount(
            levels[strangers, column], weights=counts[strangers], minlength=agreement.SIZES[column]
        )
        rare = np.maximum(found, 0.05) / every_pair
        agreeing = np.arange(2, agreement.SIZES[column])
        if name == "number":
            agreeing = np.array(
                [agreement.NUMBER.index(c) for c in ("equal", "equal_other", "equal_invalid", "one_edit")]
            )
        u[column][agreeing] = rare[agreeing]
        u[column] /= u[column].sum()
    return u


def _start_m() -> list[Floats]:
    """Where every estimate starts: the highest level nine times in ten."""
    start = []
    for size in agreement.SIZES[: len(LEARNT)]:
        m = np.full(size, 0.1 / max(size - 2, 1))
        m[0], m[-1] = 0.0, 0.9
        start.append(m)
    number = start[1]
    number[:] = 0.01
    number[0], number[agreement.NUMBER.index("equal")], number[agreement.NUMBER.index("two_numbers")] = (
        0.0,
        0.9,
        1e-6,
    )
    return start


def estimate_m(features: Features, u: list[Floats]) -> tuple[list[Floats], list[dict[str, object]]]:
    """m of every level as the average over the passes that may learn it, weighted by their matches."""
    chain = blocking.identity_chains(features.rows, np.zeros(features.frame.height, bool))
    total = [np.zeros(size) for size in agreement.SIZES[: len(LEARNT)]]
    account: list[dict[str, object]] = []
    for step in PASSES:
        left, right = _pairs_of(features, step, chain)
        if not len(left):
            continue
        levels, counts = _counts(features, left, right)
        free = [i for i, c in enumerate(LEARNT) if c.name not in step.given]
        start = _start_m()
        result = em.estimate(levels[:, free], counts, [start[i] for i in free], [u[i] for i in free])
        pairs = float(counts.sum() * result.matches)
        account.append(
            {"rules": list(step.rules), "pairs": int(counts.sum()), "matches": round(result.matches, 4)}
        )
        for i, m in zip(free, result.m, strict=True):
            compared = float(counts[levels[:, i] > 0].sum() / counts.sum())
            total[i] += m * pairs * compared
    return [(t + _start_m()[i] * 0.01) / (t.sum() + 0.01) for i, t in enumerate(total)], account


def _falling(m: Floats, u: Floats) -> Floats:
    """u such that a value weighs no more than one that fewer people share (levels 2 to the highest)."""
    u = u.copy()
    for level in range(len(u) - 2, 1, -1):
        u[level] = max(u[level], m[level] * u[level + 1] / m[level + 1])
    fallen: Floats = u / u.sum()
    return fallen


def _pairs_of(
    features: Features, step: Pass, chain: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All pairs that the pass's own columns tie together, neighbours of one identity included (``chain``)."""
    rules = tuple(r for r in blocking.blocking_rules() if r.name in step.rules)
    tied = blocking.candidates(blocking.block_keys(features.rows, rules))
    held = np.ones(len(chain[0]), bool)
    for column in {"phone": ("phone",), "dwelling": ("home",)}.get(step.given[-1], ()):
        value = features.column(column)
        held &= (value[chain[0]] >= 0) & (value[chain[0]] == value[chain[1]])
    return np.concatenate([tied.left, chain[0][held]]), np.concatenate([tied.right, chain[1][held]])


def _frequencies(features: Features) -> tuple[dict[str, float], dict[str, float]]:
    """Shares of the first and of further parts of names, of parts that at least SHARED_BY records bear."""
    bearers = features.frame.drop_nulls("name").group_by("name").len().sort("name")
    parts = name_parts(features.keys).join(bearers.rename({"name": "i"}), on="i")
    kind = pl.when(pl.col("place") == 0).then(0).when(pl.col("part").str.len_chars() > 1).then(2).otherwise(1)
    counted = parts.group_by(kind.alias("kind"), "part").agg(pl.col("len").sum()).sort("kind", "part")
    share = (pl.col("len") / pl.col("len").sum().over("kind")).round(6).alias("share")
    kept = counted.with_columns(share).filter(pl.col("len") >= SHARED_BY)
    first, other = (kept.filter((pl.col("kind") == 0) == at_first) for at_first in (True, False))
    return dict(first.select("part", "share").iter_rows()), dict(other.select("part", "share").iter_rows())


def train(people: pl.DataFrame, *, version: str, base: Model) -> Model:
    """A model learnt from people (columns of ``quality.matching.link``). Thresholds come from ``base``.

    ValueError if the home has too few records to learn from.
    """
    if people.height < FEWEST:
        raise ValueError("fewer than 1,000 records: train on a larger home, or keep the default model")
    features = build(people)
    u = estimate_u(features)
    m, account = estimate_m(features, u)
    u = [_falling(m[i], u[i]) if c.scales else u[i] for i, c in enumerate(LEARNT)]
    first, other = _frequencies(features)
    codes = [[level.code for level in c.levels] for c in LEARNT]
    table = {
        key: {
            c.name: {
                code: float(f"{max(p, 1e-12):.4g}")
                for code, p in zip(codes[i][1:], values[i][1:], strict=True)
            }
            for i, c in enumerate(LEARNT)
        }
        for key, values in (("m", m), ("u", u))
    }
    return Model(
        version=version,
        population=features.frame.height,
        partners=round(_partners(features.frame), 4),
        owner_partners=round(_owner_partners(features.frame, base), 4),
        m=table["m"],
        u=table["u"],
        first=first,
        other=other,
        rare_first=base.rare_first,
        rare_other=base.rare_other,
        link=base.link,
        review=base.review,
        alone=base.alone,
        provenance={
            "records": features.frame.height,
            "random_pairs": RANDOM_PAIRS,
            "seed": SEED,
            "passes": account,
        },
    )


def _partners(frame: pl.DataFrame) -> float:
    """Expected number of other records of the same person: pairs of one identity, by the share of records that have one."""
    identities = frame.select(identity().alias("identity")).drop_nulls()
    sizes = identities.group_by("identity").len()["len"].cast(pl.Int64)
    known = int(sizes.sum())
    return max(float((sizes * (sizes - 1)).sum()) / max(known, 1), 0.05)


def _owner_partners(frame: pl.DataFrame, base: Model) -> float:
    """The same among rows of owners, as many as if the whole home were such rows (so that both are divided by
    the home's size); that of ``base`` where the home has too few of them."""
    owners = frame.drop_nulls("owner")
    if owners.height < FEWEST:
        return base.owner_partners
    return _partners(owners) * frame.height / owners.height
