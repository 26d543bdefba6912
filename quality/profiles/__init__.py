"""Profiles: the day counts, limits, retention and exemptions of one jurisdiction, one TOML file each.

Belongs here: the files and the typed reading of them. Does not belong here: what a rule does with a day
count. A profile that leaves something out takes it from the default, ``zhejiang``; a key that no code
reads is an error, so that a misspelt day count cannot go unnoticed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

DEFAULT = "zhejiang"
_GRACE = re.compile(r"^(\d{1,4}) (d|wd)$")
_NAME = re.compile(r"^[a-z][a-z0-9_-]{0,40}$")


class ProfileError(ValueError):
    """A profile that does not exist or cannot be read; the text is one plain line with the remedy."""


@dataclass(frozen=True)
class Grace:
    """A number of days; ``unit`` is ``d`` (calendar days) or ``wd`` (working days)."""

    days: int
    unit: str

    def __str__(self) -> str:
        return f"{self.days} {self.unit}"


def parse_grace(text: str) -> Grace:
    """``"3 wd"`` or ``"30 d"`` as a ``Grace``; ProfileError for anything else."""
    found = _GRACE.match(text)
    if not found:
        raise ProfileError(f'"{text}" is no number of days: write it like "3 wd" or "30 d"')
    return Grace(int(found[1]), found[2])


@dataclass(frozen=True)
class Brake:
    """The share of the last ``window`` tenancies to begin (once there are ``minimum``) that may carry a request."""

    share: float
    window: int
    minimum: int


@dataclass(frozen=True)
class Profile:
    """One jurisdiction. Days are calendar days unless a ``Grace`` says otherwise; limits are shares of 1.

    ``grace`` maps a rule code to its days; ``village_houses_exempt``: houses on collective land (area codes
    of village committees) are left out of RH-01 and RH-02 (住房租赁条例 2, 49 leave them to the province).
    Retention: a thing is deleted once it has been over for longer than its days.
    """

    name: str
    title_zh: str
    title_en: str
    sources: str
    grace: Mapping[str, Grace]
    answer_by: Grace
    consent_default_days: int
    notice_due_days: int
    mail_overdue_days: int
    letter_window_days: int
    withdraw_limit: float
    subject_cap: int
    request_share_brake: Brake
    superseded_days: int
    closed_exception_days: int
    ended_request_days: int
    ended_consent_days: int
    village_houses_exempt: bool

    def grace_of(self, rule_code: str, fallback: Grace) -> Grace:
        """The rule's days here, else what its own header says."""
        return self.grace.get(rule_code, fallback)


def profile_names(extra_dir: Path | None = None) -> list[str]:
    """Every profile that ``load_profile`` would find, in order of name."""
    names = {p.name.removesuffix(".toml") for p in _shipped().iterdir() if p.name.endswith(".toml")}
    if extra_dir is not None and extra_dir.is_dir():
        names |= {path.stem for path in extra_dir.glob("*.toml")}
    return sorted(names)


def load_profile(name: str, extra_dir: Path | None = None) -> Profile:
    """The profile called ``name``: from ``extra_dir`` if it has one, else as shipped.

    ProfileError if there is none (the text lists those known), if a key is unknown or a value unfit.
    """
    own = _read(name, extra_dir)
    return _build(_merged(_read(DEFAULT, None), own, name), name)


def _shipped() -> Any:
    return resources.files("quality") / "profiles"


def _read(name: str, extra_dir: Path | None) -> dict[str, Any]:
    known = profile_names(extra_dir)
    if not _NAME.match(name) or name not in known:
        raise ProfileError(f"no profile of that name; known are {', '.join(known)}")
    extra = extra_dir / f"{name}.toml" if extra_dir is not None else None
    source = extra if extra is not None and extra.is_file() else _shipped() / f"{name}.toml"
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"profile {name} is no readable TOML file: correct it") from error


def _merged(base: dict[str, Any], own: dict[str, Any], name: str) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for key in own:
        if key not in base:
            raise ProfileError(f"profile {name}: nothing reads {key}; remove it or correct its spelling")
    for key, value in base.items():
        if not isinstance(value, dict):
            merged[key] = own.get(key, value)
            continue
        table = own.get(key, {})
        unknown = sorted(set(table) - set(value)) if isinstance(table, dict) else ["that value"]
        if unknown:
            raise ProfileError(
                f"profile {name}: nothing reads {key}.{unknown[0]}; remove it or correct its spelling"
            )
        merged[key] = {**value, **table}
    return merged


def _build(raw: dict[str, Any], name: str) -> Profile:
    terms, limits, kept, brake = raw["terms"], raw["limits"], raw["retention"], raw["request_share_brake"]
    try:
        return Profile(
            name=str(raw["name"]),
            title_zh=str(raw["title_zh"]),
            title_en=str(raw["title_en"]),
            sources=str(raw["sources"]),
            grace={code: parse_grace(str(text)) for code, text in raw["grace"].items()},
            answer_by=parse_grace(str(terms["answer_by"])),
            consent_default_days=_days(terms["consent_default_days"]),
            notice_due_days=_days(terms["notice_due_days"]),
            mail_overdue_days=_days(terms["mail_overdue_days"]),
            letter_window_days=_days(terms["letter_window_days"]),
            withdraw_limit=_share(limits["withdraw_limit"]),
            subject_cap=_days(limits["subject_cap"]),
            request_share_brake=Brake(
                _share(brake["share"]), _days(brake["window"]), _days(brake["minimum"])
            ),
            superseded_days=_days(kept["superseded_days"]),
            closed_exception_days=_days(kept["closed_exception_days"]),
            ended_request_days=_days(kept["ended_request_days"]),
            ended_consent_days=_days(kept["ended_consent_days"]),
            village_houses_exempt=_switch(raw["exemptions"]["village_houses"]),
        )
    except (TypeError, ValueError) as error:
        raise ProfileError(f"profile {name}: {error}") from error


def _days(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 36500:
        raise ValueError("a count of days or rows must be a whole number from 0 to 36500")
    return value


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ValueError("a limit must be a share from 0 to 1")
    return float(value)


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("an exemption must be true or false")
    return value
