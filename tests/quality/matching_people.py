"""People for the matching tests: one row built by hand, with everything that is not said left unknown."""

from __future__ import annotations

from datetime import date

import polars as pl

SCHEMA = {
    "rid": pl.Int64, "rank": pl.Int64, "feed": pl.String, "name": pl.String, "name_key": pl.String, "sex": pl.String,
    "id_number": pl.String, "id_kind": pl.String, "id_state": pl.String, "id_birth": pl.Date, "id_sex": pl.String,
    "birth_date": pl.Date, "birth_precision": pl.String, "phone": pl.String, "dwelling": pl.Int64,
}  # fmt: skip
JUDGEMENTS = {"rid_a": pl.Int64, "rid_b": pl.Int64, "verdict": pl.String}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number(body: str) -> str:
    """A valid number of a division that was never assigned, from its first 17 digits."""
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


def person(rid: int, name: str | None, **known: object) -> dict[str, object]:
    """One record. ``id_number`` with a right check digit counts as valid, a latin one as another document."""
    row: dict[str, object] = dict.fromkeys(SCHEMA)
    text = known.get("id_number")
    row |= {"rid": rid, "rank": rid, "feed": "floating_population", "name": name, "name_key": name}
    row |= {"id_kind": "resident", "id_state": "empty"} | known
    if known.get("birth_date") and "birth_precision" not in known:
        row["birth_precision"] = "day"
    if isinstance(text, str) and "id_state" not in known:
        row |= _judged(text)
    return row


def _judged(text: str) -> dict[str, object]:
    if not text[:6].isdigit():
        return {"id_kind": "passport", "id_state": "other"}
    if len(text) == 18 and number(text[:17]) == text:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
        return {"id_state": "valid", "id_birth": born, "id_sex": "男" if int(text[16]) % 2 else "女"}
    return {"id_state": "invalid"}


def frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    """People as ``quality.matching.link`` takes them."""
    people = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return people.with_columns(content=pl.struct(pl.exclude("rid", "rank", "dwelling")).hash())


def judged(*rows: tuple[int, int, str]) -> pl.DataFrame:
    """Judgements (rid_a, rid_b, verdict)."""
    return pl.DataFrame(list(rows), schema=JUDGEMENTS, orient="row")
