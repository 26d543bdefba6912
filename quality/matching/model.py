"""The model: what each level of agreement weighs, and how common names are. Versioned, changed only by training.

Here belongs reading and writing ``model.json`` and turning patterns into weights. A weight is log2 of the
odds that agreement multiplies (Fellegi and Sunter 1969): log2(m/u), with m the probability of the level among
pairs that are one person and u among pairs that are not. Name frequencies are kept by *part* of a name
(surname, given characters, words), and only for parts that many people share: the model holds nobody's name.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quality.matching.agreement import BIRTH, LEARNT, NUMBER, PATTERNS, ROLE, unpack
from quality.matching.names import DIFFERENT, EXACT, MISSING, ONE_CHAR, PART, REORDERED, SURNAME

FORMAT = 2
SMALLEST_POPULATION = 4096
NEVER = -math.inf  # weight of a pair that must not be one person


@dataclass(frozen=True)
class Model:
    """A trained model.

    ``population``: records it was trained on; ``partners``: expected number of other records of the same
    person for one record; ``owner_partners``: the same among rows of owners only (房主, who often let several
    dwellings); ``m``, ``u``: level code → probability, for each comparison (missing left out);
    ``first``, ``other``: share of the first part of a name among all names, and of any further part
    among parts of its kind (characters, or words); ``rare``: share taken for
    parts not listed; ``link``, ``review``: thresholds in bits of posterior odds, ``alone`` where nothing but
    the whole name speaks for it; ``provenance``: free of values.
    """

    version: str
    population: int
    partners: float
    owner_partners: float
    m: dict[str, dict[str, float]]
    u: dict[str, dict[str, float]]
    first: dict[str, float]
    other: dict[str, float]
    rare_first: float
    rare_other: float
    link: float
    review: float
    alone: float
    provenance: dict[str, object]

    def to_json(self) -> str:
        """The model as text, the same for the same model."""
        return (
            json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1, sort_keys=True)
            + "\n"
        )

    @staticmethod
    def from_json(text: str) -> Model:
        """A model from its text; ValueError if the format is unknown or a probability is missing."""
        raw = json.loads(text)
        if raw.pop("format", None) != FORMAT:
            raise ValueError("this matching model has another format: train it again (registry train)")
        model = Model(**raw)
        for comparison in LEARNT:
            codes = {level.code for level in comparison.levels[1:]}
            if set(model.m[comparison.name]) != codes or set(model.u[comparison.name]) != codes:
                raise ValueError(f"this matching model lacks levels of {comparison.name}: train it again")
        return model


@cache
def default_model() -> Model:
    """The model that comes with the program, so that small deliveries need no training."""
    return Model.from_json(resources.files("quality.matching").joinpath("model.json").read_text("utf-8"))


def population_class(records: int) -> int:
    """The size that prior odds are taken for: the power of two at or above it, at least 4,096, so that one
    record more or less does not move every weight."""
    return max(SMALLEST_POPULATION, 1 << max(records - 1, 0).bit_length())


def level_weights(model: Model, population: int) -> dict[str, NDArray[np.float64]]:
    """For each comparison the weight in bits of each level (0 where it cannot be compared)."""
    weights = {}
    for comparison in LEARNT:
        bits = [0.0]
        for level in comparison.levels[1:]:
            m, u = model.m[comparison.name][level.code], model.u[comparison.name][level.code]
            if comparison.scales and level.code != "different":
                u *= model.population / population
            bits.append(math.log2(m / u))
        weights[comparison.name] = np.array(bits)
    weights["number"][NUMBER.index("two_numbers")] = NEVER
    weights[ROLE.name] = np.array([0.0, math.log2(model.owner_partners / model.partners)])
    return weights


def prior_bits(model: Model, population: int) -> float:
    """log2 of the odds that two records taken at random are one person."""
    return math.log2(model.partners / population)


def pattern_bits(model: Model, population: int) -> NDArray[np.float64]:
    """Posterior odds in bits of every packed pattern, names counted as of average frequency (length PATTERNS)."""
    levels = unpack(np.arange(PATTERNS, dtype=np.int32))
    total = np.full(PATTERNS, prior_bits(model, population))
    for name, weights in level_weights(model, population).items():
        total += weights[levels[name]]
    return total


@dataclass(frozen=True)
class Limits:
    """What a pattern may at most become, whatever its weight (each of length PATTERNS): ``apart`` = two people
    for certain; ``never`` = not linked and not asked about; ``asked`` = a clerk decides; ``alone`` = nothing but
    the whole name speaks for it, and no date or number could be compared."""

    apart: NDArray[np.bool_]
    never: NDArray[np.bool_]
    asked: NDArray[np.bool_]
    alone: NDArray[np.bool_]


@cache
def limits() -> Limits:
    """Bounds that hold for every model.

    Two different valid numbers are two people. One valid number under names that disagree is not yet one
    person (重号): for certain not if the sex disagrees too, else a clerk decides, unless surname and phone are
    equal at another dwelling (a mistyped name of two characters has no more than its surname left; at one
    dwelling it may be a father's number in his son's row).
    Without a number that speaks for it a link needs the whole name, alike at least in sound, and no other
    birth date (one known to the month or year alone needs phone or dwelling beside it): siblings share surname, birth, phone and dwelling, father and son at times the name.
    Against two different numbers, even doubtful ones, it needs the phone, or birth date and dwelling.
    A whole name alone says enough between owners only, who come up once for each dwelling they let.
    """
    levels = unpack(np.arange(PATTERNS, dtype=np.int32))
    name, number, sex = levels["name"], levels["number"], levels["sex"]
    valid = number == NUMBER.index("equal")
    equal = valid | np.isin(number, [NUMBER.index(c) for c in ("equal_other", "equal_invalid")])
    speaks = equal | (number == NUMBER.index("one_edit"))
    disagree = np.isin(name, [DIFFERENT, SURNAME])
    unproven = np.isin(name, [MISSING, DIFFERENT, SURNAME])
    weak = np.isin(name, [MISSING, DIFFERENT, SURNAME, PART, ONE_CHAR])
    by_phone = (name == SURNAME) & (levels["phone"] > DIFFERENT) & (levels["dwelling"] == DIFFERENT)
    alone = np.isin(name, (EXACT, REORDERED)) & (number == 0) & (levels["birth"] == 0)
    alone &= (levels["phone"] <= DIFFERENT) & (levels["dwelling"] <= DIFFERENT)
    by_birth = (number == NUMBER.index("equal_other")) & (levels["birth"] == BIRTH.index("equal"))
    vouched = (by_phone | by_birth) & (sex != DIFFERENT)
    apart = (number == NUMBER.index("two_numbers")) | (valid & unproven & (sex == DIFFERENT))
    contrary = np.isin(number, [NUMBER.index("different"), NUMBER.index("other_kind")])
    same_home = (levels["dwelling"] > DIFFERENT) & (levels["birth"] == BIRTH.index("equal"))
    same_place = (levels["phone"] > DIFFERENT) | (levels["dwelling"] > DIFFERENT)
    outweighed = (levels["phone"] > DIFFERENT) | same_home
    return Limits(
        apart=apart,
        never=apart | (disagree & ~equal) | (alone & ((levels["role"] == 0) | (sex == DIFFERENT))),
        asked=(disagree & equal & ~vouched)
        | (~speaks & (weak | (levels["birth"] == DIFFERENT)))
        | (~speaks & (levels["birth"] == BIRTH.index("partial")) & ~same_place)
        | (contrary & ~outweighed),
        alone=alone,
    )


def name_parts(names: pl.Series) -> pl.DataFrame:
    """The parts of distinct name keys: i (index of the name), place (0 first), part (a character of an
    undivided name, else a word or a part between middle dots)."""
    divided = pl.col("name").str.replace_all("·", " ").str.split(" ")
    letters = pl.col("name").str.split("")
    split = pl.when(pl.col("name").str.contains(r"[· ]")).then(divided).otherwise(letters)
    rows = names.alias("name").to_frame().with_row_index("i").select("i", split.alias("part")).explode("part")
    return rows.with_columns(pl.int_range(pl.len()).over("i").alias("place"))


def name_shares(model: Model, names: pl.Series) -> NDArray[np.float64]:
    """For each distinct name key the probability that another person taken at random bears it."""
    parts = name_parts(names)
    first = pl.col("part").replace_strict(model.first, default=model.rare_first, return_dtype=pl.Float64)
    other = pl.col("part").replace_strict(model.other, default=model.rare_other, return_dtype=pl.Float64)
    share = pl.when(pl.col("place") == 0).then(first).otherwise(other)
    by_name = parts.with_columns(share.alias("share")).group_by("i").agg(pl.col("share").product())
    return by_name.sort("i")["share"].to_numpy()


def frequency_bits(model: Model, shares: NDArray[np.float64], level: NDArray[np.int8]) -> NDArray[np.float64]:
    """Bits to add to a pair's weight because its common name is rarer (+) or commoner (−) than the average one;
    0 unless the names are equal in letters."""
    average = {EXACT: model.u["name"]["exact"], REORDERED: model.u["name"]["reordered"]}
    bits = np.zeros(len(level))
    for code, u in average.items():
        rows = level == code
        bits[rows] = np.log2(u) - np.log2(np.maximum(shares[rows], 1e-7))
    return bits
