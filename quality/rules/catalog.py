"""What a rule may see: the rule views, each column with its DuckDB type and its class.

Belongs here: the closed list of rule views and columns, and the proof that none of them is personal. A rule
view holds exactly these columns (``quality.rules.views`` selects them by name), so a rule cannot select
people by a name, a number, a phone, a birth date, an address or a household place.

Classes: ``key`` own record numbers and surrogates, ``code``, ``date`` (of a declared source column that is
never a birth date, or the day of a file), ``count``, ``area``, ``flag`` (a yes or no that was worked out
inside the view), ``mark`` (a digest over one record alone, to notice that evidence changed; equal values on
two records give different marks, so nothing can be joined by it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from quality.schema import typed_columns
from sources.contract import contracts

CLASSES = ("key", "code", "date", "count", "area", "flag", "mark")
_TYPES = {
    "key": "VARCHAR",
    "code": "VARCHAR",
    "date": "DATE",
    "count": "INTEGER",
    "area": "VARCHAR",
    "flag": "BOOLEAN",
    "mark": "VARCHAR",
}
_BASE = "feed:code rid:key:BIGINT shown_id:key area_code:area withdrawn:flag"
_IDENTITY = (
    "id_state:code bad_number:flag bad_number_since:date number_since:date number_mark:mark "
    "birth_contradicts:flag sex_contradicts:flag dates_contradict:flag arrived_before_birth:flag "
    "contradicted_since:date facts_mark:mark"
)

_VIEWS = {
    "rv_floating_population": f"{_BASE} active:flag person:key:BIGINT several:flag dwelling_key:key turn:count:BIGINT status:code "
    "registered_on:date closed_on:date active_since:date placed_since:date "
    "unlocatable:flag unlocatable_since:date place_mark:mark",
    "rv_resident_population": f"{_BASE} active:flag person:key:BIGINT several:flag status:code status_since:date",
    "rv_request_receipts": f"{_BASE} active:flag received_on:date outcome:code finished_on:date request_kind:code "
    "request_state:code names_row:flag row_rid:key:BIGINT row_active:flag row_status:code row_closed_on:date "
    "row_withdrawn_on:date row_since:date blank_since:date clock_restarted:flag done_since:date",
    "rv_rental_housing": f"{_BASE} active:flag dwelling_key:key status:code filed_on:date active_since:date "
    "inactive_since:date placed_since:date unfiled_since:date person:key:BIGINT",
    "rv_tenancies": f"{_BASE} active:flag person:key:BIGINT dwelling_key:key turn:count:BIGINT starts_on:date "
    "ends_on:date left_on:date active_since:date placed_since:date lapsed:flag lapsed_since:date",
    "rv_requests": f"{_BASE} active:flag kind:code state:code mail_state:code state_on:date void_code:code "
    "consented_on:date consent_end:date revoked_on:date taken_up_on:date runs_since:date",
    "rv_released_persons": f"{_BASE} active:flag released_on:date acknowledged:flag unacknowledged_since:date",
    "rv_assistance_enrolment": f"{_BASE} active:flag person:key:BIGINT turn:count:BIGINT status:code received_on:date "
    "consented_on:date consent_until:date contact_interval:count last_contact_on:date ended_on:date "
    "active_since:date unclosed_since:date overdue_since:date",
    "rv_identity": f"{_BASE} person:key:BIGINT {_IDENTITY}",
    "rv_record": f"{_BASE} active:flag",
    "rv_dwelling": "dwelling_key:key area_code:area village:flag",
    "rv_dwelling_part": "dwelling_key:key whole_key:key",
    "rv_number_conflict": "rid:key:BIGINT other_rid:key:BIGINT decided:flag since:date",
    "rv_undecided": "rid:key:BIGINT other_rid:key:BIGINT",
    "rv_mail": "peer:code last_mail_on:date",
}

OFFICE_VIEWS: Mapping[str, tuple[str, ...]] = {
    "residence": ("rv_floating_population", "rv_resident_population", "rv_request_receipts"),
    "housing": ("rv_rental_housing", "rv_tenancies", "rv_requests"),
    "aftercare": ("rv_assistance_enrolment", "rv_released_persons"),
}
"""The views of an office's own feeds, in the order in which they are made."""

KEPT_VIEWS: Mapping[str, tuple[str, ...]] = {
    "residence": ("rv_floating_population", "rv_resident_population", "rv_request_receipts", "rv_identity"),
    "housing": ("rv_rental_housing", "rv_tenancies", "rv_identity"),
    "aftercare": (),
}
"""The views whose rows an office keeps between runs. Not where an answer turns on a day that is in no column of the feed
(the end of a consent without a date, an agreed interval): these ledgers are small."""

SHARED_VIEWS = (
    "rv_identity",
    "rv_record",
    "rv_dwelling",
    "rv_dwelling_part",
    "rv_number_conflict",
    "rv_undecided",
    "rv_mail",
)
"""Views that every office's rules find."""


def _parse(text: str) -> dict[str, tuple[str, str]]:
    columns = {}
    for item in text.split():
        name, klass, *kind = item.split(":")
        columns[name] = (kind[0] if kind else _TYPES[klass], klass)
    return columns


VIEW_COLUMNS: Mapping[str, Mapping[str, tuple[str, str]]] = {v: _parse(text) for v, text in _VIEWS.items()}
"""View → column → (DuckDB type, class)."""


def personal_names() -> frozenset[str]:
    """Every typed column that comes from a contract column of class ``personal``, by name."""
    found: set[str] = set()
    for contract in contracts().values():
        known = {column.name for column in contract.columns if column.klass != "personal"}
        found |= {name for name in typed_columns(contract) if name not in known and not _judged(name)}
    return frozenset(found)


def personal_columns(
    views: Mapping[str, Mapping[str, tuple[str, str]]] = VIEW_COLUMNS,
) -> list[tuple[str, str]]:
    """(view, column) of each rule-view column that is personal or of no allowed class; empty is the proof.

    Personal is a column that has the name of a personal contract column or of anything that is derived from
    one (birth date of a number, parts of an address, comparison key of a name), whatever class it claims.
    """
    personal = personal_names()
    return [
        (view, column)
        for view, columns in views.items()
        for column, (_, klass) in columns.items()
        if klass not in CLASSES or column in personal or _named_like(column, personal)
    ]


def _judged(name: str) -> bool:
    """Whether a column derived from a personal one says only what a judgement was, not what the value is."""
    return name in ("id_state", "locatable")


def _named_like(column: str, personal: Iterable[str]) -> bool:
    return any(column in (f"{name}_raw", f"raw_{name}", f"{name}_text") for name in personal)


def kept_table(view: str) -> str:
    """The working database's table with the kept rows of a view."""
    return f"facts_{view.removeprefix('rv_')}"


def empty_view_ddl(view: str, *, name: str | None = None, temporary: bool = False) -> str:
    """CREATE TABLE statement of an empty rule view: to bind a rule without any data, or to be filled."""
    columns = ", ".join(f"{column} {kind}" for column, (kind, _) in VIEW_COLUMNS[view].items())
    return f"CREATE {'TEMP ' if temporary else ''}TABLE {name or view} ({columns})"
