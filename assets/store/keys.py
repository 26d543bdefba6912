"""The home's keys: one master key and what derives from it.

Here: where the master key comes from, subkeys by purpose (HKDF-SHA256, RFC 5869), keyed ids, the key pairs
for mail. Not here: encryption itself, which DuckDB and PyNaCl do.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from nacl.exceptions import BadSignatureError
from nacl.public import PrivateKey
from nacl.signing import SigningKey, VerifyKey

from assets.store.home import Home, HomeError, write_private
from assets.store.settings import PublicKeys, dump_public, parse_public

if TYPE_CHECKING:
    import polars as pl

_HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")
_SHORTEST_PASSPHRASE = 20
_ID_LETTERS = str.maketrans("0123456789abcdef", "BCDFGHJKLMNPQRST")
_ID_BYTES = 8


class KeyProblem(HomeError):
    """The home's key is missing, unreadable or not the one the home was made with."""


class Purpose(StrEnum):
    """What a subkey is for. Two purposes never share a key; a value here never changes (ids would)."""

    WORKING_DB = "working database"
    DECISIONS_DB = "decisions database"
    PUBLISHED_DB = "published database"
    EXCEPTION_ID = "exception id"
    DWELLING_KEY = "dwelling key"
    PAIR_ID = "pair id"
    LETTER_ID = "letter id"
    SEALED = "sealed hash"
    ROUNDING = "rounding secret"
    AUDIT = "audit chain"
    SIGNING = "mail signature"
    BOX = "mail box"
    BACKUP = "backup"
    FORGOTTEN = "forgotten record"


class KeyRing:
    """Subkeys of one home. The office is in the derivation, so one master key in two homes gives unlike keys.

    Never printed: repr and pickling give nothing away.
    """

    __slots__ = ("__dict__", "_master", "in_home", "office")

    def __init__(self, master: bytes, office: str, *, in_home: bool = False) -> None:
        self._master = master
        self.office = office
        self.in_home = in_home
        """Whether the master key lies in the home, which `check` warns about."""

    def __repr__(self) -> str:
        return f"KeyRing(office={self.office!r})"

    def __reduce__(self) -> str:
        raise TypeError("a key ring is not written anywhere")

    def subkey(self, purpose: Purpose) -> bytes:
        """32 bytes for this purpose: HKDF-SHA256, salt = program and office, info = purpose."""
        salt = f"registry-pipelines/1/{self.office}".encode()
        return HKDF(hashes.SHA256(), 32, salt=salt, info=purpose.value.encode()).derive(self._master)

    def database_key(self, purpose: Purpose) -> str:
        """The subkey as DuckDB's ENCRYPTION_KEY text."""
        return self.subkey(purpose).hex()

    def keyed_id(self, prefix: str, purpose: Purpose, *parts: str | int | None) -> str:
        """``prefix`` and 16 letters, a keyed hash (BLAKE2b, 64 bits) of the parts. Same parts, same id, for ever.

        Letters B to T without vowels or digits: an id never looks like a phone or an identity number, spells
        no word, and is its own canonical form (upper case).
        """
        text = "".join("-:" if part is None else f"{len(str(part))}:{part}" for part in parts)
        return prefix + self._letters(purpose, [text])[0]

    def keyed_ids(
        self, prefix: str, purpose: Purpose, *columns: pl.Series | Sequence[str | int | None]
    ) -> pl.Series:
        """`keyed_id` of each row of equally long columns, as a String series. About a second for a million rows."""
        import polars as pl  # here, so that commands that only read start without it

        series = [pl.Series(str(i), column).cast(pl.String) for i, column in enumerate(columns)]
        counted = [
            pl.when(pl.col(s.name).is_null())
            .then(pl.lit("-:"))
            .otherwise(
                pl.concat_str(pl.col(s.name).str.len_chars().cast(pl.String), pl.lit(":"), pl.col(s.name))
            )
            for s in series
        ]
        texts = pl.DataFrame(series).select(pl.concat_str(counted).alias("text"))["text"]
        return pl.Series(
            "id", [prefix + letters for letters in self._letters(purpose, texts)], dtype=pl.String
        )

    def _letters(self, purpose: Purpose, texts: Sequence[str] | pl.Series) -> list[str]:
        keyed = hashlib.blake2b(key=self.subkey(purpose), digest_size=_ID_BYTES)
        found = []
        for text in texts:
            digest = keyed.copy()
            digest.update(text.encode())
            found.append(digest.hexdigest().translate(_ID_LETTERS))
        return found

    @cached_property
    def signing(self) -> SigningKey:
        """Ed25519 key that signs this office's mail."""
        return SigningKey(self.subkey(Purpose.SIGNING))

    @cached_property
    def box(self) -> PrivateKey:
        """X25519 key that opens mail sealed to this office."""
        return PrivateKey(self.subkey(Purpose.BOX))

    @property
    def public(self) -> PublicKeys:
        """What peers need, for office.pub."""
        return PublicKeys(
            self.office, self.signing.verify_key.encode().hex(), self.box.public_key.encode().hex()
        )


def load_keys(home: Home, environ: Mapping[str, str] | None = None) -> KeyRing:
    """The home's key ring: $REGISTRY_KEY, else $REGISTRY_KEY_FILE, else home/keys/master.key (made on first use).

    Writes office.pub the first time and compares it later. KeyProblem: unreadable, missing though the home
    has data, or another key than the one the home was made with.
    """
    environ = os.environ if environ is None else environ
    given = _given_key(environ)
    master = given if given is not None else _own_key(home)
    ring = KeyRing(master, home.office, in_home=given is None or home.master_key.exists())
    _compare_public(home, ring)
    return ring


def master_for(path: Path, environ: Mapping[str, str] | None = None) -> bytes:
    """The master key for a home that is yet to be made at ``path`` from a backup; KeyProblem if there is none.

    $REGISTRY_KEY, else $REGISTRY_KEY_FILE, else ``path``/keys/master.key.
    """
    given = _given_key(os.environ if environ is None else environ)
    if given is not None:
        return given
    try:
        text = (path / "keys" / "master.key").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        text = ""
    if not _HEX_KEY.fullmatch(text):
        raise KeyProblem(
            f"a backup does not hold its key: set $REGISTRY_KEY_FILE, or put the key into {path}/keys/master.key"
        )
    return bytes.fromhex(text)


def _given_key(environ: Mapping[str, str]) -> bytes | None:
    if text := environ.get("REGISTRY_KEY", "").strip():
        return _key_bytes(text, "$REGISTRY_KEY")
    if name := environ.get("REGISTRY_KEY_FILE", "").strip():
        try:
            text = Path(name).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise KeyProblem(
                "the file that $REGISTRY_KEY_FILE names cannot be read: correct the path or its mode"
            ) from None
        return _key_bytes(text, "the file that $REGISTRY_KEY_FILE names")
    return None


def _key_bytes(text: str, where: str) -> bytes:
    """64 hex digits as they are; a passphrase is stretched (scrypt, RFC 7914, n = 2^15, r = 8)."""
    if _HEX_KEY.fullmatch(text):
        return bytes.fromhex(text)
    if len(text) < _SHORTEST_PASSPHRASE:
        raise KeyProblem(
            f"{where} is too short for a key: give 64 hex digits, or at least {_SHORTEST_PASSPHRASE} characters"
        )
    return Scrypt(salt=b"registry-pipelines/1/passphrase", length=32, n=2**15, r=8, p=1).derive(text.encode())


def _own_key(home: Home) -> bytes:
    try:
        text = home.master_key.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return _new_key(home)
    except (OSError, UnicodeDecodeError):
        raise KeyProblem(f"{home.master_key} cannot be read: check its owner and mode") from None
    if not _HEX_KEY.fullmatch(text):
        raise KeyProblem(f"{home.master_key} is damaged: put the key back from where you keep its copy")
    return bytes.fromhex(text)


def _new_key(home: Home) -> bytes:
    if home.office_pub.exists() or home.working_db.exists():
        raise KeyProblem("the key of this home is missing: set $REGISTRY_KEY or put keys/master.key back")
    master = secrets.token_bytes(32)
    write_private(home.master_key, master.hex().encode() + b"\n")
    return master


def _compare_public(home: Home, ring: KeyRing) -> None:
    try:
        known = parse_public(home.office_pub.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if not home.working_db.exists():
            write_private(home.office_pub, dump_public(ring.public).encode())
        return
    except (OSError, ValueError):
        raise KeyProblem(
            f"{home.office_pub} cannot be read: delete it if it is damaged, and run again"
        ) from None
    if known != ring.public:
        raise KeyProblem(
            "this is not the key the home was made with: set $REGISTRY_KEY or put keys/master.key back"
        )


def verify_signature(public_key: str, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (64 bytes) is that of ``message`` under an Ed25519 public key (64 hex digits)."""
    try:
        VerifyKey(bytes.fromhex(public_key)).verify(message, signature)
    except (BadSignatureError, ValueError):
        return False
    return True
