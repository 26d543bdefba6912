"""Memory: what a run keeps so that the next one compares only pairs in which something changed.

Here belongs the proof that an incremental run equals a full one. A record's *mark* is a hash of all that
its comparisons look at: its own values, how many people share its phone and dwelling, which of its blocking
keys are cut, the model and the population's size. A pair is compared again if the mark of either record
moved; any other pair would get the pattern and the weight that it has. Marks and pairs are kept in the encrypted
working database only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quality.matching.features import Features
from quality.matching.model import Model, population_class

STATE = {"rid": pl.Int64, "mark": pl.UInt64}
PAIRS = {"rid_a": pl.Int64, "rid_b": pl.Int64, "pattern": pl.Int32, "bits": pl.Float64}


@dataclass(frozen=True)
class Memory:
    """``state``: rid, mark of every record; ``pairs``: rid_a, rid_b, pattern, bits of every pair that can matter."""

    state: pl.DataFrame
    pairs: pl.DataFrame

    def to_frames(self) -> dict[str, pl.DataFrame]:
        """Tables by name, of numbers only, as the encrypted working database keeps them: no mark can be turned
        back into a value, but equal marks say that two records are equal."""
        return {"match_state": self.state, "match_pairs": self.pairs}

    @staticmethod
    def from_frames(frames: Mapping[str, pl.DataFrame]) -> Memory:
        """The memory from ``to_frames``, in any order of rows or columns; ValueError if a table or column is
        not what it was, which only means that the next run compares everything anew (``nothing``)."""
        found = []
        for name, schema in (("match_state", STATE), ("match_pairs", PAIRS)):
            frame = frames.get(name)
            if frame is None or not set(schema) <= set(frame.columns):
                raise ValueError(f"the matcher's memory lacks {name}: link without it, it is made again")
            found.append(frame.select(pl.col(c).cast(t) for c, t in schema.items()))
        return Memory(*found)


def nothing() -> Memory:
    """The memory before the first run: everything changed."""
    return Memory(pl.DataFrame(schema=STATE), pl.DataFrame(schema=PAIRS))


def marks(features: Features, cut: NDArray[np.int64], model: Model) -> pl.Series:
    """The mark of each record, in order of rank."""
    frame = features.frame.select("phone_class", "home_class", "values", "owner", pl.Series("cut", cut))
    of_run = (
        f"{model.version} {population_class(features.frame.height)} {model.link} {model.review} {model.alone}"
    )
    return frame.select(pl.struct(pl.all(), pl.lit(of_run)).hash(seed=11)).to_series().alias("mark")


def in_focus(features: Features, mark: pl.Series, memory: Memory) -> NDArray[np.bool_]:
    """Whether each record is new or its mark moved."""
    now = features.frame.select("rid").with_columns(mark.alias("mark"))
    before = memory.state.rename({"mark": "before"})
    joined = now.join(before, on="rid", how="left", maintain_order="left")
    return (joined["mark"] != joined["before"]).fill_null(True).to_numpy()


def unchanged(
    features: Features, focus: NDArray[np.bool_], memory: Memory
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Pairs of which both records are still here and unmoved: rows (left < right), pattern, bits."""
    rows = features.frame.select("rid").with_row_index("row").filter(pl.Series(~focus))
    rows = rows.with_columns(pl.col("row").cast(pl.Int64))
    kept = memory.pairs.join(rows, left_on="rid_a", right_on="rid").join(
        rows, left_on="rid_b", right_on="rid", suffix="_b"
    )
    a, b = kept["row"].to_numpy(), kept["row_b"].to_numpy()
    return np.minimum(a, b), np.maximum(a, b), kept["pattern"].to_numpy(), kept["bits"].to_numpy()
