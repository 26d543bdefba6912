"""Who pulled what: an append-only chain of entries in ``home/audit``, each bound to the one before.

What belongs here: writing and verifying the chain. An entry says when, who, which command, which filter
(codes as they are, anything that could name a record as a keyed hash) and how many rows; no record is
named, so that deletion never breaks the chain. Each line carries an HMAC-SHA256 over its own content and
the line before, with a key of this home, so that a line can neither be changed nor taken out nor put in
without the key. A second file, sealed with the same key, holds how many lines there are and the last
one, so that a cut-off end is found; each run prints the head, to be kept elsewhere, which finds a chain
that was cut together with its seal.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
import pwd
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

CHAIN_FILE = "pulls.jsonl"
HEAD_FILE = "head.json"
LOCK_FILE = ".lock"
GENESIS = "0" * 64

FilterValue = str | int | bool | None


@dataclass(frozen=True)
class Entry:
    """One pull. ``filter`` holds codes and hashes only; ``rows`` is how many rows were shown."""

    number: int
    at: datetime
    who: str
    command: str
    filter: Mapping[str, FilterValue]
    rows: int
    mac: str


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the chain: ``kind`` is changed, missing or cut_off; ``line`` counts from 1."""

    kind: str
    line: int
    text: str


def whoami() -> str:
    """The account that runs this process; with sudo, the account that called it."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = f"uid {os.getuid()}"
    caller = os.environ.get("SUDO_USER", "") if os.getuid() == 0 else ""
    return f"{caller} (sudo)" if caller else name


class Chain:
    """The chain of one home. ``key`` is 32 bytes derived for this purpose alone."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder = folder
        self._key = key

    # -- writing ------------------------------------------------------------------------------------
    def append(self, command: str, filters: Mapping[str, FilterValue], rows: int) -> Entry:
        """Add one entry and seal the new head; safe against other processes, on disk when it returns."""
        with self._locked():
            number, mac = self._tip()
            body = {
                "n": number + 1,
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "who": whoami(),
                "command": command,
                "filter": {k: v for k, v in filters.items() if v is not None},
                "rows": rows,
            }
            new = self._mac(body, mac)
            self._write_line(json.dumps({**body, "mac": new}, ensure_ascii=False))
            self._seal(number + 1, new)
            return _entry({**body, "mac": new})

    def mark(self, value: str) -> str:
        """A keyed hash of ``value`` (a record, an exception, a query): says whether, not which."""
        return hmac.new(self._key, b"mark\0" + value.encode(), sha256).hexdigest()[:24]

    def head(self) -> str:
        """The chain's head as it is printed: number of entries and the last entry's code."""
        number, mac = self._tip()
        return f"{number}:{mac[:32]}"

    # -- reading ------------------------------------------------------------------------------------
    def entries(self) -> Iterator[Entry]:
        """All entries in order; lines that cannot be read are left out (``verify`` names them)."""
        for raw in self._lines():
            parsed = _parse(raw)
            if parsed is not None:
                yield _entry(parsed)

    def count_today(self, command: str) -> int:
        """How many entries of ``command`` bear today's date (UTC)."""
        today = datetime.now(UTC).date()
        return sum(e.command == command and e.at.date() == today for e in self.entries())

    def verify(self, kept_head: str | None = None) -> list[Fault]:
        """Every fault of the chain, empty if it holds. ``kept_head`` is one that an earlier run printed."""
        faults, number, previous = [], 0, GENESIS
        macs: dict[int, str] = {0: GENESIS}
        for line, raw in enumerate(self._lines(), start=1):
            entry = _parse(raw)
            if entry is None:
                faults.append(Fault("changed", line, f"line {line} of the audit chain cannot be read"))
                continue
            given = str(entry.pop("mac"))
            if entry["n"] != number + 1:
                faults.append(
                    Fault("missing", line, f"audit entry {number + 1} is missing before line {line}")
                )
            elif not hmac.compare_digest(given, self._mac(entry, previous)):
                faults.append(Fault("changed", line, f"audit entry {entry['n']} was changed"))
            number, previous = int(str(entry["n"])), given
            macs[number] = given
        return faults + self._head_faults(number, previous) + _kept_faults(kept_head, macs)

    def _head_faults(self, number: int, mac: str) -> list[Fault]:
        sealed = self._sealed_head()
        if sealed is None:
            exists = (self.folder / HEAD_FILE).exists()
            text = (
                "the sealed head of the audit chain was changed"
                if exists
                else "the audit chain has no sealed head"
            )
            return [Fault("changed", number, text)] if exists or number else []
        if sealed[0] > number:
            return [Fault("cut_off", number, f"{sealed[0] - number} audit entries are cut off at the end")]
        if sealed not in ((number, mac), self._before_last()):
            return [Fault("changed", number, "the end of the audit chain is not the one that was sealed")]
        return []

    # -- inside -------------------------------------------------------------------------------------
    def _mac(self, body: Mapping[str, object], previous: str) -> str:
        text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hmac.new(self._key, f"{previous}\0{text}".encode(), sha256).hexdigest()

    def _seal(self, number: int, mac: str) -> None:
        seal = hmac.new(self._key, f"head\0{number}\0{mac}".encode(), sha256).hexdigest()
        path = self.folder / f".{HEAD_FILE}.new"
        with _private(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as out:
            os.write(out, json.dumps({"n": number, "mac": mac, "seal": seal}).encode())
            os.fsync(out)
        path.replace(self.folder / HEAD_FILE)

    def _sealed_head(self) -> tuple[int, str] | None:
        parsed = _parse_head(self.folder / HEAD_FILE)
        if parsed is None:
            return None
        number, mac, seal = parsed
        good = hmac.new(self._key, f"head\0{number}\0{mac}".encode(), sha256).hexdigest()
        return (number, mac) if hmac.compare_digest(good, seal) else None

    def _tip(self) -> tuple[int, str]:
        """Where the next entry goes: after the sealed head, or after the one line whose seal a crash prevented."""
        sealed = self._sealed_head()
        last = self._tail()[-1:]
        if sealed is None:
            return last[0][:2] if last else (0, GENESIS)
        if last and last[0][0] == sealed[0] + 1 and last[0][1] == self._mac(last[0][2], sealed[1]):
            return last[0][:2]
        return sealed

    def _before_last(self) -> tuple[int, str] | None:
        tail = self._tail()
        if not tail:
            return None
        return tail[-2][:2] if len(tail) > 1 else (0, GENESIS)

    def _tail(self) -> list[tuple[int, str, dict[str, object]]]:
        """The readable entries at the end of the file (its last 64 kB): number, code, content."""
        path = self.folder / CHAIN_FILE
        if not path.exists():
            return []
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 65_536))
            parsed = (_parse(raw) for raw in file.read().decode("utf-8", "replace").splitlines())
        return [(int(str(e["n"])), str(e.pop("mac")), e) for e in parsed if e is not None]

    def _lines(self) -> Iterator[str]:
        path = self.folder / CHAIN_FILE
        if path.exists():
            with path.open(encoding="utf-8", errors="replace") as lines:
                yield from (line for line in lines if line.strip())

    def _write_line(self, line: str) -> None:
        with _private(self.folder / CHAIN_FILE, os.O_RDWR | os.O_CREAT | os.O_APPEND) as out:
            size = os.fstat(out).st_size
            broken = size > 0 and os.pread(out, 1, size - 1) != b"\n"
            os.write(out, (("\n" if broken else "") + line + "\n").encode())
            os.fsync(out)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _private(self.folder / LOCK_FILE, os.O_RDWR | os.O_CREAT) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def _private(path: Path, flags: int) -> Iterator[int]:
    handle = os.open(path, flags, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _parse(raw: str) -> dict[str, object] | None:
    try:
        entry = json.loads(raw)
        return entry if isinstance(entry, dict) and isinstance(entry["n"], int) and _entry(entry) else None
    except (ValueError, KeyError, TypeError):
        return None


def _parse_head(path: Path) -> tuple[int, str, str] | None:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return int(raw["n"]), str(raw["mac"]), str(raw["seal"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _entry(raw: Mapping[str, object]) -> Entry:
    filters = raw["filter"]
    if not isinstance(filters, dict):
        raise TypeError("filter")
    return Entry(
        number=int(str(raw["n"])),
        at=datetime.fromisoformat(str(raw["at"])),
        who=str(raw["who"]),
        command=str(raw["command"]),
        filter=filters,
        rows=int(str(raw["rows"])),
        mac=str(raw["mac"]),
    )


def _kept_faults(kept: str | None, macs: Mapping[int, str]) -> list[Fault]:
    if kept is None:
        return []
    number, _, code = kept.partition(":")
    if not number.isdigit() or not code:
        return [Fault("changed", 0, "the head that was given is not of the form NUMBER:CODE")]
    mac = macs.get(int(number))
    if mac is None:
        return [
            Fault(
                "cut_off", int(number), f"audit entry {number} of the head that was given is not in the chain"
            )
        ]
    if not mac.startswith(code):
        return [Fault("changed", int(number), f"audit entry {number} differs from the head that was given")]
    return []
