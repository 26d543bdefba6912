"""The area an address lies in: township (乡镇) and community (社区) from the area code and from the text.

Here belongs what decides *where* a house is; which house it is belongs to ``elements``.
The names that go with a code are learnt from the rows that have both, by majority, so no list of areas
is needed and a renamed community keeps its code.
"""

from __future__ import annotations

import polars as pl

TOWNSHIP_DIGITS = 9
# Endings that say what kind of community it is, not which: 清水村委会 and 清水社区居委会 are both 清水.
COMMUNITY_ENDINGS = r"(社区居民委员会|社区居委会|居民委员会|村民委员会|社区村|社区|居委会|村委会|村)$"
TOWNSHIP_ENDINGS = r"(街道办事处|街道|办事处|镇|民族乡|乡|苏木)$"


def base_name(column: str, endings: str) -> pl.Expr:
    """The name without its kind (at least two characters stay), null where blank."""
    text = pl.col(column).str.strip_chars()
    short = text.str.replace(endings, "")
    kept = pl.when(short.str.len_chars() >= 2).then(short).otherwise(text)
    return pl.when(kept.str.len_chars() > 0).then(kept)


def _majority(frame: pl.DataFrame, by: list[str], value: str) -> pl.DataFrame:
    """For each value of ``by`` the value that most rows have with it (ties: the smaller one)."""
    return (
        frame.select(*by, value)
        .drop_nulls()
        .group_by(*by, value)
        .len()
        .sort("len", value, descending=[True, False])
        .unique(by, keep="first", maintain_order=True)
        .drop("len")
    )


def _sole(frame: pl.DataFrame, by: list[str], value: str) -> pl.DataFrame:
    """For each value of ``by`` that goes with exactly one ``value``, that value."""
    pairs = frame.select(*by, value).drop_nulls().unique()
    return pairs.filter(pl.len().over(by) == 1)


def settle(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds ``town`` and ``community`` (codes where any row ties the name to a code, else names, else null) and
    ``village``, the name that goes with the community.

    In: community_code, addr_township, addr_community, addr_road; rows keep their order. Where the text names a
    township and community that belong to another code than the one given, the text wins: it is what the
    address says, and codes are often the clerk's own desk.
    """
    # 清水村3组12号 without a community: the village that stands in the road's place is the community.
    village = pl.when(pl.col("addr_road").str.ends_with("村")).then(base_name("addr_road", "村$"))
    frame = frame.with_columns(
        pl.when(pl.col("community_code").str.len_chars() == 12).then("community_code").alias("_code"),
        base_name("addr_township", TOWNSHIP_ENDINGS).alias("_town_name"),
        pl.coalesce(base_name("addr_community", COMMUNITY_ENDINGS), village).alias("_comm_name"),
    ).with_columns(
        # A code that ends in zeros names the township alone.
        pl.when(~pl.col("_code").str.ends_with("000")).then("_code").alias("_comm_code"),
        pl.col("_code").str.head(TOWNSHIP_DIGITS).alias("_town_code"),
    )
    towns = _majority(frame, ["_town_name"], "_town_code").rename({"_town_code": "_town_by_name"})
    frame = frame.join(towns, on="_town_name", how="left", maintain_order="left")
    named = _majority(frame, ["_comm_code"], "_comm_name").with_columns(
        pl.col("_comm_code").str.head(TOWNSHIP_DIGITS).alias("_town_code")
    )
    in_town = _sole(named, ["_town_code", "_comm_name"], "_comm_code").rename(
        {"_town_code": "_town_by_name", "_comm_code": "_comm_in_town"}
    )
    anywhere = _sole(named, ["_comm_name"], "_comm_code").rename({"_comm_code": "_comm_by_name"})
    frame = frame.join(in_town, on=["_town_by_name", "_comm_name"], how="left", maintain_order="left").join(
        anywhere, on="_comm_name", how="left", maintain_order="left"
    )
    by_text = pl.when(pl.col("_town_name").is_null()).then("_comm_by_name").otherwise("_comm_in_town")
    settled = frame.with_columns(
        pl.coalesce(
            "_comm_in_town",
            "_comm_code",
            by_text,
            pl.when(pl.col("_comm_name").is_not_null()).then(
                pl.concat_str(
                    pl.coalesce("_town_by_name", "_town_name", pl.lit("")), pl.lit("/"), pl.col("_comm_name")
                )
            ),
        ).alias("community")
    )
    has_code = pl.col("community").str.contains(r"^\d{12}$")
    return (
        settled.with_columns(
            pl.when(has_code)
            .then(pl.col("community").str.head(TOWNSHIP_DIGITS))
            .otherwise(pl.coalesce("_town_by_name", "_town_name", "_town_code"))
            .alias("town")
        )
        .join(
            named.select(pl.col("_comm_code").alias("community"), pl.col("_comm_name").alias("_usual")),
            on="community",
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.coalesce("_comm_name", "_usual").alias("village"))
        .select(pl.exclude("^_.*$"))
    )
