"""A home: the one folder of one office, its settings and its lock.

Here: which folders there are, with which modes; `office.toml`; the rule that a process opens one home; the
lock that lets one run at a time in. Not here: what is inside the databases (`assets.store.database`), the
keys (`assets.store.keys`), the mail (`assets.mail`).
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assets.store.settings import OfficeSettings, PublicKeys, dump_settings, parse_settings
from sources.offices import OFFICES

FOLDERS = ("inbox", "outbox", "work", "published", "keys", "audit", "exports", "dagster")
FOLDER_MODE = 0o700
FILE_MODE = 0o600

_opened: Path | None = None


class HomeError(Exception):
    """A home that cannot be used as asked. The text is one plain line with the remedy."""

    exit_status = 2


class HomeBusy(HomeError):
    """Another process holds the home or one of its databases."""

    exit_status = 3


def forget_opened_home() -> None:
    """For tests only: lets this process open another home."""
    global _opened
    _opened = None


def write_private(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` at once and durably, mode 0600 whatever the umask."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), FILE_MODE)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in ``folder`` durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Home:
    """One office's folder. Make it with `Home.open`, which holds the rules; the constructor only names paths."""

    def __init__(self, path: Path, settings: OfficeSettings) -> None:
        self.path = path
        self.settings = settings
        self.inbox = path / "inbox"
        self.outbox = path / "outbox"
        self.work = path / "work"
        self.published = path / "published"
        self.keys = path / "keys"
        self.audit = path / "audit"
        self.exports = path / "exports"
        self.dagster = path / "dagster"

    @property
    def office(self) -> str:
        """Name of the office that this home belongs to."""
        return self.settings.office

    @property
    def working_db(self) -> Path:
        """The working database; the pipeline alone opens it."""
        return self.work / "working.duckdb"

    @property
    def decisions_db(self) -> Path:
        """What clerks decided, append-only."""
        return self.work / "decisions.duckdb"

    @property
    def spill(self) -> Path:
        """Where DuckDB may spill, encrypted; inside the home so that it is under the home's modes."""
        return self.work / "spill"

    @property
    def registry(self) -> Path:
        """The symlink to the published version that is current."""
        return self.published / "registry.duckdb"

    @property
    def master_key(self) -> Path:
        """The key file, unless $REGISTRY_KEY or $REGISTRY_KEY_FILE overrides it."""
        return self.keys / "master.key"

    @property
    def office_pub(self) -> Path:
        """This office's public keys, to hand to peers."""
        return self.keys / "office.pub"

    @property
    def refusals_file(self) -> Path | None:
        """This deployment's additions to the refused headings, if there are any."""
        path = self.path / "refused_columns.toml"
        return path if path.is_file() else None

    @classmethod
    def open(cls, path: str | Path, office: str | None = None, *, profile: str | None = None) -> Home:
        """The home at ``path``, made if ``office`` is named and nothing is there.

        Sets the process's umask to 077, so that what DuckDB and Dagster write is 0600 too.
        HomeError: another home is open in this process; no home there and no office named; it belongs to
        another office; the folder is something else; it cannot be read or written.
        """
        root = Path(path).expanduser().resolve()
        _only_one(root)
        if office is not None and office not in OFFICES:
            raise HomeError(f"there is no office of that name: use one of {', '.join(OFFICES)}")
        os.umask(0o077)
        try:
            home = (
                cls._existing(root) if (root / "office.toml").is_file() else cls._new(root, office, profile)
            )
        except OSError as error:
            raise HomeError(
                f"home {root} cannot be used ({error.strerror}): check its owner and modes"
            ) from None
        if office is not None and office != home.office:
            raise HomeError(
                f"home {root} belongs to office {home.office}: leave --office out, or name another --home"
            )
        _hold(root)
        return home

    @classmethod
    def _existing(cls, root: Path) -> Home:
        text = (root / "office.toml").read_text(encoding="utf-8")
        try:
            settings = parse_settings(text)
        except ValueError as error:
            raise HomeError(f"office.toml of home {root} is not readable ({error}): correct it") from None
        for folder in FOLDERS:
            _private_folder(root / folder, keep_mode=True)
        if not os.access(root, os.R_OK | os.W_OK | os.X_OK):
            raise HomeError(f"home {root} cannot be written: check its owner and modes")
        return cls(root, settings)

    @classmethod
    def _new(cls, root: Path, office: str | None, profile: str | None) -> Home:
        if office is None:
            raise HomeError(f"there is no home at {root}: name the office with --office to make one")
        if root.exists() and not root.is_dir():
            raise HomeError(f"{root} is a file: name a folder with --home")
        foreign = root.exists() and any(
            p.name not in (*FOLDERS, "refused_columns.toml") and not p.name.startswith(".")
            for p in root.iterdir()
        )
        if foreign:
            raise HomeError(
                f"{root} holds other things and is no home: name an empty or new folder with --home"
            )
        _private_folder(root)
        for folder in FOLDERS:
            _private_folder(root / folder)
        home = cls(root, OfficeSettings(office=office, profile=profile))
        home.save()
        return home

    def save(self) -> None:
        """Write the settings to office.toml."""
        write_private(self.path / "office.toml", dump_settings(self.settings).encode())

    def add_peer(self, office: str, keys: PublicKeys) -> None:
        """Know ``office`` by its public keys from now on; HomeError if it is no possible peer of this office."""
        if office not in possible_peers(self.office):
            raise HomeError(f"office {self.office} exchanges nothing with {office}: no peer was added")
        if keys.office != office:
            raise HomeError(f"that key file belongs to office {keys.office}, not {office}: no peer was added")
        self.settings = self.settings.with_peer(keys)
        self.save()

    def loose_modes(self) -> list[Path]:
        """Paths in the home that others than its owner may read: folders must be 0700, files 0600.

        Files in the inbox are left out: they are laid there by others, below a folder of 0700.
        """
        found = [self.path] if self.path.stat().st_mode & 0o077 else []
        for path in sorted(self.path.rglob("*")):
            if not path.is_symlink() and path.parent != self.inbox and path.stat().st_mode & 0o077:
                found.append(path)
        return found

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the home for one run; HomeBusy at once if another process has it."""
        with file_lock(self.work / ".lock") as held:
            if not held:
                raise HomeBusy("another run holds this home: wait until it has ended, then try again")
            yield


@contextmanager
def file_lock(path: Path) -> Iterator[bool]:
    """Take the lock file at ``path`` without waiting; gives whether it was free. The kernel frees it on a kill."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)


def possible_peers(office: str) -> frozenset[str]:
    """Offices that ``office`` may send mail to or get mail from, by the table of offices."""
    peers = set(OFFICES[office].mails_to)
    peers |= {o.name for o in OFFICES.values() if office in o.mails_to}
    if OFFICES[office].statistics:
        peers.add("statistics")
    if office == "statistics":
        peers |= {o.name for o in OFFICES.values() if o.statistics}
    return frozenset(peers)


def _only_one(root: Path) -> None:
    if _opened is not None and _opened != root:
        raise HomeError(
            "this process has another home open: a process opens one home; use a process of its own"
        )


def _hold(root: Path) -> None:
    global _opened
    _only_one(root)
    _opened = root


def _private_folder(path: Path, *, keep_mode: bool = False) -> None:
    """Make the folder, 0700 whatever the umask. An existing one keeps its mode if asked, so `check` can tell."""
    existed = path.is_dir()
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if not (existed and keep_mode):
        path.chmod(FOLDER_MODE)
