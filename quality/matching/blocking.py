"""Blocking (分块): which pairs of records are compared at all, and an account of it.

Here belongs the search for candidate pairs in an in-memory DuckDB. Rules are declared as column lists in
``blocking.toml``. Each rule's candidates are counted, a pair is counted once and tagged with the first rule
that finds it, and a key that more records share than the rule allows is cut and reported, never silently.
Records with one valid number and one name (one *identity*) are chained, not compared each with each.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from quality.batches import in_batches
from quality.matching.features import identity, repeated, with_shared

SIDES = ("doubtful", "numberless")


@dataclass(frozen=True)
class Rule:
    """One blocking rule: all ``columns`` equal, none null, at most ``most`` records to a key. ``side``: a flag
    of the block table (doubtful, numberless) that one of the two records has."""

    name: str
    columns: tuple[str, ...]
    most: int
    side: str | None = None


@dataclass(frozen=True)
class Candidates:
    """Pairs of rows of ``Features`` (left < right), the index of the rule that found each, and the account:
    one entry for each rule with pairs found, keys cut and records under these."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    rule: NDArray[np.int8]
    account: tuple[dict[str, object], ...]


@cache
def blocking_rules() -> tuple[Rule, ...]:
    """The declared rules in order."""
    text = resources.files("quality.matching").joinpath("blocking.toml").read_text("utf-8")
    return tuple(
        Rule(r["name"], tuple(r["columns"]), r["most"], r.get("side")) for r in tomllib.loads(text)["rule"]
    )


def block_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Records (``features.ROWS``) with ``row``, their number in this order, ``identity``, the flags of sides and
    the columns that rules name: phone and home without those that are nobody's, year, born if known to the day."""
    return with_shared(rows).select(
        "number",
        "flat",
        "sound",
        "name_order",
        "surname",
        "phone",
        "home",
        "owner",
        "number_end",
        "number_start",
        pl.col("born").cast(pl.Date).dt.year().alias("year"),
        pl.when(pl.col("precision") == 3).then("born").alias("born"),
        identity().alias("identity"),
        (pl.col("state") == 1).alias("doubtful"),
        (pl.col("state") == 0).alias("numberless"),
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
    )


def _key(rule: Rule) -> pl.Expr:
    """One integer for the rule's columns, null if any of them is. A hash: it may add a candidate, never lose one."""
    whole = pl.all_horizontal(pl.col(c).is_not_null() for c in rule.columns)
    value = pl.col(rule.columns[0]) if len(rule.columns) == 1 else pl.struct(rule.columns).hash(seed=1)
    return pl.when(whole).then(value.cast(pl.UInt64))


@dataclass(frozen=True)
class Keys:
    """A key for each rule (``table``: row, identity, the flags of sides, k0, k1 …; null where a column is null, nobody
    shares it, or it is cut), what was cut, and for each record as bits which of its keys were (``cut``)."""

    rules: tuple[Rule, ...]
    table: pl.DataFrame
    account: tuple[dict[str, object], ...]
    cut: NDArray[np.int64]


def shared(table: pl.DataFrame, key: str, rule: Rule) -> pl.LazyFrame:
    """``row``, ``key``, ``over`` of the records that share a key which the rule may look at; ``over``: too many
    share it. Most keys are nobody else's, so these go first."""
    flag = pl.col(rule.side) if rule.side else pl.lit(True)
    pool = table.lazy().select("row", key, flag.alias("side"))
    pool = pool.filter(pl.col(key).is_in(repeated(table[key]).implode()))
    sizes = pool.group_by(key).agg(pl.len().alias("records"), pl.col("side").any()).filter(pl.col("side"))
    over = sizes.select(key, (pl.col("records") > rule.most).alias("over"))
    return pool.select("row", key).join(over, on=key, how="inner")


def keyed(rows: pl.DataFrame, rules: tuple[Rule, ...]) -> pl.DataFrame:
    """row, identity, the flags of sides and the key of each record under each rule (k0, k1 …), none cut."""
    named = (_key(r).alias(f"k{i}") for i, r in enumerate(rules))
    return block_table(rows).select("row", "identity", *SIDES, *named)


def block_keys(rows: pl.DataFrame, rules: tuple[Rule, ...] | None = None) -> Keys:
    """The keys of every record (``features.ROWS``) under ``rules`` (default: the declared ones)."""
    rules = rules or blocking_rules()
    table = keyed(rows, rules)
    account: list[dict[str, object]] = []
    columns = []
    cut = np.zeros(table.height, np.int64)
    pools = pl.collect_all([shared(table, f"k{i}", rule) for i, rule in enumerate(rules)])
    for i, (rule, pool) in enumerate(zip(rules, pools, strict=True)):
        key = f"k{i}"
        over, kept = pool.filter("over"), pool.filter(~pl.col("over"))
        account.append({"rule": rule.name, "keys_cut": over[key].n_unique(), "records_cut": over.height})
        cut[over["row"].to_numpy()] |= 1 << i
        blank = pl.repeat(None, table.height, dtype=pl.UInt64, eager=True)
        columns.append(blank.scatter(kept["row"], kept[key]).alias(key))
    return Keys(rules, table.with_columns(columns), tuple(account), cut)


def _either(rule: Rule) -> str:
    return f" and (a.{rule.side} or b.{rule.side})" if rule.side else ""


def _query(rules: tuple[Rule, ...], i: int, focused: bool) -> str:
    """Pairs of rule ``i`` that no earlier rule finds. Only rule numbers are put into the text, never a value."""

    def finds(j: int) -> str:
        return f"(a.k{j} = b.k{j}{_either(rules[j])})"

    earlier = "".join(f" and not coalesce({finds(j)}, false)" for j in range(i))
    first = _either(rules[i])
    focus = " and (a.focus or b.focus)" if focused else ""
    return (
        f"select a.row as l, b.row as r from keyed a join keyed b on a.k{i} = b.k{i} and a.row < b.row "
        f"where not coalesce(a.identity = b.identity, false){first}{focus}{earlier}"
    )


def _near(table: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The records in focus and those that share a key with one of them."""
    moved = table.filter("focus")
    shares = (pl.col(k).is_in(moved[k].drop_nulls().unique().implode()) for k in names)
    return table.filter(pl.any_horizontal("focus", *shares))


def candidates(keys: Keys, focus: NDArray[np.bool_] | None = None) -> Candidates:
    """All candidate pairs; with ``focus`` (one flag for each record) only those with a record in focus."""
    names = [f"k{i}" for i in range(len(keys.rules))]
    table = keys.table.filter(pl.any_horizontal(pl.col(k).is_not_null() for k in names))
    if focus is not None:
        table = _near(table.with_columns(pl.Series(focus).gather(table["row"]).alias("focus")), names)
    account: list[dict[str, object]] = []
    left, right, rule = [], [], []
    with duckdb.connect(":memory:", config={"temp_directory": ""}) as con:
        con.register("arrow_keyed", in_batches(table))
        con.execute("create temp table keyed as select * from arrow_keyed")
        for i, entry in enumerate(keys.account):
            found = con.execute(_query(keys.rules, i, focus is not None)).fetchnumpy()
            account.append({**entry, "candidates": len(found["l"])})
            left.append(np.asarray(found["l"], np.int64))
            right.append(np.asarray(found["r"], np.int64))
            rule.append(np.full(len(found["l"]), i, np.int8))
    return Candidates(np.concatenate(left), np.concatenate(right), np.concatenate(rule), tuple(account))


def identity_chains(
    rows: pl.DataFrame, apart: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs that tie the records (``features.ROWS``) of one identity together: each with the next one by rank. Where a person
    decided that some of these records are apart (``apart``, a flag for each record), each with each."""
    # Who shares an identity shares a number: few do, and only of these is more than the number looked at.
    frame = rows.select("number", "flat", "state", pl.Series("apart", apart)).with_row_index("row")
    frame = frame.filter(pl.col("number").is_in(repeated(rows["number"]).implode()))
    frame = frame.select("row", "apart", identity().alias("identity")).drop_nulls("identity")
    frame = frame.filter(pl.col("identity").is_duplicated())
    frame = frame.with_columns(pl.col("apart").any().over("identity"))
    chained = frame.filter(~pl.col("apart")).sort("identity", "row")
    chained = chained.with_columns(pl.col("row", "identity").shift(-1).name.prefix("next_"))
    chained = chained.filter(pl.col("identity") == pl.col("next_identity"))
    full = frame.filter("apart").select("identity", "row")
    pairs = full.join(full, on="identity").filter(pl.col("row") < pl.col("row_right"))
    left = pl.concat([chained["row"], pairs["row"]]).cast(pl.Int64).to_numpy()
    right = pl.concat([chained["next_row"], pairs["row_right"]]).cast(pl.Int64).to_numpy()
    return left, right
