"""Evaluation against synthetic truth: pairwise and B-cubed, overall, by form of name and by pair of feeds.

Here belongs the measure of linkage (contract, ``registry evaluate``). Pairs are never enumerated: a cell of
the contingency table truth × prediction with n records holds n(n−1)/2 right pairs (Hubert and Arabie 1985);
B-cubed follows Bagga and Baldwin 1998. The form of a name is looked at here, on synthetic truth, and nowhere else.
"""

from __future__ import annotations

import polars as pl

SCHEMA = {
    "subject": pl.String,
    "slice": pl.String,
    "records": pl.Int64,
    "precision": pl.Float64,
    "recall": pl.Float64,
    "f1": pl.Float64,
    "b3_precision": pl.Float64,
    "b3_recall": pl.Float64,
    "b3_f1": pl.Float64,
}
FIGURES = tuple(SCHEMA)[3:]


def _pairs(sizes: pl.Series) -> int:
    """Pairs within groups of these sizes."""
    counts = sizes.cast(pl.Int64)
    return int((counts * (counts - 1) // 2).sum())


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0


def _b_cubed(cells: pl.DataFrame) -> tuple[float, float]:
    """B-cubed precision and recall from cells (truth, predicted, len)."""
    n = pl.col("len").cast(pl.Float64)
    total = int(cells["len"].sum())
    shares = cells.select(
        (n * n / n.sum().over("predicted")).sum().alias("p"), (n * n / n.sum().over("truth")).sum().alias("r")
    )
    return _ratio(shares["p"].item(), total), _ratio(shares["r"].item(), total)


def _figures(frame: pl.DataFrame) -> dict[str, float]:
    """All six figures of records with columns truth and predicted."""
    cells = frame.group_by("truth", "predicted").len()
    right = _pairs(cells["len"])
    claimed = _pairs(frame.group_by("predicted").len()["len"])
    real = _pairs(frame.group_by("truth").len()["len"])
    precision, recall = _ratio(right, claimed), _ratio(right, real)
    b3_precision, b3_recall = _b_cubed(cells)
    return dict(
        zip(
            FIGURES,
            (
                precision,
                recall,
                _harmonic(precision, recall),
                b3_precision,
                b3_recall,
                _harmonic(b3_precision, b3_recall),
            ),
            strict=True,
        )
    )


def _between(frame: pl.DataFrame, one: str, other: str) -> dict[str, float]:
    """Pairwise figures over pairs that have one record in each of two feeds; B-cubed over both feeds' records."""

    def crossing(by: list[str]) -> int:
        counted = frame.group_by(by).agg(
            (pl.col("feed") == one).sum().cast(pl.Int64).alias("a"),
            (pl.col("feed") == other).sum().cast(pl.Int64).alias("b"),
        )
        return int((counted["a"] * counted["b"]).sum())

    right, claimed, real = crossing(["truth", "predicted"]), crossing(["predicted"]), crossing(["truth"])
    precision, recall = _ratio(right, claimed), _ratio(right, real)
    figures = _figures(frame)
    return figures | {"precision": precision, "recall": recall, "f1": _harmonic(precision, recall)}


def _rows(subject: str, frame: pl.DataFrame) -> list[dict[str, object]]:
    """One row for each slice of a subject."""
    slices: list[tuple[str, pl.DataFrame, dict[str, float]]] = [("all", frame, _figures(frame))]
    if subject == "person" and "form" in frame.columns:
        for form in frame["form"].drop_nulls().unique().sort().to_list():
            part = frame.filter(pl.col("form") == form)
            slices.append((f"form={form}", part, _figures(part)))
    feeds = frame["feed"].unique().sort().to_list()
    for i, one in enumerate(feeds):
        for other in feeds[i:]:
            part = frame.filter(pl.col("feed").is_in([one, other]))
            figures = _figures(part) if one == other else _between(part, one, other)
            slices.append((f"feeds={one}×{other}", part, figures))
    return [{"subject": subject, "slice": name, "records": part.height} | f for name, part, f in slices]


def _side_by_side(truth: pl.DataFrame, predicted: pl.DataFrame, column: str) -> pl.DataFrame:
    """Records of truth with columns truth and predicted; a record nobody predicted stands alone."""
    keys = ["feed", "record_id"]
    answers = predicted.select(*keys, pl.col(column).cast(pl.String).alias("predicted")).unique(
        keys, keep="first"
    )
    real = truth.filter(pl.col(column).is_not_null()).rename({column: "truth"})
    alone = pl.format("alone {}", pl.int_range(pl.len()))
    return real.join(answers, on=keys, how="left", maintain_order="left").with_columns(
        pl.coalesce("predicted", alone).alias("predicted")
    )


def evaluate(truth: pl.DataFrame, predicted: pl.DataFrame) -> pl.DataFrame:
    """Figures of persons, and of dwellings where truth and prediction both have them.

    In: truth (feed, record_id, role, person, form[, dwelling]), predicted (feed, record_id, person[, dwelling]).
    Out: subject, slice (all, form=…, feeds=A×B), records, precision, recall, f1, b3_precision, b3_recall, b3_f1.
    """
    rows: list[dict[str, object]] = []
    for subject in ("person", "dwelling"):
        if subject in truth.columns and subject in predicted.columns:
            frame = _side_by_side(truth, predicted, subject)
            if frame.height:
                rows += _rows(subject, frame)
    return pl.DataFrame(rows, schema=SCHEMA)
