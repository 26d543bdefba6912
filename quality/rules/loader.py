"""Reading rule files: one SQL file a rule, a header that says what it is for, a result of fixed shape.

Belongs here: the header's grammar, the closed vocabulary of what an office may do, and every reason for
which a rule file is refused. Does not belong here: running a rule (see ``quality.rules.evaluation``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

import duckdb

from quality.profiles import Grace, ProfileError, load_profile, parse_grace
from quality.rules.catalog import OFFICE_VIEWS, SHARED_VIEWS, empty_view_ddl, personal_names
from quality.rules.texts import MAY_DO, REASONS
from quality.rules.views import parameters, used, without_comments
from sources.offices import OFFICES

RESULT_SHAPE: Mapping[str, str] = {
    "feed": "VARCHAR",
    "rid": "BIGINT",
    "dwelling_key": "VARCHAR",
    "area_code": "VARCHAR",
    "since": "DATE",
    "made_on": "DATE",
    "reason_code": "VARCHAR",
    "held": "BOOLEAN",
    "evidence": "VARCHAR",
    "details": "VARCHAR",
}
"""Columns of a rule's answer, in order. ``since`` is day 0 of the grace; ``made_on`` the day of the file that
made the condition true; ``evidence`` what the finding rests on, digested before it is kept; ``details`` JSON of
own dates, day counts, codes and (where the contract says so) the own rows, by the ids under which they show."""

_FIELDS = (
    "code",
    "title_zh",
    "title_en",
    "subject",
    "legal_basis",
    "purpose",
    "grace",
    "may_do",
    "exemptions",
    "reasons",
    "version",
    "valid_from",
)
_HEADER = re.compile(r"^-- ([a-z_]+): (.+)$")
_SUBJECTS = ("record", "dwelling")
_STATEMENT = re.compile(
    r"\b(insert|update|delete|create|drop|alter|copy|attach|pragma|set|install|load)\b", re.IGNORECASE
)
_LITERAL = re.compile(r"'[^']*'")


class RuleError(ValueError):
    """A rule file that is refused; the text names the file and what to correct."""


@dataclass(frozen=True)
class Rule:
    """One rule of one office; ``sql`` is the query without its header, ``grace`` its own day count."""

    code: str
    office: str
    title_zh: str
    title_en: str
    subject: str
    legal_basis: str
    purpose: str
    grace: Grace
    may_do: tuple[str, ...]
    exemptions: str
    reasons: tuple[str, ...]
    version: str
    valid_from: date
    sql: str
    file: str


def parse_rule(text: str, office: str, file: str) -> Rule:
    """A rule from the text of its file; RuleError if a header line is missing, unknown or unfit."""
    header = _header(text, file)
    try:
        grace, valid_from = parse_grace(header["grace"]), date.fromisoformat(header["valid_from"])
    except (ProfileError, ValueError) as error:
        raise RuleError(f"{file}: grace or valid_from cannot be read: {error}") from error
    rule = Rule(
        code=header["code"],
        office=office,
        title_zh=header["title_zh"],
        title_en=header["title_en"],
        subject=header["subject"],
        legal_basis=header["legal_basis"],
        purpose=header["purpose"],
        grace=grace,
        may_do=_listed(header["may_do"]),
        exemptions=header["exemptions"],
        reasons=_listed(header["reasons"]),
        version=header["version"],
        valid_from=valid_from,
        sql=without_comments(text).strip().rstrip(";"),
        file=file,
    )
    _check_words(rule)
    return rule


@contextmanager
def _empty_views(office: str) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as con:
        for view in (*OFFICE_VIEWS[office], *SHARED_VIEWS):
            con.execute(empty_view_ddl(view))
        yield con


def check_rule(rule: Rule) -> None:
    """Bind the rule to empty rule views of its office; RuleError unless it reads only those and has the shape.

    A rule that names a table of the ledger, or a personal column, cannot bind and is refused.
    """
    with _empty_views(rule.office) as con:
        _check_bound(rule, con)


def _check_bound(rule: Rule, con: duckdb.DuckDBPyConnection) -> None:
    body = rule.sql
    if _STATEMENT.search(body):
        raise RuleError(f"{rule.file}: a rule is one SELECT and changes nothing")
    named = sorted(_words(body) & personal_names())
    if named:
        raise RuleError(f"{rule.file}: a rule may not name a personal column ({named[0]})")
    values = parameters(date(2000, 1, 1), load_profile("zhejiang"))
    try:
        described = con.execute(f"DESCRIBE {body}", used(body, values)).fetchall()
    except (duckdb.Error, KeyError) as error:
        raise RuleError(f"{rule.file}: cannot be bound to the rule views: {error}") from error
    shape = {row[0]: row[1] for row in described}
    if list(shape.items()) != list(RESULT_SHAPE.items()):
        wrong = sorted(set(shape.items()) ^ set(RESULT_SHAPE.items()))
        raise RuleError(f"{rule.file}: the answer has another shape than {', '.join(RESULT_SHAPE)}: {wrong}")


@cache
def load_rules(office: str) -> tuple[Rule, ...]:
    """Every rule of ``office`` in order of code, its own and those of every office; each checked on loading.

    Empty for an office without rules. RuleError names the first file that is refused.
    """
    if office not in OFFICE_VIEWS:
        return ()
    rules = [_load(path, office) for folder in (office, "every") for path in _files(folder)]
    with _empty_views(office) as con:
        for rule in rules:
            _check_bound(rule, con)
            if not rule.code.startswith(OFFICES[office].rule_prefixes):
                raise RuleError(f"{rule.file}: {rule.code} is no rule of {office} by the table of offices")
    codes = [rule.code for rule in rules]
    if len(codes) != len(set(codes)):
        raise RuleError(f"{office}: two rule files have the same code")
    return tuple(sorted(rules, key=lambda r: r.code))


def _files(folder: str) -> list[tuple[str, str]]:
    root = resources.files("quality.rules") / folder
    return sorted(
        (f"{folder}/{path.name}", path.read_text(encoding="utf-8"))
        for path in root.iterdir()
        if path.name.endswith(".sql")
    )


def _load(found: tuple[str, str], office: str) -> Rule:
    file, text = found
    return parse_rule(text, office, file)


def _header(text: str, file: str) -> dict[str, str]:
    header: dict[str, str] = {}
    for line in text.splitlines():
        match = _HEADER.match(line)
        if not match:
            break
        if match[1] not in _FIELDS or match[1] in header:
            raise RuleError(f"{file}: header line {match[1]} is unknown or there twice")
        header[match[1]] = match[2].strip()
    missing = [field for field in _FIELDS if field not in header]
    if missing:
        raise RuleError(f"{file}: header line {missing[0]} is missing")
    return header


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _check_words(rule: Rule) -> None:
    if rule.subject not in _SUBJECTS:
        raise RuleError(f"{rule.file}: subject is record or dwelling")
    if not rule.may_do or not set(rule.may_do) <= MAY_DO.keys():
        raise RuleError(f"{rule.file}: may_do is not of the closed list {', '.join(MAY_DO)}")
    if not rule.reasons or not set(rule.reasons) <= REASONS.keys():
        raise RuleError(f"{rule.file}: a reason has no text in quality.rules.texts")


def _words(sql: str) -> set[str]:
    """The identifiers and keywords of a query; what stands in quotes is a value and not counted."""
    return set(re.findall(r"[a-z_][a-z0-9_]*", _LITERAL.sub("''", sql).lower()))
