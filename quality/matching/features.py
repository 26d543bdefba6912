"""Features: what of each record takes part in the comparison, as integers that can be compared in bulk.

Here belongs the step from typed columns to one row of numbers for each record: names to a name table,
values to codes that are equal where the values are, and how many people share a phone or a dwelling.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from quality.matching.names import NameTable, name_table

VALUES = (
    "name_key",
    "id_kind",
    "id_state",
    "id_birth",
    "id_sex",
    "birth_date",
    "birth_precision",
    "sex",
    "phone",
    "dwelling",
)
# How many different names make a phone or a dwelling "some" or "many" people's, and when a phone is
# nobody's: an agent's or a desk's own.
PHONE_SOME, PHONE_MANY, PHONE_NOBODY = 2, 5, 20
DWELLING_SOME, DWELLING_MANY, DWELLING_NOBODY = 6, 15, 300
SEXES = {"男": 1, "女": 2}
OWNER_FEEDS = ("rental_housing",)
# What no name has in it: a formula, a piece of script or SQL, a number in the wrong column.
NO_NAME = r"[0-9=;<>|@\"]"
STATES = {"valid": 3, "other": 2, "invalid": 1}  # a damaged or empty number is 0: it is not looked at


@dataclass(frozen=True)
class Features:
    """Records in order of rank; ``frame`` has one row for each and these columns:

    rid; name (row of ``names``, null without one); number (code), state (0 to 3), kind (code); born, born_other
    (days since 1970, null unknown), precision (3 day, 2 month, 1 year); sex (1, 2); phone, phone_class;
    home, home_class (codes; classes 4 few, 3 some, 2 many); owner (1: the row is an owner's, else null);
    identity (code of valid number with name);
    values (a hash of all values compared).
    ``numbers``: text of each record's number, for edit distance. ``keys``: the distinct name keys.
    """

    frame: pl.DataFrame
    names: NameTable
    numbers: pl.Series
    keys: list[str]

    def column(self, name: str, missing: int = -1) -> NDArray[np.int64]:
        """A column as integers, ``missing`` for null."""
        return self.frame[name].cast(pl.Int64).fill_null(missing).to_numpy()


def _code(column: str) -> pl.Expr:
    """Integers that are equal where the texts are: 63 bits of a hash, so that a million texts meet by chance
    once in some ten million homes."""
    code = (pl.col(column).hash(seed=13) // 2).cast(pl.Int64)
    return pl.when(pl.col(column).is_not_null()).then(code)


def _sharers(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """``column`` and ``sharers``: how many different names go with it, for values with more than one."""
    pairs = frame.select(column, "name").drop_nulls().unique()
    return pairs.group_by(column).agg(pl.len().alias("sharers")).filter(pl.col("sharers") > 1)


def _with_class(frame: pl.DataFrame, column: str, some: int, many: int, nobody: int) -> pl.DataFrame:
    """Adds the class of a value by the number of names that go with it: 4 few, 3 some, 2 many. A value that
    more than ``nobody`` names share is nobody's: it becomes null."""
    frame = frame.join(_sharers(frame, column), on=column, how="left", maintain_order="left")
    sharers = pl.col("sharers").fill_null(1)
    known = pl.col(column).is_not_null() & (sharers <= nobody)
    shared = pl.when(sharers <= some).then(4).when(sharers <= many).then(3).otherwise(2).cast(pl.UInt8)
    return frame.with_columns(
        pl.when(known).then(column).alias(column), pl.when(known).then(shared).alias(f"{column}_class")
    ).drop("sharers")


def _with_names(people: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """People with ``name`` as the row of their name in the distinct, sorted name keys."""
    # Such a cell says nothing of anybody.
    legible = ~pl.col("name").fill_null("").str.contains(NO_NAME) & ~pl.col("name_key").str.contains(NO_NAME)
    people = people.with_columns(pl.when(legible).then("name_key").alias("name_key"))
    distinct = people["name_key"].drop_nulls().unique().sort()
    place = people["name_key"].cast(pl.Enum(distinct)).to_physical().cast(pl.UInt32)
    return people.with_columns(place.alias("name")), distinct


def build(people: pl.DataFrame) -> Features:
    """Features of people (columns of ``quality.matching.link``), in order of rank."""
    ranked = people if people["rank"].is_sorted() else people.sort("rank")
    people, distinct = _with_names(ranked)
    state = pl.col("id_state").replace_strict(STATES, default=0, return_dtype=pl.UInt8)
    people = people.with_columns(state.alias("state")).with_columns(
        pl.when(pl.col("state") > 0).then("id_number").alias("_number")
    )
    frame = people.select(
        "rid",
        "name",
        _code("_number").alias("number"),
        "state",
        _code("id_kind").alias("kind"),
        *_birth(),
        _sex().alias("sex"),
        _code("phone").alias("phone"),
        pl.col("dwelling").cast(pl.Int64).alias("home"),
        pl.when(pl.col("feed").is_in(OWNER_FEEDS)).then(pl.lit(1, pl.UInt8)).alias("owner"),
        pl.struct("_number", *VALUES).hash(seed=7).alias("values"),
    )
    frame = _with_class(frame, "phone", PHONE_SOME, PHONE_MANY, PHONE_NOBODY)
    frame = _with_class(frame, "home", DWELLING_SOME, DWELLING_MANY, DWELLING_NOBODY)
    table = name_table(distinct)
    return Features(
        frame.with_columns(_identity(table).alias("identity")), table, people["_number"], distinct.to_list()
    )


def _birth() -> list[pl.Expr]:
    """The birth date of a valid number comes first; the column's own date beside it where it differs."""
    of_number, written = pl.col("id_birth"), pl.col("birth_date")
    born = pl.coalesce(of_number, written)
    precision = pl.col("birth_precision").replace_strict({"day": 3, "month": 2, "year": 1}, default=3)
    other = pl.when(of_number.is_not_null() & (of_number != written) & (precision == 3)).then(written)
    return [
        born.cast(pl.Int32).alias("born"),
        other.cast(pl.Int32).alias("born_other"),
        pl.when(of_number.is_not_null()).then(3).otherwise(precision).cast(pl.UInt8).alias("precision"),
    ]


def _sex() -> pl.Expr:
    return pl.coalesce("sex", "id_sex").replace_strict(SEXES, default=None, return_dtype=pl.UInt8)


def _identity(table: NameTable) -> pl.Expr:
    """Valid number together with the name's letters: records that share it are one person without further ado."""
    flat = pl.Series(table.flat, dtype=pl.Int64)
    letters = pl.col("name").map_batches(lambda s: flat.gather(s), return_dtype=pl.Int64)
    both = (pl.col("state") == 3) & pl.col("name").is_not_null()
    return pl.when(both).then(pl.struct("number", letters.alias("letters")).hash(seed=17))
