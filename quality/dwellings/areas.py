"""The area an address lies in: township (乡镇) and community (社区) from the area code and from the text.

Here belongs what decides *where* a house is; which house it is belongs to ``elements``.
The names that go with a code are learnt from the rows that have both, by majority, so no list of areas
is needed and a renamed community keeps its code. What an address says of where it is, its **place**, is one of
some thousands; only the learning looks at other addresses, and it looks at places with their counts.
"""

from __future__ import annotations

import polars as pl

from quality.dwellings.digests import digest, mix

TOWNSHIP_DIGITS = 9
# Endings that say what kind of community it is, not which: 清水村委会 and 清水社区居委会 are both 清水.
COMMUNITY_ENDINGS = r"(社区居民委员会|社区居委会|居民委员会|村民委员会|社区村|社区|居委会|村委会|村)$"
TOWNSHIP_ENDINGS = r"(街道办事处|街道|办事处|镇|民族乡|乡|苏木)$"
PLACE = ("community_code", "township_name", "community_name")


def base_name(column: str, endings: str) -> pl.Expr:
    """The name without its kind (at least two characters stay), null where blank."""
    text = pl.col(column).str.strip_chars()
    short = text.str.replace(endings, "")
    kept = pl.when(short.str.len_chars() >= 2).then(short).otherwise(text)
    return pl.when(kept.str.len_chars() > 0).then(kept)


def named(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds township_name and community_name, without their kinds, and ``place``, the digest of both and the code.

    In: community_code, addr_township, addr_community, addr_road. Each row is looked at alone.
    """
    # 清水村3组12号 without a community: the village that stands in the road's place is the community.
    village = pl.when(pl.col("addr_road").str.ends_with("村")).then(base_name("addr_road", "村$"))
    frame = frame.with_columns(
        base_name("addr_township", TOWNSHIP_ENDINGS).alias("township_name"),
        pl.coalesce(base_name("addr_community", COMMUNITY_ENDINGS), village).alias("community_name"),
    )
    place = pl.DataFrame([digest(frame[c]) for c in PLACE]).select(mix((), PLACE).alias("place"))
    return frame.with_columns(place["place"])


def places(frame: pl.DataFrame) -> pl.DataFrame:
    """The places that rows name: place, community_code, township_name, community_name, records (how many)."""
    records = pl.col("records").sum() if "records" in frame.columns else pl.len().alias("records")
    return frame.group_by("place").agg(*(pl.col(c).first() for c in PLACE), records)


def majority(frame: pl.DataFrame, by: str, value: str) -> pl.DataFrame:
    """For each value of ``by`` the value that most ``records`` have with it (ties: the smaller one)."""
    return (
        frame.select(by, value, "records")
        .drop_nulls()
        .group_by(by, value)
        .agg(pl.col("records").sum())
        .sort("records", value, descending=[True, False])
        .unique(by, keep="first", maintain_order=True)
        .drop("records")
    )


def _sole(frame: pl.DataFrame, by: list[str], value: str) -> pl.DataFrame:
    """For each value of ``by`` that goes with exactly one ``value``, that value."""
    pairs = frame.select(*by, value).drop_nulls().unique()
    return pairs.filter(pl.len().over(by) == 1)


def settle(found: pl.DataFrame) -> pl.DataFrame:
    """place, ``town`` and ``community`` (of codes where any row ties the name to a code, else of names, else
    null) and ``village``, of the name that goes with the community; all four are digests.

    In: what `places` gives, of all addresses of the home. Where the text names a township and community that
    belong to another code than the one given, the text wins: it is what the address says, and codes are often
    the clerk's own desk.
    """
    frame = _settled(
        found.with_columns(
            pl.when(pl.col("community_code").str.len_chars() == 12).then("community_code").alias("_code"),
            pl.col("township_name").alias("_town_name"),
            pl.col("community_name").alias("_comm_name"),
        )
    )
    return frame.select("place", *(digest(frame[c]) for c in ("town", "community", "village")))


def _settled(frame: pl.DataFrame) -> pl.DataFrame:
    """place, town, community and village as text; towns and communities in capitals like every element."""
    frame = frame.with_columns(
        # A code that ends in zeros names the township alone.
        pl.when(~pl.col("_code").str.ends_with("000")).then("_code").alias("_comm_code"),
        pl.col("_code").str.head(TOWNSHIP_DIGITS).alias("_town_code"),
    )
    towns = majority(frame, "_town_name", "_town_code").rename({"_town_code": "_town_by_name"})
    names = majority(frame, "_comm_code", "_comm_name").with_columns(
        pl.col("_comm_code").str.head(TOWNSHIP_DIGITS).alias("_town_code")
    )
    in_town = _sole(names, ["_town_code", "_comm_name"], "_comm_code").rename(
        {"_town_code": "_town_by_name", "_comm_code": "_comm_in_town"}
    )
    anywhere = _sole(names, ["_comm_name"], "_comm_code").rename({"_comm_code": "_comm_by_name"})
    frame = (
        frame.join(towns, on="_town_name", how="left")
        .join(in_town, on=["_town_by_name", "_comm_name"], how="left")
        .join(anywhere, on="_comm_name", how="left")
        .with_columns(_community().alias("community"))
    )
    usual = names.select(pl.col("_comm_code").alias("community"), pl.col("_comm_name").alias("_usual"))
    town = (
        pl.when(pl.col("community").str.contains(r"^\d{12}$"))
        .then(pl.col("community").str.head(TOWNSHIP_DIGITS))
        .otherwise(pl.coalesce("_town_by_name", "_town_name", "_town_code"))
    )
    return frame.join(usual, on="community", how="left").select(
        "place",
        town.str.to_uppercase().alias("town"),
        pl.col("community").str.to_uppercase(),
        pl.coalesce("_comm_name", "_usual").alias("village"),
    )


def _community() -> pl.Expr:
    """The code that the text names, else the one given, else the name itself within its township."""
    by_text = pl.when(pl.col("_town_name").is_null()).then("_comm_by_name").otherwise("_comm_in_town")
    by_name = pl.when(pl.col("_comm_name").is_not_null()).then(
        pl.concat_str(
            pl.coalesce("_town_by_name", "_town_name", pl.lit("")), pl.lit("/"), pl.col("_comm_name")
        )
    )
    return pl.coalesce("_comm_in_town", "_comm_code", by_text, by_name)
