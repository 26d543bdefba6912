"""Memory: what a run keeps so that the next one looks only at what changed.

Here belongs the proof that an incremental run equals a full one. What a comparison sees of a record is its own
values, how many people share its phone and dwelling, which of its blocking keys are cut, the model and the
population's size. A record for which one of these moved is *in focus*; the pairs it takes part in are compared
again, any other pair would get the pattern and weight that it has. What can move is found from the records that
changed: whoever shares a phone or a dwelling with one of them, before or after, and whoever shares a blocking
key with a record in focus. Memory is kept in the encrypted working database only.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quality.by_rid import ByRid, moved_since
from quality.matching.blocking import Keys, blocking_rules, keyed, shared
from quality.matching.features import CLASSES, ROWS, sharing_classes
from quality.matching.model import Model, population_class

KEPT_ROWS = {**ROWS, "cut": pl.Int64}
KEPT_PAIRS = {
    "rid_a": pl.Int64,
    "rid_b": pl.Int64,
    "pattern": pl.Int32,
    "bits": pl.Float64,
    "chain": pl.Boolean,
}


@dataclass(frozen=True)
class Memory:
    """``rows``: ROWS and ``cut`` (its cut keys as bits) of every record; ``pairs``: rid_a, rid_b, pattern, bits of
    every pair that can matter, ``chain``: of one identity. ``written``: rids whose row is not the one that the
    memory before had. ``tag``: what rows and pairs were made with (``tag_of``)."""

    rows: pl.DataFrame
    pairs: pl.DataFrame
    written: pl.Series
    tag: str

    @cached_property
    def places(self) -> ByRid:
        """Where each record's row is."""
        return ByRid(self.rows["rid"])

    def rows_of(self, rids: pl.Series) -> pl.DataFrame:
        """The rows of those of ``rids`` that are remembered."""
        at = self.places.of(rids)
        return self.rows[at[at >= 0]]

    def to_frames(self) -> dict[str, pl.DataFrame]:
        """Tables by name, of numbers only, as the encrypted working database keeps them: no hash can be turned
        back into a value, but equal hashes say that two records are equal."""
        return {"match_row": self.rows.select(*KEPT_ROWS), "match_pair": self.pairs.select(*KEPT_PAIRS)}

    @staticmethod
    def from_frames(frames: Mapping[str, pl.DataFrame], tag: str) -> Memory:
        """The memory from ``to_frames``, in any order of rows or columns; ValueError if a table or column is
        not what it was, which only means that the next run compares everything anew."""
        found = []
        for name, schema in (("match_row", KEPT_ROWS), ("match_pair", KEPT_PAIRS)):
            frame = frames.get(name)
            if frame is None or not set(schema) <= set(frame.columns):
                raise ValueError(f"the matcher's memory lacks {name}: link without it, it is made again")
            found.append(frame.select(pl.col(c).cast(t) for c, t in schema.items()))
        return Memory(found[0], found[1], pl.Series([], dtype=pl.Int64), tag)


def tag_of(model: Model, records: int) -> str:
    """What all weights and keys rest on beside the records: model, bounds, blocking rules, the size of the
    population, and Polars, whose hashes may differ from version to version and from one kind of machine to another."""
    rules = [(r.name, r.columns, r.most, r.side) for r in blocking_rules()]
    parts = [model.version, model.link, model.review, model.alone, population_class(records), CLASSES, rules]
    return sha256(json.dumps([*parts, pl.__version__, platform.machine(), list(ROWS)]).encode()).hexdigest()


@dataclass(frozen=True)
class Focus:
    """Records as of now in order of rank (``rows``: KEPT_ROWS), and a flag for each whether it is in focus.
    ``keys``: of all records that may share one with a record in focus, without those that are cut; ``written``: rids
    to be kept anew."""

    rows: pl.DataFrame
    flags: NDArray[np.bool_]
    keys: Keys
    written: pl.Series

    @cached_property
    def places(self) -> ByRid:
        """Where each record's row is."""
        return ByRid(self.rows["rid"])


def _touched(rows: pl.DataFrame, values: pl.Series, column: str) -> tuple[pl.Series, NDArray[np.int64]]:
    """Classes of a phone or dwelling, recomputed for the records that have one of ``values``; and their rows."""
    old = rows[f"{column}_class"]
    index = rows[f"{column}_written"].is_in(values.implode()).arg_true()
    at: NDArray[np.int64] = index.cast(pl.Int64).to_numpy()
    return (old.scatter(index, sharing_classes(rows[index], column)) if len(at) else old), at


def _without(rids: pl.Series, others: pl.Series) -> NDArray[np.bool_]:
    """Which rids are not among others."""
    return ByRid(others).of(rids) < 0


def changed_records(now: pl.DataFrame, memory: Memory) -> pl.Series:
    """Rids of ``now`` (rid, content, dwelling) that are new, or whose content or dwelling is not the one remembered."""
    seen = now.select("content", pl.col("dwelling").alias("home_written"))
    moved = moved_since(seen, memory.rows, memory.places.of(now["rid"]), ("content", "home_written"))
    return now["rid"].filter(pl.Series(moved))


def named(now: pl.DataFrame, changed: pl.Series, people: pl.Series) -> pl.DataFrame:
    """``now`` without those of the rids ``changed`` that are not among ``people``: they name nobody."""
    nobody = changed.filter(pl.Series(_without(changed, people)))
    return now if nobody.is_empty() else now.filter(pl.Series(_without(now["rid"], nobody)))


def _sharing(keys: list[pl.Series]) -> pl.Expr:
    """Whether a record has, under any rule, one of the keys given for it."""
    return pl.any_horizontal(pl.col(f"k{i}").is_in(some.implode()) for i, some in enumerate(keys))


def _cut(table: pl.DataFrame, old: NDArray[np.int64], keys: list[pl.Series]) -> NDArray[np.int64]:
    """Which keys of each record are cut, recomputed for the keys given for each rule; ``table``: all records that have
    one of them."""
    cut = old.copy()
    for i, (rule, touched) in enumerate(zip(blocking_rules(), keys, strict=True)):
        bit, key = np.int64(1 << i), f"k{i}"
        having = table.filter(pl.col(key).is_in(touched.implode()))
        over = shared(having, key, rule).filter("over").select("row").collect()
        cut[having["row"].to_numpy()] &= ~bit
        cut[over["row"].to_numpy()] |= bit
    return cut


def _uncut(table: pl.DataFrame, cut: NDArray[np.int64]) -> Keys:
    """The keys of these records without those that are cut."""
    rules, bits = blocking_rules(), pl.Series("cut", cut).gather(table["row"])
    names = [f"k{i}" for i in range(len(rules))]
    uncut = (pl.when((bits & (1 << i)) == 0).then(name).alias(name) for i, name in enumerate(names))
    account = [{"rule": r.name, "records_cut": int((cut >> i & 1).sum())} for i, r in enumerate(rules)]
    return Keys(rules, table.with_columns(uncut), tuple(account), cut)


def _rows_now(
    memory: Memory, now: pl.DataFrame, fresh: pl.DataFrame
) -> tuple[pl.DataFrame, NDArray[np.int64]]:
    """KEPT_ROWS of today in order of rank, classes and cut keys as they were; and which rows are those of ``fresh``."""
    # What changed may be nothing that is compared: then its keys are cut, or not, as they were.
    cut = np.zeros(fresh.height, np.int64)
    at = memory.places.of(fresh["rid"])
    cut[at >= 0] = memory.rows["cut"].gather(at[at >= 0]).to_numpy()
    anew = fresh.with_columns(pl.Series("cut", cut)).select(*KEPT_ROWS)
    rids = now["rid"].gather(np.argsort(now["rank"].to_numpy()))
    changed, at = ByRid(fresh["rid"]).of(rids), memory.places.of(rids)
    known = (changed >= 0) | (at >= 0)
    changed, at = changed[known], at[known]
    here = np.flatnonzero(changed >= 0)
    if memory.rows.is_empty():
        return anew[changed], here
    rows = memory.rows.select(*KEPT_ROWS)[np.maximum(at, 0)]
    other = anew[changed[here]]
    return pl.DataFrame([rows[c].scatter(here, other[c]) for c in KEPT_ROWS]), here


def _moved(memory: Memory, rows: pl.DataFrame, some: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rows are new or not as they are remembered, in what a comparison sees; all but ``some`` are copies."""
    seen = ("values", "home_written", *(f"{c}_class" for c in CLASSES))
    looked_at = rows[some]
    moved = np.zeros(rows.height, bool)
    moved[some] = moved_since(looked_at, memory.rows, memory.places.of(looked_at["rid"]), seen)
    return moved


def focus_of(memory: Memory, now: pl.DataFrame, fresh: pl.DataFrame) -> Focus:
    """What moved since ``memory``. ``now``: rid and rank of every record; ``fresh``: ROWS of those that changed."""
    left = np.ones(memory.rows.height + 1, bool)
    left[memory.places.of(now["rid"])] = False  # the last place is for those that are new
    ended = memory.rows.filter(pl.Series(left[:-1]))
    was = pl.concat([memory.rows_of(fresh["rid"]), ended])
    rows, here = _rows_now(memory, now, fresh)
    written_anew = [here]
    for column in CLASSES:
        code = f"{column}_written"
        values = pl.concat([fresh[code], was[code]]).drop_nulls().unique()
        classes, at = _touched(rows, values, column)
        rows = rows.with_columns(classes.alias(f"{column}_class"))
        written_anew.append(at)
    moved = _moved(memory, rows, np.unique(np.concatenate(written_anew)))
    rules = blocking_rules()
    table = keyed(rows, rules)
    was = pl.concat([ended, memory.rows_of(rows["rid"].filter(pl.Series(moved)))])
    before, after = keyed(was, rules), table.filter(pl.Series(moved))
    names = [f"k{i}" for i in range(len(rules))]
    touched = [pl.concat([before[k], after[k]]).drop_nulls().unique() for k in names]
    near = table.filter(pl.Series(moved) | table.select(_sharing(touched)).to_series())
    was_cut = rows["cut"].to_numpy()
    cut = _cut(near, np.where(moved, 0, was_cut), touched)
    rows = rows.with_columns(pl.Series("cut", cut))
    flags = moved | (cut != was_cut)
    # Whoever has a key that is cut, or no longer, shares others with records that are not near yet.
    keys = _uncut(near if (flags == moved).all() else table, cut)
    written = pl.concat([fresh["rid"], rows["rid"].filter(pl.Series(flags)), ended["rid"]]).unique()
    return Focus(rows, flags, keys, written)


def unmoved(focus: Focus, memory: Memory) -> tuple[pl.DataFrame, NDArray[np.int64], NDArray[np.int64]]:
    """Remembered pairs of which both records are still here and out of focus, with their rows (left < right)."""
    a, b = (focus.places.of(memory.pairs[side]) for side in ("rid_a", "rid_b"))
    kept = (a >= 0) & (b >= 0)
    kept[kept] = ~(focus.flags[a[kept]] | focus.flags[b[kept]])
    a, b = a[kept], b[kept]
    return memory.pairs.filter(pl.Series(kept)), np.minimum(a, b), np.maximum(a, b)
