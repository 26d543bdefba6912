"""The data protection officer's approval that lifts the brake on requests: a signed line of text.

What belongs here: its form, signing and verifying. The officer keeps the signing key away from the office:

    python -m registry_pipelines.approval key  OFFICER.key            prints the public key for office.toml
    python -m registry_pipelines.approval sign OFFICER.key OFFICE     prints the approval, good for 30 days
"""

from __future__ import annotations

import os
import re
import sys
from datetime import date, timedelta
from pathlib import Path

from registry_pipelines.failures import CommandError

GOOD_FOR = timedelta(days=30)
_FORM = re.compile(
    r"^registry approval: requests of ([a-z]+), given on (\d{4}-\d\d-\d\d)\nsignature: ([0-9a-f]{128})$"
)


def statement(office: str, day: date) -> str:
    """The line that is signed."""
    return f"registry approval: requests of {office}, given on {day.isoformat()}"


def sign(secret: bytes, office: str, day: date) -> str:
    """The approval file's text; ``secret`` is the officer's Ed25519 seed (32 bytes)."""
    from nacl.signing import SigningKey

    line = statement(office, day)
    return f"{line}\nsignature: {SigningKey(secret).sign(line.encode()).signature.hex()}\n"


def verified(text: str, office: str, public_key: str, today: date | None = None) -> date:
    """The day of the approval; CommandError if it is malformed, for another office, too old or not signed by the officer."""
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    found = _FORM.match(text.strip())
    if found is None:
        raise CommandError(
            "the approval has not the form of one: ask the data protection officer for a new one"
        )
    given, now = date.fromisoformat(found[2]), today or date.today()
    if found[1] != office:
        raise CommandError(f"the approval is for office {found[1]}: ask for one for {office}")
    if not now - GOOD_FOR <= given <= now:
        raise CommandError("the approval is older than 30 days or dated ahead: ask for a new one")
    try:
        VerifyKey(bytes.fromhex(public_key)).verify(
            statement(office, given).encode(), bytes.fromhex(found[3])
        )
    except BadSignatureError:
        raise CommandError(
            "the approval was not signed by the officer that office.toml names: nothing is lifted"
        ) from None
    return given


def _main(arguments: list[str]) -> int:
    from nacl.signing import SigningKey

    if len(arguments) == 2 and arguments[0] == "key":
        key = SigningKey.generate()
        handle = os.open(arguments[1], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(key.encode().hex() + "\n")
        sys.stdout.write(f'[dpo]\npublic_key = "{key.verify_key.encode().hex()}"\n')
        return 0
    if len(arguments) == 3 and arguments[0] == "sign":
        secret = bytes.fromhex(Path(arguments[1]).read_text(encoding="utf-8").strip())
        sys.stdout.write(sign(secret, arguments[2], date.today()))
        return 0
    sys.stderr.write((__doc__ or "").strip().splitlines()[-2].strip() + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
