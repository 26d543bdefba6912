"""Features: what of each record takes part in the comparison, as integers that can be compared in bulk.

Here belongs the step from typed columns to one row of numbers for each record: names to a name table,
values to codes that are equal where the values are, and how many people share a phone or a dwelling.
What all other steps need of every record is ``Features.rows``; texts are kept for the records compared only.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

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


ROWS = {
    "rid": pl.Int64, "content": pl.UInt64, "values": pl.UInt64, "flat": pl.Int64, "sound": pl.UInt64,
    "name_order": pl.Int64, "surname": pl.Int64, "number": pl.Int64, "state": pl.UInt8, "born": pl.Int32,
    "precision": pl.UInt8, "phone_written": pl.Int64, "home_written": pl.Int64, "owner": pl.UInt8,
    "number_end": pl.UInt64, "number_start": pl.UInt64, "phone_class": pl.UInt8, "home_class": pl.UInt8,
}  # fmt: skip
"""One row a record, numbers only: what is looked at of a record that is not itself compared. Texts are hashes
that are equal where the texts are. ``content``: stands for the whole record; ``values``: a hash of all values
compared; ``*_written``: codes of phone and dwelling whoever shares them; classes are null where nobody's."""
CLASSES = {
    "phone": (PHONE_SOME, PHONE_MANY, PHONE_NOBODY),
    "home": (DWELLING_SOME, DWELLING_MANY, DWELLING_NOBODY),
}
NUMBER_END, NUMBER_START = 8, 8  # one wrong digit or swap, wherever it is, leaves one of the two whole


def integers(frame: pl.DataFrame, column: str, missing: int = -1) -> NDArray[np.int64]:
    """A column as integers, ``missing`` for null."""
    return frame[column].cast(pl.Int64).fill_null(missing).to_numpy()


def repeated(values: pl.Series) -> pl.Series:
    """The values that there are more than once, each once. By sorting, which costs less than grouping a million of
    which nearly all are alone."""
    ordered = values.drop_nulls().sort()
    return ordered.filter(ordered == ordered.shift(1)).unique()


@dataclass(frozen=True)
class Features:
    """Records in order of rank; ``frame`` has one row for each and the columns of ROWS, and these:

    name (row of ``names``, null without one); kind (code); born_other (days since 1970, null unknown); sex (1, 2);
    phone, home (codes, null if nobody's). Of ROWS: state (0 to 3), precision (3 day, 2 month, 1 year), classes
    (4 few, 3 some, 2 many), owner (1: the row is an owner's, else null).
    ``numbers``: text of each record's number, for edit distance where it may be looked at. ``keys``: the distinct name keys.
    ``population``: how many records the home has, these among them.
    """

    frame: pl.DataFrame
    names: NameTable
    numbers: pl.Series
    keys: pl.Series
    population: int
    _columns: dict[tuple[str, int], NDArray[np.int64]] = field(default_factory=dict, init=False, repr=False)

    def column(self, name: str, missing: int = -1) -> NDArray[np.int64]:
        """A column as integers, ``missing`` for null; made once. Not to be written to."""
        known = self._columns.get((name, missing))
        if known is None:
            known = self._columns[name, missing] = integers(self.frame, name, missing)
        return known

    @property
    def rows(self) -> pl.DataFrame:
        """The columns of ROWS."""
        return self.frame.select(*ROWS)


def _code(column: str) -> pl.Expr:
    """Integers that are equal where the texts are: 63 bits of a hash, so that a million texts meet by chance
    once in some ten million homes."""
    code = (pl.col(column).hash(seed=13) // 2).cast(pl.Int64)
    return pl.when(pl.col(column).is_not_null()).then(code)


def sharing_classes(rows: pl.DataFrame, column: str) -> pl.Series:
    """The class of each record's phone or dwelling by the number of names that go with it: 4 few, 3 some, 2 many;
    null without one, and where so many names share it that it is nobody's."""
    some, many, nobody = CLASSES[column]
    written = f"{column}_written"
    # One record alone shares with nobody: most go here.
    at = rows[written].is_in(repeated(rows[written]).implode()).fill_null(False).arg_true()
    several = rows.select(pl.col(written, "flat").gather(at))
    sharers = several.drop_nulls().unique().group_by(written).agg(pl.len().alias("sharers"))
    joined = several.select(written).join(sharers, on=written, how="left", maintain_order="left")
    n = pl.col("sharers").fill_null(1)
    shared = pl.when(n <= some).then(4).when(n <= many).then(3).when(n <= nobody).then(2).cast(pl.UInt8)
    alone = rows.select(
        pl.when(pl.col(written).is_not_null()).then(pl.lit(4, pl.UInt8)).alias(f"{column}_class")
    )
    return alone.to_series().scatter(at, joined.select(shared).to_series())


def with_shared(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds ``phone`` and ``home``: as written, null where nobody's."""
    return rows.with_columns(
        pl.when(pl.col(f"{c}_class").is_not_null()).then(f"{c}_written").alias(c) for c in CLASSES
    )


def _legible() -> pl.Expr:
    """The name key, null where the cell has no name in it: it says nothing of anybody."""
    legible = ~pl.col("name").fill_null("").str.contains(NO_NAME) & ~pl.col("name_key").str.contains(NO_NAME)
    return pl.when(legible).then("name_key").alias("name_key")


def _named(name_keys: pl.Series) -> tuple[pl.DataFrame, NameTable, pl.Series]:
    """``name`` (row of the record's name in the distinct name keys) and the codes of it; the name table; these keys."""
    known = name_keys.is_not_null().arg_true()
    keys = name_keys.gather(known)
    hashes = keys.hash(seed=3).to_numpy()  # a million texts are compared with nothing, and need no dictionary
    order = np.argsort(hashes)
    first = np.ones(len(order), bool)
    np.not_equal(hashes[order][1:], hashes[order][:-1], out=first[1:])
    name = np.empty(len(order), np.int64)
    name[order] = np.cumsum(first) - 1
    column = pl.repeat(None, len(name_keys), dtype=pl.Int64, eager=True).scatter(known, name)
    distinct = keys.gather(order[first])
    table = name_table(distinct)
    codes = {"flat": table.flat, "sound": table.sound, "name_order": table.order, "surname": table.surname}
    frame = pl.DataFrame(
        {"name": column} | {c: pl.Series(code, dtype=ROWS[c]).gather(column) for c, code in codes.items()}
    )
    return frame, table, distinct


def build(
    people: pl.DataFrame, classes: pl.DataFrame | None = None, population: int | None = None
) -> Features:
    """Features of people (columns of ``quality.matching.link``), in order of rank.

    ``classes``: rid, phone_class, home_class as of the whole home, where ``people`` are only some of its
    ``population`` records.
    """
    ranked = people if people["rank"].is_sorted() else people.sort("rank")
    state = pl.col("id_state").replace_strict(STATES, default=0, return_dtype=pl.UInt8)
    people = ranked.with_columns(_legible(), state.alias("state"))
    hashed = pl.struct(pl.when(pl.col("state") > 0).then(pl.col("id_number").hash(seed=5)), *VALUES).hash(
        seed=7
    )
    content = pl.col("content") if "content" in people.columns else hashed
    others: list[str | pl.Expr] = [
        "rid",
        *_number(),
        _code("id_kind").alias("kind"),
        *_birth(),
        _sex().alias("sex"),
        _code("phone").alias("phone_written"),
        pl.col("dwelling").cast(pl.Int64).alias("home_written"),
        pl.when(pl.col("feed").is_in(OWNER_FEEDS)).then(pl.lit(1, pl.UInt8)).alias("owner"),
        hashed.alias("values"),
        content.alias("content"),
    ]
    with ThreadPoolExecutor(1) as aside:  # names need nothing of the other columns, nor these of them
        naming = aside.submit(_named, people["name_key"])
        frame = people.select(others)
        names, table, distinct = naming.result()
    frame = pl.concat([frame, names], how="horizontal")
    if classes is None:
        frame = frame.with_columns(sharing_classes(frame, c) for c in CLASSES)
    else:
        frame = frame.join(classes, on="rid", how="left", maintain_order="left")
    return Features(
        with_shared(frame),
        table,
        people["id_number"],
        distinct,
        people.height if population is None else population,
    )


def _number() -> list[pl.Expr]:
    """Code, state and both ends of the number, null where it may not be looked at."""
    known = (pl.col("state") > 0) & pl.col("id_number").is_not_null()
    ends = {
        "number_end": pl.col("id_number").str.tail(NUMBER_END),
        "number_start": pl.col("id_number").str.head(NUMBER_START),
    }
    return [
        pl.when(known).then(_code("id_number")).alias("number"),
        pl.col("state"),
        *(pl.when(known).then(end.hash(seed=1)).alias(name) for name, end in ends.items()),
    ]


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


def identity() -> pl.Expr:
    """Valid number together with the name's letters: records that share it are one person without further ado."""
    both = (pl.col("state") == 3) & pl.col("flat").is_not_null()
    return pl.when(both).then(pl.struct("number", "flat").hash(seed=17))
