"""Mail between homes: sealed to the recipient, signed by the sender, numbered; and the only three things in it.

Here: the payload schemas, fixed in code; sealing and opening; what makes a mail a forged, replayed or foreign
one. Not here: which rows go (`assets.stations.outbox`), what an arriving row does (`assets.stations.mail`).

Layout: SealedBox(signature, 64 bytes ‖ length of text, 4 bytes ‖ JSON text ‖ zeros up to a power of two). The
signature (Ed25519) is over everything behind it and the recipient's box key, so a mail can be passed on to nobody
else. Padding hides from the carrier how many requests there are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl
from nacl.exceptions import CryptoError
from nacl.public import PublicKey, SealedBox

from assets.mail_payloads import Payload, dump_payload, parse_payload
from assets.store.keys import KeyRing, verify_signature
from assets.store.settings import PublicKeys
from sources.offices import OFFICES

FORMAT: Final = 1
LARGEST: Final = 256 * 1024 * 1024
SMALLEST: Final = 32 * 1024
_CONTEXT: Final = b"registry-pipelines mail 1\x00"
_SIGNATURE: Final = 64
_LENGTH: Final = 4
_ENVELOPE: Final = 48 + _SIGNATURE
"""Bytes around a body: the sealed box's own key and tag, and the signature."""
_HEADER: Final = {"format", "from", "to", "day", "sequence", "kind", "payload"}


class MailProblem(Exception):
    """A mail that is set aside. ``code`` is one of ``CODES``; the text is one plain line without content."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


CODES: Final = (
    "foreign", "unreadable", "unsigned", "forged", "unknown_peer", "replayed", "wrong_schema", "misnamed", "too_large",
)  # fmt: skip


@dataclass(frozen=True)
class Mail:
    """A mail that was opened. ``digest``: SHA-256 of the sealed bytes. ``payload``: see `assets.mail_payloads`."""

    name: str
    sender: str
    recipient: str
    day: date
    sequence: int
    kind: str
    payload: Payload
    digest: str

    @property
    def rows(self) -> pl.DataFrame:
        """The rows of a `receipts` or `request_states` mail; TypeError for counts."""
        if not isinstance(self.payload, pl.DataFrame):
            raise TypeError("a count mail has tables, not rows")
        return self.payload


def mail_name(sender: str, recipient: str, day: date, sequence: int) -> str:
    """`MAIL_FROM_TO_YYYYMMDD_N.sealed`."""
    return f"MAIL_{sender}_{recipient}_{day:%Y%m%d}_{sequence}.sealed"


def kind_between(sender: str, recipient: str) -> str | None:
    """What ``sender`` may mail to ``recipient``, by the table of offices; None: nothing."""
    if sender not in OFFICES or recipient not in OFFICES:
        return None
    if recipient == "statistics" and OFFICES[sender].statistics:
        return "counts"
    return OFFICES[sender].mails_to.get(recipient)


def seal(keys: KeyRing, peer: PublicKeys, payload: Payload, *, day: date, sequence: int) -> bytes:
    """The sealed bytes of one mail of this office to ``peer``; its kind follows from the two offices.

    ValueError (one plain line, no value) if nothing may cross between the two or the payload is not of that kind.
    """
    kind = kind_between(keys.office, peer.office)
    if kind is None:
        raise ValueError(f"office {keys.office} may mail nothing to {peer.office}")
    header = {
        "format": FORMAT,
        "from": keys.office,
        "to": peer.office,
        "day": day.isoformat(),
        "sequence": sequence,
        "kind": kind,
        "payload": dump_payload(kind, payload),
    }
    body = _padded(json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())
    signature = keys.signing.sign(_signed(body, peer.seal)).signature
    return bytes(SealedBox(PublicKey(bytes.fromhex(peer.seal))).encrypt(signature + body))


def open_mail(
    content: bytes,
    name: str,
    keys: KeyRing,
    peers: Mapping[str, PublicKeys],
    *,
    last_sequence: Mapping[str, int],
    seen: Collection[str] = (),
) -> Mail:
    """The mail in ``content``, checked in every respect, or MailProblem.

    ``last_sequence``: highest number taken so far from each peer; ``seen``: digests taken so far.
    """
    digest = hashlib.sha256(content).hexdigest()
    sender = _from_name(name, keys.office)
    if digest in seen:
        raise MailProblem("replayed", "this mail was read before: nothing to do")
    if sender not in peers:
        raise MailProblem(
            "unknown_peer", f"office {sender} is no peer yet: use `registry peer add {sender} KEYFILE`"
        )
    header = _header(_verified(_unsealed(content, keys), peers[sender], keys))
    mail = _mail(header, digest)
    if (mail.sender, mail.recipient) != (sender, keys.office) or mail.name != name:
        raise MailProblem(
            "misnamed", "the mail's name differs from what was signed: have the sender send it again"
        )
    if mail.sequence <= last_sequence.get(sender, 0):
        raise MailProblem(
            "replayed", f"its number is not above the last one from office {sender}: nothing to do"
        )
    return mail


def read_sealed(path: Path) -> bytes:
    """The bytes of a mail file; MailProblem if it is larger than any mail can be, or unreadable."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + SMALLEST)
    except OSError:
        raise MailProblem("unreadable", "the mail cannot be read: check its mode") from None
    if len(content) > LARGEST + _ENVELOPE:
        raise MailProblem("too_large", "the mail is larger than any mail can be: ask the sender")
    return content


def _from_name(name: str, office: str) -> str:
    parts = name.removesuffix(".sealed").split("_")
    if len(parts) != 5 or parts[0] != "MAIL":
        raise MailProblem(
            "misnamed", "the mail's name is not MAIL_FROM_TO_YYYYMMDD_N.sealed: have it sent again"
        )
    if parts[2] != office:
        raise MailProblem("foreign", "the mail is for another office: give it to that office")
    if kind_between(parts[1], office) is None:
        raise MailProblem("foreign", "that office mails nothing to this one: give it back to its sender")
    return parts[1]


def _unsealed(content: bytes, keys: KeyRing) -> bytes:
    try:
        return bytes(SealedBox(keys.box).decrypt(content))
    except (CryptoError, ValueError, TypeError):
        raise MailProblem(
            "unreadable",
            "the mail is not sealed to this home's key: give the sender this home's keys/office.pub",
        ) from None


def _verified(inner: bytes, peer: PublicKeys, keys: KeyRing) -> bytes:
    """The text of a mail whose signature is the peer's."""
    if len(inner) < _SIGNATURE + _LENGTH or not any(inner[:_SIGNATURE]):
        raise MailProblem("unsigned", "the mail is not signed: have the sender send it again")
    signature, body = inner[:_SIGNATURE], inner[_SIGNATURE:]
    if not verify_signature(peer.verify, _signed(body, keys.public.seal), signature):
        raise MailProblem(
            "forged", f"the signature is not that of office {peer.office}: ask the sender by another way"
        )
    length = int.from_bytes(body[:_LENGTH], "big")
    return body[_LENGTH : _LENGTH + length]


def _header(text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _wrong_schema() from None
    if not isinstance(header, dict) or set(header) != _HEADER or header["format"] != FORMAT:
        raise _wrong_schema()
    return header


def _mail(header: Mapping[str, Any], digest: str) -> Mail:
    sender, recipient, kind = header["from"], header["to"], header["kind"]
    sequence = header["sequence"]
    if not all(isinstance(text, str) for text in (sender, recipient, kind)):
        raise _wrong_schema()
    if not isinstance(sequence, int) or isinstance(sequence, bool) or sequence < 1:
        raise _wrong_schema()
    if kind_between(sender, recipient) != kind:
        raise MailProblem(
            "wrong_schema", "the mail holds what may not cross between these offices: ask the sender"
        )
    try:
        day = date.fromisoformat(header["day"])
        payload = parse_payload(kind, header["payload"])
    except (ValueError, TypeError):
        raise _wrong_schema() from None
    return Mail(
        mail_name(sender, recipient, day, sequence), sender, recipient, day, sequence, kind, payload, digest
    )


def _no_constant(_: str) -> None:
    raise ValueError("NaN and infinities are no counts")


def _wrong_schema() -> MailProblem:
    return MailProblem(
        "wrong_schema", "the mail's content is not of the agreed form: ask the sender for a new one"
    )


def _signed(body: bytes, recipient_key: str) -> bytes:
    return _CONTEXT + bytes.fromhex(recipient_key) + body


def _padded(text: bytes) -> bytes:
    size = max(SMALLEST, 1 << (len(text) + _LENGTH - 1).bit_length())
    if size > LARGEST:
        raise ValueError("the mail would be larger than any mail may be: run more often")
    return len(text).to_bytes(_LENGTH, "big") + text + bytes(size - _LENGTH - len(text))
