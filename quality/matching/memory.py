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
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import polars as pl
from numpy.typing import NDArray

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
    population, and Polars, whose hashes may differ from version to version."""
    rules = [(r.name, r.columns, r.most, r.side) for r in blocking_rules()]
    parts = [model.version, model.link, model.review, model.alone, population_class(records), CLASSES, rules]
    return sha256(json.dumps([*parts, pl.__version__, list(ROWS)]).encode()).hexdigest()


@dataclass(frozen=True)
class Focus:
    """Records as of now in order of rank (``rows``: KEPT_ROWS), and a flag for each whether it is in focus.
    ``keys``: of all records, without those that are cut; ``written``: rids to be kept anew."""

    rows: pl.DataFrame
    flags: NDArray[np.bool_]
    keys: Keys
    written: pl.Series


def _touched(rows: pl.DataFrame, values: pl.Series, column: str) -> pl.Series:
    """Classes of a phone or dwelling, recomputed for the records that have one of ``values``."""
    old = rows[f"{column}_class"]
    index = pl.DataFrame({"row": rows[f"{column}_written"].is_in(values.implode()).arg_true()})
    if index.is_empty():
        return old
    return old.scatter(index["row"], sharing_classes(rows[index["row"]], column))


def _places(rids: pl.Series, among: pl.Series) -> NDArray[np.int64]:
    """The row of each rid among others, -1 where it has none. Rids are numbered in sequence, so a table by rid is short."""
    wanted, known = rids.to_numpy(), among.to_numpy()
    table = np.full(max(wanted.max(initial=0), known.max(initial=0)) + 1, -1, np.int64)
    table[known] = np.arange(len(known))
    found: NDArray[np.int64] = table[wanted]
    return found


def _moved(now: pl.DataFrame, before: pl.DataFrame, columns: tuple[str, ...]) -> NDArray[np.bool_]:
    """Whether a record is new or one of its columns is not as before; both with rid."""
    at = _places(now["rid"], before["rid"])
    moved: NDArray[np.bool_] = at < 0
    if before.is_empty():
        return moved
    at = np.maximum(at, 0)
    for column in columns:
        moved |= now[column].ne_missing(before[column].gather(at)).to_numpy()
    return moved


def changed_records(now: pl.DataFrame, memory: Memory) -> pl.Series:
    """Rids of ``now`` (rid, content, dwelling) that are new, or whose content or dwelling is not the one remembered."""
    seen = now.select("rid", "content", pl.col("dwelling").alias("home_written"))
    return now["rid"].filter(pl.Series(_moved(seen, memory.rows, ("content", "home_written"))))


def named(now: pl.DataFrame, changed: pl.Series, people: pl.Series) -> pl.DataFrame:
    """``now`` without those of the rids ``changed`` that are not among ``people``: they name nobody."""
    nobody = changed.filter(pl.Series(_places(changed, people) < 0))
    return now.filter(pl.Series(_places(now["rid"], nobody) < 0))


def _cut(table: pl.DataFrame, old: NDArray[np.int64], keys: list[pl.Series]) -> NDArray[np.int64]:
    """Which keys of each record are cut, recomputed for the keys given for each rule."""
    cut = old.copy()
    for i, (rule, touched) in enumerate(zip(blocking_rules(), keys, strict=True)):
        bit, key = np.int64(1 << i), f"k{i}"
        having = table.filter(pl.col(key).is_in(touched.implode()))
        over = shared(having, key, rule).filter("over").select("row").collect()
        cut[having["row"].to_numpy()] &= ~bit
        cut[over["row"].to_numpy()] |= bit
    return cut


def _uncut(table: pl.DataFrame, cut: NDArray[np.int64]) -> Keys:
    """The keys of all records without those that are cut."""
    rules, bits = blocking_rules(), pl.Series("cut", cut)
    names = [f"k{i}" for i in range(len(rules))]
    uncut = (pl.when((bits & (1 << i)) == 0).then(name).alias(name) for i, name in enumerate(names))
    account = [{"rule": r.name, "records_cut": int((cut >> i & 1).sum())} for i, r in enumerate(rules)]
    return Keys(rules, table.with_columns(uncut), tuple(account), cut)


def _rows_now(memory: Memory, now: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """KEPT_ROWS of today in order of rank, classes and cut keys as they were."""
    # What changed may be nothing that is compared: then its keys are cut, or not, as they were.
    cut = fresh.select("rid").join(
        memory.rows.select("rid", "cut"), on="rid", how="left", maintain_order="left"
    )
    anew = fresh.with_columns(cut["cut"].fill_null(0)).select(*KEPT_ROWS)
    now = now[np.argsort(now["rank"].to_numpy(), kind="stable")]
    changed = _places(now["rid"], fresh["rid"])
    at = np.where(changed >= 0, memory.rows.height + changed, _places(now["rid"], memory.rows["rid"]))
    return pl.concat([memory.rows.select(*KEPT_ROWS), anew], rechunk=True)[at[at >= 0]]


def focus_of(memory: Memory, now: pl.DataFrame, fresh: pl.DataFrame) -> Focus:
    """What moved since ``memory``. ``now``: rid and rank of every record; ``fresh``: ROWS of those that changed."""
    ended = memory.rows.filter(pl.Series(_places(memory.rows["rid"], now["rid"]) < 0))
    was = pl.concat([memory.rows.join(fresh.select("rid"), on="rid", how="semi"), ended])
    rows = _rows_now(memory, now, fresh)
    for column in CLASSES:
        code = f"{column}_written"
        values = pl.concat([fresh[code], was[code]]).drop_nulls().unique()
        rows = rows.with_columns(_touched(rows, values, column).alias(f"{column}_class"))
    classes = tuple(f"{c}_class" for c in CLASSES)
    moved = _moved(rows, memory.rows, ("values", "home_written", *classes))
    rules = blocking_rules()
    table = keyed(rows, rules)
    some = rows.filter(pl.Series(moved))
    was = pl.concat([ended, memory.rows.join(some.select("rid"), on="rid", how="semi")])
    before, after = keyed(was, rules), table.filter(pl.Series(moved))
    names = [f"k{i}" for i in range(len(rules))]
    touched = [pl.concat([before[k], after[k]]).drop_nulls().unique() for k in names]
    cut = _cut(table, np.where(moved, 0, rows["cut"].to_numpy()), touched)
    rows = rows.with_columns(pl.Series("cut", cut))
    flags = moved | _moved(rows, memory.rows, ("cut",))
    written = rows["rid"].filter(pl.Series(flags | (_places(rows["rid"], fresh["rid"]) >= 0)))
    return Focus(rows, flags, _uncut(table, cut), pl.concat([written, ended["rid"]]))


def unmoved(focus: Focus, memory: Memory) -> tuple[pl.DataFrame, NDArray[np.int64], NDArray[np.int64]]:
    """Remembered pairs of which both records are still here and out of focus, with their rows (left < right)."""
    a, b = (_places(memory.pairs[side], focus.rows["rid"]) for side in ("rid_a", "rid_b"))
    kept = (a >= 0) & (b >= 0)
    kept[kept] = ~(focus.flags[a[kept]] | focus.flags[b[kept]])
    a, b = a[kept], b[kept]
    return memory.pairs.filter(pl.Series(kept)), np.minimum(a, b), np.maximum(a, b)
