"""Screening: rows as delivered become typed rows with issues, or are rejected with a reason.

A row is rejected only if it cannot be used at all (contract, section 4); everything less is an issue.
Belongs here: what a single row shows by itself. What two values of a row, or two rows, say against each
other is a rule (``quality.rules``).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from quality import schema
from quality.values import addresses, codes, dates, identity_numbers, names, phones, record_numbers
from sources.contract import Column, FeedContract

CROSSING_NUMBERS = {
    "requests": ("record_id",),
    "request_receipts": ("record_id",),
    "released_persons": ("record_id",),
    "assistance_enrolment": ("notice_no",),
}
"""Request and notice numbers: they leave the office, so one with the form of a personal number is refused."""

CONSENT_FEED = "assistance_enrolment"
ENROLLED = "在册"
ISSUE_SCHEMA = {"row_number": pl.UInt32, "field": pl.String, "issue_code": pl.String}
REJECTED_SCHEMA = {
    "row_number": pl.UInt32,
    "record_id": pl.String,
    "field": pl.String,
    "reason_code": pl.String,
}
_USABLE = ("valid", "other")
"""States of an identity number that can stand for a person without a name."""


@dataclass(frozen=True)
class Screened:
    """One delivery after screening, keyed by ``row_number``; every row is in ``typed`` or in ``rejected``.

    ``typed``: row_number and ``schema.typed_columns``, rows that are not rejected. ``raw``: the same rows as
    delivered. ``issues``: row_number, field, issue_code. ``rejected``: row_number, record_id (canonical, null
    if there is none), field, reason_code; one row for each rejected row. ``rejected_raw``: those rows as
    delivered. Identity that may not be kept (enrolments without consent) is in none of them.
    """

    typed: pl.DataFrame
    raw: pl.DataFrame
    issues: pl.DataFrame
    rejected: pl.DataFrame
    rejected_raw: pl.DataFrame


@dataclass
class Parsed:
    """What one contract column gives: typed columns, issues and reasons by row, as boolean series."""

    columns: list[pl.Series] = field(default_factory=list)
    issues: list[tuple[str, str, pl.Series]] = field(default_factory=list)  # field, code, rows
    reasons: list[tuple[str, str, pl.Series]] = field(default_factory=list)
    usable: pl.Series | None = None


def _flag(found: list[tuple[str, str, pl.Series]], column: Column, code: str, rows: pl.Series) -> None:
    if rows.any():
        found.append((column.name, code, rows.fill_null(False)))


def _by_state(parsed: Parsed, column: Column, text: pl.Series, state: pl.Series, unread: str) -> None:
    """The issue or reason that the state of a coded or numeric cell is."""
    _flag(parsed.issues, column, "value_placeholder", (state == "blank") & text.is_not_null())
    if column.required:
        _flag(parsed.reasons, column, "code_missing", state == "blank")
        _flag(parsed.reasons, column, unread, state == "unknown")
    else:
        _flag(parsed.issues, column, unread, state == "unknown")


def _code(text: pl.Series, column: Column) -> Parsed:
    match column.type:
        case "sex":
            found, unread = codes.parse_sex(text, column.codes), "code_unknown"
        case "doc_type":
            found, unread = codes.parse_doc_type(text), "code_unknown"
        case "area_code":
            found, unread = codes.parse_area(text), "area_unreadable"
        case _:
            found, unread = codes.parse(text, column.codes), "code_unknown"
    parsed = Parsed([found["code"].alias(column.name)])
    _by_state(parsed, column, text, found["state"], unread)
    return parsed


def _number(text: pl.Series, column: Column) -> Parsed:
    found = codes.parse_number(text, whole=column.type == "integer")
    parsed = Parsed([found["number"].alias(column.name)])
    _by_state(parsed, column, text, found["state"], "number_unreadable")
    return parsed


def _date(text: pl.Series, column: Column) -> Parsed:
    birth = column.name == "birth_date"
    found = dates.parse(text, partial=birth)
    parsed, state = Parsed([found["day"].alias(column.name)]), found["state"]
    if birth:
        parsed.columns.append(found["precision"].alias("birth_precision"))
        partial = (state == "read") & (found["precision"] != "day")
        _flag(parsed.issues, column, "birth_not_to_the_day", partial)
    if column.required:
        _flag(parsed.reasons, column, "date_missing", state.is_in(["blank", "sentinel"]))
        _flag(parsed.reasons, column, "date_unreadable", state.is_in(["unreadable", "open"]))
        return parsed
    _flag(parsed.issues, column, "value_placeholder", (state == "blank") & text.is_not_null())
    _flag(parsed.issues, column, "date_unreadable", state == "unreadable")
    _flag(parsed.issues, column, "date_sentinel", state == "sentinel")
    if not schema.may_be_open(column):
        _flag(parsed.issues, column, "date_open", state == "open")
    return parsed


def _name(text: pl.Series, column: Column) -> Parsed:
    found = names.parse(text)
    columns = [found["name"].alias(column.name), found["name_key"].alias(f"{column.name}_key")]
    parsed = Parsed(columns, usable=found["usable"])
    _flag(parsed.issues, column, "name_missing", ~found["usable"])
    return parsed


def _phone(text: pl.Series, column: Column) -> Parsed:
    found = phones.parse(text)
    parsed = Parsed([found["phone"].alias(column.name)])
    _flag(parsed.issues, column, "value_placeholder", (found["state"] == "blank") & text.is_not_null())
    _flag(parsed.issues, column, "phone_invalid", found["state"] == "invalid")
    return parsed


def _address(text: pl.Series, column: Column) -> Parsed:
    found = addresses.parse(text)
    missing = found["address"].is_null()
    parsed = Parsed(found.rename({"address": column.name}).get_columns())
    _flag(parsed.issues, column, "address_missing", missing)
    _flag(parsed.issues, column, "address_unlocatable", ~missing & ~found["locatable"])
    return parsed


def _record_number(text: pl.Series, column: Column) -> Parsed:
    number = record_numbers.canonical(text)
    parsed = Parsed([number.alias(column.name)])
    if column.required:
        reason = "number_missing" if column.type == "number_ref" else "record_id_missing"
        _flag(parsed.reasons, column, reason, number.is_null())
    return parsed


def _text(text: pl.Series, column: Column) -> Parsed:
    return Parsed([codes.parse_text(text).alias(column.name)])


def _identity(frame: pl.DataFrame, column: Column, contract: FeedContract, file_day: date) -> Parsed:
    text = frame[column.name]
    doc = next(iter(contract.of_type("doc_type")), None)
    told = codes.parse_doc_type(frame[doc.name])["code"] if doc else None
    flag = f"{column.name}__numeric"
    numeric = frame[flag].fill_null(False) if flag in frame.columns else None
    found = identity_numbers.parse(text, doc_type=told, numeric=numeric, file_day=file_day)
    state = found["id_state"]
    parsed = Parsed(found.rename({"id_number": column.name}).get_columns(), usable=state.is_in(_USABLE))
    _flag(parsed.issues, column, "value_placeholder", (state == "empty") & text.is_not_null())
    _flag(parsed.issues, column, "id_invalid", state == "invalid")
    _flag(parsed.issues, column, "id_damaged", state == "damaged")
    if told is not None:
        _flag(
            parsed.issues, column, "doc_type_mismatch", told.is_in(["passport", "other"]) & (state == "valid")
        )
    return parsed


_PARSERS: dict[str, Callable[[pl.Series, Column], Parsed]] = {
    "record_id": _record_number,
    "number_ref": _record_number,
    "verification": _record_number,
    "name": _name,
    "sex": _code,
    "doc_type": _code,
    "code": _code,
    "area_code": _code,
    "date": _date,
    "updated_at": _date,
    "phone": _phone,
    "address": _address,
    "integer": _number,
    "decimal": _number,
    "text": _text,
}


def _parse(frame: pl.DataFrame, contract: FeedContract, file_day: date) -> dict[str, Parsed]:
    """Every contract column parsed, the columns side by side on the machine's cores."""

    def one(column: Column) -> Parsed:
        if column.type == "id_number":
            return _identity(frame, column, contract, file_day)
        return _PARSERS[column.type](frame[column.name], column)

    costly = ("address", "name", "id_number", "phone")
    order = sorted(contract.columns, key=lambda c: costly.index(c.type) if c.type in costly else len(costly))
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        results = dict(zip([c.name for c in order], pool.map(one, order), strict=True))
    return {column.name: results[column.name] for column in contract.columns}


def _without_identity(
    frame: pl.DataFrame, contract: FeedContract
) -> tuple[pl.DataFrame, pl.Series, pl.Series]:
    """Enrolments without consent date or not 在册 lose name, number, birth date and phone, unread.

    The frame, which rows may not hold identity, and which of them lost something.
    """
    if contract.feed != CONSENT_FEED:
        none = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        return frame, none, none
    status = codes.parse(frame["status"], contract.column("status").codes)["code"]
    consented = dates.parse(frame["consented_on"])["day"].is_not_null()
    keep = (consented & (status == ENROLLED)).fill_null(False)
    identity = [c.name for c in contract.columns if c.klass == "personal"]
    had = frame.select(pl.any_horizontal(pl.col(identity).is_not_null())).to_series()
    kept = [pl.when(keep).then(pl.col(name)).alias(name) for name in identity]
    flags = [
        (pl.col(f"{c.name}__numeric") & keep).alias(f"{c.name}__numeric")
        for c in contract.of_type("id_number")
        if f"{c.name}__numeric" in frame.columns
    ]
    return frame.with_columns(kept + flags), ~keep, had & ~keep


def _reasons(frame: pl.DataFrame, contract: FeedContract, parsed: dict[str, Parsed]) -> pl.DataFrame:
    """row_number, field, reason_code of rejected rows: the first reason of each, in the order tried here."""
    found: list[tuple[str | None, str, pl.Series]] = []
    found.append((None, "cell_oversized", frame["oversized"].is_not_null()))
    own = contract.id_column
    found += parsed[own.name].reasons
    for name in CROSSING_NUMBERS.get(contract.feed, ()):
        number = parsed[name].columns[0].alias("n").to_frame()
        personal = number.select(record_numbers.is_personal_form(pl.col("n")).fill_null(False)).to_series()
        found.append((name, "number_personal", personal))
    if contract.person_needed:
        usable = [p.usable for p in parsed.values() if p.usable is not None]
        nobody = (
            ~pl.DataFrame({str(i): s for i, s in enumerate(usable)})
            .select(pl.any_horizontal(pl.all()))
            .to_series()
        )
        found.append((contract.of_type("name")[0].name, "person_missing", nobody.fill_null(True)))
    for column in contract.columns:
        if column is not own:
            found += parsed[column.name].reasons
    parts = [
        frame.filter(rows).select(
            "row_number",
            (pl.lit(name, dtype=pl.String) if name else pl.col("oversized")).alias("field"),
            pl.lit(code).alias("reason_code"),
        )
        for name, code, rows in found
        if rows.any()
    ]
    empty = pl.DataFrame(schema={"row_number": pl.UInt32, "field": pl.String, "reason_code": pl.String})
    return pl.concat([empty, *parts]).unique("row_number", keep="first", maintain_order=True)


def _issues(
    frame: pl.DataFrame,
    contract: FeedContract,
    parsed: dict[str, Parsed],
    nameless: pl.Series,
    dropped: pl.Series,
) -> list[pl.DataFrame]:
    """Issues of single values, of all rows."""
    numbers = frame["row_number"]

    def part(name: str, code: str, rows: pl.Series) -> pl.DataFrame:
        found = numbers.filter(rows).to_frame()
        return found.with_columns(field=pl.lit(name), issue_code=pl.lit(code)).cast(ISSUE_SCHEMA)  # type: ignore[arg-type]

    found = [
        part(name, code, rows & ~nameless if code == "name_missing" else rows)
        for p in parsed.values()
        for name, code, rows in p.issues
    ]
    own = contract.id_column
    if own.name not in CROSSING_NUMBERS.get(contract.feed, ()):
        number = parsed[own.name].columns[0].alias("n").to_frame()
        personal = number.select(record_numbers.is_personal_form(pl.col("n")).fill_null(False)).to_series()
        found.append(part(own.name, "record_id_personal", personal))
    if dropped.any():
        found.append(part("consented_on", "identity_without_consent", dropped))
    nul = frame.filter(pl.col("nul_in").is_not_null()).select(
        "row_number", pl.col("nul_in").alias("field"), pl.lit("nul_dropped").alias("issue_code")
    )
    return [*found, nul]


def _apply_contract(
    typed: pl.DataFrame, contract: FeedContract, file_day: date
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Pandera over the typed rows: cleared values, its issues, and rows that it rejects after all."""
    failures = schema.contract_failures(typed, contract, file_day)
    missing = pl.col("check") == "not_nullable"
    rejected = failures.filter(missing).select(
        "row_number", "field", reason_code=pl.lit("value_outside_contract")
    )
    issues = failures.filter(~missing).rename({"check": "issue_code"})
    for name, code in (
        issues.filter(pl.col("issue_code") != "date_out_of_range")
        .select("field", "issue_code")
        .unique()
        .rows()
    ):
        rows = issues.filter(field=name, issue_code=code)["row_number"]
        also = ["birth_precision"] if name == "birth_date" else []
        bad = pl.col("row_number").is_in(rows.implode())
        typed = typed.with_columns(pl.when(~bad).then(pl.col(c)).alias(c) for c in [name, *also])
    return typed, issues, rejected.unique("row_number", keep="first", maintain_order=True)


def screen(frame: pl.DataFrame, contract: FeedContract, *, file_day: date) -> Screened:
    """Screen one delivery's rows.

    ``frame`` is ``sources.readers.RawTable.frame``: row_number, one String column for each contract column,
    ``<col>__numeric`` for identity numbers, ``oversized`` and ``nul_in``. ``file_day`` bounds birth dates.
    Raises ValueError only for frames that are not of the contract at all; never with a value in the text.
    """
    frame, nameless, dropped = _without_identity(frame, contract)
    parsed = _parse(frame, contract, file_day)
    reasons = _reasons(frame, contract, parsed)
    columns = [series for p in parsed.values() for series in p.columns]
    typed = pl.DataFrame([frame["row_number"], *columns]).select(list(schema.polars_types(contract)))
    own = typed.select("row_number", pl.col(contract.id_column.name).alias("record_id"))
    accepted = (
        typed.join(reasons, on="row_number", how="anti", maintain_order="left") if len(reasons) else typed
    )
    accepted, late_issues, late = _apply_contract(accepted, contract, file_day)
    if len(late):
        reasons = pl.concat([reasons, late])
        accepted = accepted.join(late, on="row_number", how="anti", maintain_order="left")
    issues = pl.concat(
        [pl.DataFrame(schema=ISSUE_SCHEMA), *_issues(frame, contract, parsed, nameless, dropped), late_issues]
    )
    raw = frame.select("row_number", *schema.raw_columns(contract))
    if len(reasons):
        issues = issues.join(reasons, on="row_number", how="anti", maintain_order="left")
    rejected = reasons.join(own, on="row_number", how="left").sort("row_number").select(list(REJECTED_SCHEMA))
    return Screened(
        typed=accepted,
        raw=raw.join(rejected, on="row_number", how="anti", maintain_order="left") if len(rejected) else raw,
        issues=issues.unique(maintain_order=True),
        rejected=rejected,
        rejected_raw=raw.join(rejected, on="row_number", how="semi", maintain_order="left"),
    )
