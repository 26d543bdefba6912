"""Linkage: the records of one home to persons. The whole of this stage in one pure function.

Here belongs the order of the steps: features, candidates, patterns, weights, decisions, clusters. What a
clerk decided (``judgements``) outranks the model, in both directions.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl

from quality.matching import agreement, blocking, clusters, decisions
from quality.matching.features import Features, build, integers, repeated, with_shared
from quality.matching.memory import KEPT_PAIRS, Memory, changed_records, focus_of, named, tag_of, unmoved
from quality.matching.model import Model, limits
from quality.matching.pairs import Flags, Pairs, Rows, among, key, weigh

CLERK_BITS = 999.0
PeopleOf = Callable[[pl.Series], pl.DataFrame]
"""Gives the people (columns of ``link``, with ``content``) of some rids; none for a record that names nobody."""


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
class _Compared:
    """Records in order of rank (``features.ROWS`` with phone, home) and the pairs of them that can matter: found by
    blocking, of one identity (``chain``), decided to be one person (``same``)."""

    rows: pl.DataFrame
    found: Pairs
    chain: Pairs
    same: Pairs
    said: decisions.Judged
    memory: Memory
    report: dict[str, object]


def link(
    people: pl.DataFrame, model: Model, judgements: pl.DataFrame, previous: Memory | None = None
) -> Linkage:
    """Persons of one home.

    In: people with rid, rank (unique), feed, name, name_key, sex, id_number, id_kind, id_state, id_birth,
    id_sex, birth_date, birth_precision, phone, dwelling and, optionally, content (a number that stands for all of
    them but dwelling); judgements with rid_a, rid_b, verdict (same, different, unsure; one row for a pair);
    ``previous``, the memory of the last run, or nothing. The result depends neither on the order of rows nor on
    ``previous``: only the work does (and the report's counts of it).
    """
    if previous is not None:
        return relink(
            previous,
            people.select("rid", "rank", "content", "dwelling"),
            lambda rids: people.filter(pl.col("rid").is_in(rids.implode())),
            model,
            judgements,
        )
    return _concluded(_all_compared(build(people), model, judgements), model)


def relink(
    previous: Memory, now: pl.DataFrame, people_of: PeopleOf, model: Model, judgements: pl.DataFrame
) -> Linkage:
    """Persons of one home as ``link`` finds them, reading only the people that changed or are compared anew.

    In: ``now`` with rid, rank, content, dwelling of every record, those that name nobody perhaps among them;
    ``people_of``, which gives the people of some rids.
    """
    changed = changed_records(now, previous)
    people = people_of(changed)
    now = named(now, changed, people["rid"])
    if previous.tag != tag_of(model, now.height):
        return _concluded(_all_compared(build(people_of(now["rid"])), model, judgements), model)
    fresh = build(people, population=now.height).rows
    return _concluded(_some_compared(previous, now, fresh, people_of, model, judgements), model)


def _in_dispute(rows: pl.DataFrame, said: decisions.Judged) -> Flags:
    flags = np.zeros(rows.height, bool)
    flags[np.concatenate(said.different)] = True
    return flags


def _chains(rows: pl.DataFrame, said: decisions.Judged) -> tuple[Rows, Rows]:
    return blocking.identity_chains(rows, _in_dispute(rows, said))


def _all_compared(features: Features, model: Model, judgements: pl.DataFrame) -> _Compared:
    """Everything compared."""
    rows = features.rows
    said = decisions.judged(rows, judgements)
    with ThreadPoolExecutor(1) as aside:  # chains are no candidates, so neither waits for the other
        chaining = aside.submit(lambda: weigh(features, model, *_chains(rows, said)))
        keys = blocking.block_keys(rows)
        candidates = blocking.candidates(keys)
        chain = chaining.result()
    found = _that_matter(weigh(features, model, candidates.left, candidates.right), model)
    kept = rows.with_columns(pl.Series("cut", keys.cut))
    return _Compared(
        rows=with_shared(rows),
        found=found,
        chain=chain,
        same=weigh(features, model, *said.same),
        said=said,
        memory=Memory(kept, _kept_pairs(rows, found, chain), rows["rid"], tag_of(model, rows.height)),
        report={"pairs_compared": len(candidates.left), "blocking": list(candidates.account)},
    )


def _some_compared(
    previous: Memory,
    now: pl.DataFrame,
    fresh: pl.DataFrame,
    people_of: PeopleOf,
    model: Model,
    judgements: pl.DataFrame,
) -> _Compared:
    """Compared where a record is in focus, remembered where none is; ``fresh``: ROWS of the records that changed."""
    focus = focus_of(previous, now, fresh)
    rows = focus.rows
    said = decisions.judged(rows, judgements)
    candidates = blocking.candidates(focus.keys, focus.flags)
    kept, left, right = unmoved(focus, previous)
    old = Pairs(left, right, kept["pattern"].to_numpy(), kept["bits"].to_numpy())
    was_chain = kept["chain"].to_numpy()
    chain = _chains(rows, said)
    known = old.where(was_chain & among(old, chain))
    lacking = ~np.isin(key(*chain), key(known.left, known.right))
    asked = [(candidates.left, candidates.right), (chain[0][lacking], chain[1][lacking]), said.same]
    scored = _weighed(rows, now.height, asked, people_of, model)
    found, chained = old.where(~was_chain) + _that_matter(scored[0], model), known + scored[1]
    return _Compared(
        rows=with_shared(rows),
        found=found,
        chain=chained,
        same=scored[2],
        said=said,
        memory=Memory(rows, _kept_pairs(rows, found, chained), focus.written, previous.tag),
        report={
            "pairs_compared": len(candidates.left),
            "in_focus": int(focus.flags.sum()),
            "blocking": list(candidates.account),
        },
    )


def _weighed(
    rows: pl.DataFrame, population: int, asked: list[tuple[Rows, Rows]], people_of: PeopleOf, model: Model
) -> list[Pairs]:
    """Each set of pairs of rows, weighed by the people that take part in one."""
    some = np.unique(np.concatenate([side for pair in asked for side in pair]))
    chosen = rows[some]
    features = build(people_of(chosen["rid"]), chosen.select("rid", "phone_class", "home_class"), population)
    weighed = []
    for left, right in asked:
        pairs = weigh(features, model, np.searchsorted(some, left), np.searchsorted(some, right))
        weighed.append(Pairs(left, right, pairs.pattern, pairs.bits))
    return weighed


def _that_matter(pairs: Pairs, model: Model) -> Pairs:
    """Pairs that may be linked or asked about, and all that share a valid number."""
    equal = agreement.unpack(pairs.pattern)["number"] == decisions.EQUAL
    return pairs.where((pairs.bits >= model.review) | equal)


def _kept_pairs(rows: pl.DataFrame, found: Pairs, chain: Pairs) -> pl.DataFrame:
    rid = rows["rid"].to_numpy()
    both = found + chain
    return pl.DataFrame(
        {
            "rid_a": rid[both.left],
            "rid_b": rid[both.right],
            "pattern": both.pattern,
            "bits": both.bits,
            "chain": np.arange(len(both.left)) >= len(found.left),
        },
        schema=KEPT_PAIRS,
    )


def _concluded(compared: _Compared, model: Model) -> Linkage:
    """Links, clusters and questions of what was compared."""
    rows, pairs, said = compared.rows, compared.found, compared.said
    rules = compared.chain.where(~among(compared.chain, said.different))
    bounds = limits()
    contested = decisions.contested(rows, pairs, bounds)
    alone = bounds.alone[pairs.pattern]
    contested[alone] = decisions.namesakes(rows, pairs.where(alone))
    linked, asked = decisions.decide(pairs, model, bounds, said, contested)
    links = (rules, pairs.where(linked), compared.same)
    result = clusters.cluster(rows.height, _edges(*links), _valid(rows), decisions.apart(pairs, bounds, said))
    return _linkage(rows, links, pairs.where(asked), result, compared.report, compared.memory)


def _valid(rows: pl.DataFrame) -> Rows:
    """The code of each record's valid number, −1 without."""
    valid = integers(rows, "state", 0) == decisions.VALID
    return np.where(valid, integers(rows, "number"), -1)


def _edges(rules: Pairs, model_links: Pairs, same: Pairs) -> clusters.Edges:
    parts = (rules, model_links, same)
    return clusters.Edges(
        left=np.concatenate([p.left for p in parts]),
        right=np.concatenate([p.right for p in parts]),
        weight=np.concatenate([rules.bits, model_links.bits, np.full(len(same.left), CLERK_BITS)]),
        bound=np.concatenate([np.full(len(p.left), p is same) for p in parts]),
    )


def _frame(rid: Rows, pairs: Pairs, code_of: dict[int, str]) -> pl.DataFrame:
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
    rows: pl.DataFrame,
    linked: tuple[Pairs, Pairs, Pairs],
    asked: Pairs,
    result: clusters.Clustering,
    report: dict[str, object],
    memory: Memory,
) -> Linkage:
    rid = rows["rid"].to_numpy()
    every = np.unique(np.concatenate([asked.pattern, *(p.pattern for p in linked)]))
    codes = {int(p): agreement.code_of(int(p)) for p in every}
    frames = [
        _frame(rid, pairs, codes).with_columns(pl.lit(by).alias("decided_by"))
        for pairs, by in zip(linked, ("rule", "model", "clerk"), strict=True)
    ]
    links = pl.concat(frames)
    refused = pl.Series(np.isin(np.arange(links.height), result.refused))
    review = pl.concat(
        [_frame(rid, _open(asked, rows, result), codes), _refused_for_clerk(links.filter(refused))]
    )
    conflicts = _number_conflicts(rows, result.founder)
    report |= {
        "records": rows.height,
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


def _open(asked: Pairs, rows: pl.DataFrame, result: clusters.Clustering) -> Pairs:
    """Questions worth asking: not yet one person, and not two persons with different valid numbers."""
    founder, numbers = result.founder, _valid(rows)
    highest = np.full(len(founder), -1, np.int64)
    np.maximum.at(highest, founder, numbers)
    a, b = founder[asked.left], founder[asked.right]
    known = (highest[a] >= 0) & (highest[b] >= 0)
    return asked.where((a != b) & ~(known & (highest[a] != highest[b])))


def _number_conflicts(rows: pl.DataFrame, founder: Rows) -> pl.DataFrame:
    """同号异人: the first record of each person under one valid number. 同人异号: the first record of each valid
    number of one person, where a clerk merged them."""
    rid = rows["rid"].to_numpy()
    frame = rows.select("rid", "number", "state").with_columns(pl.Series("person", rid[founder]))
    held = frame.with_row_index("row").filter(pl.col("state") == decisions.VALID).drop("state")
    shared = (pl.col(c).is_in(repeated(held[c]).implode()) for c in ("number", "person"))
    held = held.filter(pl.any_horizontal(shared)).unique(
        ["number", "person"], keep="first", maintain_order=True
    )
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
