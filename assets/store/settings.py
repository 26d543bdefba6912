"""What `office.toml` and `office.pub` say, read and written as TOML.

Here: the settings' shape and their text form, without files. Not here: folders and locks (`assets.store.home`).
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sources.offices import OFFICES

_HEX_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class PublicKeys:
    """An office's public keys, 64 hex digits each: ``verify`` (Ed25519, its signature), ``seal`` (X25519, its box)."""

    office: str
    verify: str
    seal: str


@dataclass(frozen=True)
class OfficeSettings:
    """office.toml. ``dpo``: the data protection officer's Ed25519 public key. ``grants``: desk user → area codes."""

    office: str
    profile: str | None = None
    peers: Mapping[str, PublicKeys] = field(default_factory=dict)
    dpo: str | None = None
    grants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def with_peer(self, keys: PublicKeys) -> OfficeSettings:
        """The same settings that know one more peer, or a known one by new keys."""
        return replace(self, peers={**self.peers, keys.office: keys})

    def with_profile(self, profile: str) -> OfficeSettings:
        """The same settings under another profile."""
        return replace(self, profile=profile)


def parse_settings(text: str) -> OfficeSettings:
    """Settings from TOML text; ValueError (one plain line, no value) if something in it does not fit."""
    raw = _toml(text)
    office = raw.get("office")
    if office not in OFFICES:
        raise ValueError("it names no known office")
    peers = {str(name): _public_keys(str(name), entry) for name, entry in _table(raw, "peers").items()}
    dpo = raw.get("dpo", {}).get("public_key") if isinstance(raw.get("dpo", {}), dict) else None
    grants = _table(raw, "grants")
    if not all(
        isinstance(codes, list) and all(isinstance(c, str) for c in codes) for codes in grants.values()
    ):
        raise ValueError("each grant has to be a list of area codes")
    profile = raw.get("profile")
    return OfficeSettings(
        office=str(office),
        profile=None if profile is None else str(profile),
        peers=peers,
        dpo=None if dpo is None else _hex(dpo, "the data protection officer's key"),
        grants={str(user): tuple(codes) for user, codes in grants.items()},
    )


def dump_settings(settings: OfficeSettings) -> str:
    """TOML text that `parse_settings` reads back to the same settings."""
    lines = ["# Which office this home belongs to. `registry peer add OFFICE KEYFILE` writes the peers.", ""]
    lines.append(f"office = {_quote(settings.office)}")
    if settings.profile is not None:
        lines.append(f"profile = {_quote(settings.profile)}")
    if settings.dpo is not None:
        lines += ["", "[dpo]", f"public_key = {_quote(settings.dpo)}"]
    for name, keys in sorted(settings.peers.items()):
        lines += [
            "",
            f"[peers.{_quote(name)}]",
            f"verify = {_quote(keys.verify)}",
            f"seal = {_quote(keys.seal)}",
        ]
    if settings.grants:
        lines += ["", "[grants]"]
        lines += [
            f"{_quote(user)} = [{', '.join(_quote(c) for c in codes)}]"
            for user, codes in sorted(settings.grants.items())
        ]
    return "\n".join(lines) + "\n"


def parse_public(text: str) -> PublicKeys:
    """An office.pub; ValueError (one plain line) if it is none."""
    raw = _toml(text)
    office = raw.get("office")
    if office not in OFFICES:
        raise ValueError("it names no known office")
    return _public_keys(str(office), raw)


def dump_public(keys: PublicKeys) -> str:
    """The text of an office.pub, which may be handed to anybody."""
    return (
        "\n".join(f"{name} = {_quote(getattr(keys, name))}" for name in ("office", "verify", "seal")) + "\n"
    )


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise ValueError("it is no TOML") from None


def _table(raw: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = raw.get(name, {})
    if not isinstance(table, dict):
        raise ValueError(f"{name} has to be a table")
    return table


def _public_keys(office: str, entry: object) -> PublicKeys:
    if office not in OFFICES or not isinstance(entry, dict):
        raise ValueError("it names no known office")
    return PublicKeys(office, _hex(entry.get("verify"), "verify"), _hex(entry.get("seal"), "seal"))


def _hex(value: object, what: str) -> str:
    if not isinstance(value, str) or not _HEX_KEY.fullmatch(value):
        raise ValueError(f"{what} has to be 64 hex digits")
    return value


def _quote(text: str) -> str:
    """A TOML basic string; JSON's escapes are a subset of TOML's, but for DEL, which TOML forbids bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
