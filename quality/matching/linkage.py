"""Linkage: the records of one home to persons. The whole of this stage in one pure function.

Here belongs the order of the steps: features, candidates, patterns, weights, decisions, clusters. What a
clerk decided (``judgements``) outranks the model, in both directions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quality.matching import agreement, blocking, clusters, comparisons
from quality.matching.features import Features, build
from quality.matching.memory import Memory, in_focus, marks, nothing, unchanged
from quality.matching.model import (
    Limits,
    Model,
    frequency_bits,
    limits,
    name_shares,
    pattern_bits,
    population_class,
)
from quality.matching.names import EXACT, REORDERED

Rows = NDArray[np.int64]
Bits = NDArray[np.float64]
VALID, OTHER_DOCUMENT = 3, 2
CLERK_BITS = 999.0


@dataclass(frozen=True)
class Linkage:
    """What ``link`` found.

    ``members``: rid, person (rid of the founding record), one row for each record. ``links``: rid_a, rid_b,
    agreement, weight (bits), decided_by (rule, model, clerk). ``review``: rid_a, rid_b, agreement, weight;
    pairs for a clerk, heaviest first. ``number_conflicts``: rid, other_rid, reason_code; one row for each
    person concerned. ``report``: counts only. ``memory``: what the next run takes as ``previous``.
    """

    members: pl.DataFrame
    links: pl.DataFrame
    review: pl.DataFrame
    number_conflicts: pl.DataFrame
    report: dict[str, object]
    memory: Memory


@dataclass(frozen=True)
class _Pairs:
    """Compared pairs of rows with their pattern and weight in bits."""

    left: Rows
    right: Rows
    pattern: NDArray[np.int32]
    bits: Bits

    def where(self, chosen: NDArray[np.bool_]) -> _Pairs:
        return _Pairs(self.left[chosen], self.right[chosen], self.pattern[chosen], self.bits[chosen])


@dataclass(frozen=True)
class _Judged:
    """Decisions of clerks as pairs of rows (left < right)."""

    same: tuple[Rows, Rows]
    different: tuple[Rows, Rows]
    unsure: tuple[Rows, Rows]


def weigh(features: Features, model: Model, left: Rows, right: Rows) -> _Pairs:
    """Patterns and weights of pairs of rows."""
    pattern = comparisons.patterns(features, left, right)
    bits = pattern_bits(model, population_class(features.frame.height))[pattern]
    level = agreement.unpack(pattern)["name"]
    same = np.flatnonzero(np.isin(level, (EXACT, REORDERED)))
    names, place = np.unique(features.column("name", 0)[left[same]], return_inverse=True)
    shares = name_shares(model, pl.Series([features.keys[i] for i in names.tolist()], dtype=pl.String))
    bits[same] += frequency_bits(model, shares[place], level[same])
    return _Pairs(left, right, pattern, bits)


def _rows_of(features: Features, judgements: pl.DataFrame, verdict: str) -> tuple[Rows, Rows]:
    index = features.frame.select("rid").with_row_index("row")
    chosen = judgements.filter(pl.col("verdict") == verdict)
    joined = chosen.join(index, left_on="rid_a", right_on="rid").join(
        index, left_on="rid_b", right_on="rid", suffix="_b"
    )
    a, b = joined["row"].cast(pl.Int64).to_numpy(), joined["row_b"].cast(pl.Int64).to_numpy()
    return np.minimum(a, b), np.maximum(a, b)


def _key(left: Rows, right: Rows) -> Rows:
    return (left << 32) | right


def _among(pairs: _Pairs, judged: tuple[Rows, Rows]) -> NDArray[np.bool_]:
    return np.isin(_key(pairs.left, pairs.right), _key(*judged))


def _contested(features: Features, pairs: _Pairs, bounds: Limits) -> NDArray[np.bool_]:
    """Pairs of one valid number of which one record has no name, where it may be another's: the number is held
    under names that disagree, neither record has anything else by which two holders could be told apart, or
    they live together and the phone says nothing (most numbers held twice are held by relatives)."""
    levels = agreement.unpack(pairs.pattern)
    held = levels["number"] == agreement.NUMBER.index("equal")
    number = features.column("number")[pairs.left]
    nameless = levels["name"] == 0
    disputed = np.unique(number[held & ~nameless & (bounds.apart | bounds.asked)[pairs.pattern]])
    bare = (features.column("phone") < 0) & (features.column("home") < 0)
    housemates = (levels["dwelling"] > agreement.DIFFERENT) & (levels["phone"] <= agreement.DIFFERENT)
    alike = (bare[pairs.left] & bare[pairs.right]) | housemates
    contested: NDArray[np.bool_] = held & nameless & (alike | np.isin(number, disputed))
    return contested


def _namesakes(features: Features, pairs: _Pairs) -> NDArray[np.bool_]:
    """Pairs whose name more than one number goes with in this home: the name alone could be either's."""
    if not len(pairs.left):
        return np.zeros(0, bool)
    flat = pl.Series(features.names.flat, dtype=pl.Int64)
    name = features.frame["name"]
    held = pl.DataFrame({"name": flat.gather(name), "number": features.frame["number"]})
    held = held.filter((features.frame["state"] >= OTHER_DOCUMENT) & name.is_not_null())
    several = held.unique().group_by("name").len().filter(pl.col("len") > 1)["name"]
    borne = np.full(len(flat), False) if several.is_empty() else flat.is_in(several.implode()).to_numpy()
    row = features.column("name")[pairs.left]
    namesakes: NDArray[np.bool_] = (row >= 0) & borne[row] if len(flat) else np.zeros(len(row), bool)
    return namesakes


def _decide(
    pairs: _Pairs, model: Model, bounds: Limits, judged: _Judged, contested: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pairs are linked and which are asked about, by weight, bounds and what clerks said."""
    open_to_model = (
        ~bounds.never[pairs.pattern] & ~_among(pairs, judged.same) & ~_among(pairs, judged.different)
    )
    alone = bounds.alone[pairs.pattern]
    enough = pairs.bits >= np.where(alone, model.alone, model.link)
    linked = enough & open_to_model & ~bounds.asked[pairs.pattern] & ~contested
    asked = (pairs.bits >= model.review) & open_to_model & ~linked & ~alone
    return linked, asked & ~_among(pairs, judged.unsure)


def link(
    people: pl.DataFrame, model: Model, judgements: pl.DataFrame, previous: Memory | None = None
) -> Linkage:
    """Persons of one home.

    In: people with rid, rank (unique), feed, name, name_key, sex, id_number, id_kind, id_state, id_birth,
    id_sex, birth_date, birth_precision, phone, dwelling; judgements with rid_a, rid_b, verdict (same,
    different, unsure; one row for a pair); ``previous``, the memory of the last run, or nothing. The result
    depends neither on the order of rows nor on ``previous``: only the work does (and the report's counts of it).
    """
    features = build(people)
    judged = _Judged(*(_rows_of(features, judgements, v) for v in ("same", "different", "unsure")))
    apart_rows = np.zeros(features.frame.height, bool)
    apart_rows[np.concatenate(judged.different)] = True
    chain = blocking.identity_chains(features, apart_rows)
    pairs, found, memory = _scored(features, model, previous or nothing())
    rules = weigh(features, model, *chain)
    rules = rules.where(~_among(rules, judged.different))
    bounds = limits()
    contested = _contested(features, pairs, bounds)
    alone = bounds.alone[pairs.pattern]
    contested[alone] = _namesakes(features, pairs.where(alone))
    linked, asked = _decide(pairs, model, bounds, judged, contested)
    same = weigh(features, model, *judged.same)
    edges = _edges(rules, pairs.where(linked), same)
    apart = _apart(pairs, bounds, judged)
    numbers = np.where(features.column("state", 0) == VALID, features.column("number"), -1)
    result = clusters.cluster(features.frame.height, edges, numbers, apart)
    report: dict[str, object] = {"pairs_compared": len(found.left), "blocking": list(found.account)}
    return _linkage(features, (rules, pairs.where(linked), same), pairs.where(asked), result, report, memory)


def _scored(features: Features, model: Model, previous: Memory) -> tuple[_Pairs, blocking.Candidates, Memory]:
    """Every pair that can matter: compared now where a record changed, remembered where none did."""
    keys = blocking.block_keys(features)
    mark = marks(features, keys.cut, model)
    focus = in_focus(features, mark, previous)
    found = blocking.candidates(keys, None if focus.all() else focus)
    new = weigh(features, model, found.left, found.right)
    equal = agreement.unpack(new.pattern)["number"] == agreement.NUMBER.index("equal")
    new = new.where((new.bits >= model.review) | equal)
    old = _Pairs(*unchanged(features, focus, previous))
    pairs = _Pairs(
        *(np.concatenate([getattr(old, c), getattr(new, c)]) for c in ("left", "right", "pattern", "bits"))
    )
    rid = features.column("rid")
    kept = {"rid_a": rid[pairs.left], "rid_b": rid[pairs.right], "pattern": pairs.pattern, "bits": pairs.bits}
    state = features.frame.select("rid").with_columns(mark)
    return pairs, found, Memory(state, pl.DataFrame(kept))


def _edges(rules: _Pairs, model_links: _Pairs, same: _Pairs) -> clusters.Edges:
    parts = (rules, model_links, same)
    return clusters.Edges(
        left=np.concatenate([p.left for p in parts]),
        right=np.concatenate([p.right for p in parts]),
        weight=np.concatenate([rules.bits, model_links.bits, np.full(len(same.left), CLERK_BITS)]),
        bound=np.concatenate([np.full(len(p.left), p is same) for p in parts]),
    )


def _apart(pairs: _Pairs, bounds: Limits, judged: _Judged) -> tuple[Rows, Rows]:
    """Pairs that are never one person. Two valid numbers need no row here: clusters hold to them anyway."""
    equal = agreement.unpack(pairs.pattern)["number"] == agreement.NUMBER.index("equal")
    conflict = pairs.where(equal & (bounds.apart | bounds.asked)[pairs.pattern] & ~_among(pairs, judged.same))
    different = judged.different
    return np.concatenate([conflict.left, different[0]]), np.concatenate([conflict.right, different[1]])


def _frame(rid: Rows, pairs: _Pairs, code_of: dict[int, str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "rid_a": pl.Series(rid[pairs.left], dtype=pl.Int64),
            "rid_b": pl.Series(rid[pairs.right], dtype=pl.Int64),
            "agreement": pl.Series(pairs.pattern, dtype=pl.Int32).replace_strict(
                code_of, default="", return_dtype=pl.String
            ),
            "weight": pl.Series(np.round(pairs.bits, 2), dtype=pl.Float64),
        }
    )


def _linkage(
    features: Features,
    linked: tuple[_Pairs, _Pairs, _Pairs],
    asked: _Pairs,
    result: clusters.Clustering,
    report: dict[str, object],
    memory: Memory,
) -> Linkage:
    rid = features.column("rid")
    every = np.unique(np.concatenate([asked.pattern, *(p.pattern for p in linked)]))
    codes = {int(p): agreement.code_of(int(p)) for p in every}
    frames = [
        _frame(rid, pairs, codes).with_columns(pl.lit(by).alias("decided_by"))
        for pairs, by in zip(linked, ("rule", "model", "clerk"), strict=True)
    ]
    links = pl.concat(frames)
    refused = pl.Series(np.isin(np.arange(links.height), result.refused))
    review = pl.concat(
        [_frame(rid, _open(asked, features, result), codes), _refused_for_clerk(links.filter(refused))]
    )
    conflicts = _number_conflicts(features, result.founder)
    report |= {
        "records": features.frame.height,
        "persons": int((result.founder == np.arange(len(result.founder))).sum()),
        "links_refused": len(result.refused),
        "review_pairs": review.height,
        "number_conflicts": conflicts.height,
    }
    return Linkage(
        members=pl.DataFrame({"rid": rid, "person": rid[result.founder]}),
        links=links.filter(~refused),
        review=review.sort(["weight", "rid_a", "rid_b"], descending=[True, False, False]),
        number_conflicts=conflicts,
        report=report,
        memory=memory,
    )


def _refused_for_clerk(refused: pl.DataFrame) -> pl.DataFrame:
    """Links that were refused because of others come back as questions; what a clerk decided is not asked again."""
    return refused.filter(pl.col("decided_by") != "clerk").drop("decided_by")


def _open(asked: _Pairs, features: Features, result: clusters.Clustering) -> _Pairs:
    """Questions worth asking: not yet one person, and not two persons with different valid numbers."""
    founder, numbers = (
        result.founder,
        np.where(features.column("state", 0) == VALID, features.column("number"), -1),
    )
    highest = np.full(len(founder), -1, np.int64)
    np.maximum.at(highest, founder, numbers)
    a, b = founder[asked.left], founder[asked.right]
    known = (highest[a] >= 0) & (highest[b] >= 0)
    return asked.where((a != b) & ~(known & (highest[a] != highest[b])))


def _number_conflicts(features: Features, founder: Rows) -> pl.DataFrame:
    """同号异人: the first record of each person under one valid number. 同人异号: the first record of each valid
    number of one person, where a clerk merged them."""
    rid = features.column("rid")
    frame = features.frame.select("rid", "number", "state").with_columns(pl.Series("person", rid[founder]))
    held = frame.filter(pl.col("state") == VALID).select("number", "person", "rid")
    held = held.filter(pl.col("number").is_duplicated() | pl.col("person").is_duplicated())
    held = held.group_by("number", "person").agg(pl.col("rid").first())
    held = held.join(frame.select("rid").with_row_index("row"), on="rid").sort("row")
    cases = []
    for by, other, reason in (
        ("number", "person", "one_number_two_people"),
        ("person", "number", "one_person_two_numbers"),
    ):
        several = held.filter(pl.col(other).n_unique().over(by) > 1)
        first = pl.col("rid").first().over(by)
        second = pl.col("rid").shift(-1).first().over(by)
        other_rid = pl.when(pl.col("rid") == first).then(second).otherwise(first)
        cases.append(several.select("rid", other_rid.alias("other_rid"), pl.lit(reason).alias("reason_code")))
    return pl.concat(cases).sort("rid", "reason_code")
