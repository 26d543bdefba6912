"""What a station gets and what it gives back.

A run opens one home, one connection and one transaction; every station sees them through ``RunContext``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from assets.stations.deliveries import Pending
    from assets.store.home import Home
    from assets.store.keys import KeyRing
    from assets.store.publish import Publication
    from quality.disclosure import ProtectedCounts
    from quality.profiles import Profile


@dataclass(frozen=True)
class StationReport:
    """Counts of one station, safe for logs and Dagster metadata: numbers and codes, never a value of a row."""

    counts: Mapping[str, int | float | str] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckResult:
    """One check: ``failures`` is how many rows break it; ``remedy`` is one plain line for the steward."""

    name: str
    station: str
    failures: int
    remedy: str
    blocking: bool = True

    @property
    def passed(self) -> bool:
        """True if nothing breaks the check."""
        return self.failures == 0


@dataclass
class RunContext:
    """One run against one home. ``con`` is inside an open transaction on the working database."""

    con: duckdb.DuckDBPyConnection
    home: Home
    keys: KeyRing
    office: str
    as_of: date
    profile: Profile
    run_id: int
    inbox: Path
    started_at: datetime
    pending: list[Pending] = field(default_factory=list)
    """Files to load, in order (left by the deliveries station)."""
    mail_files: list[Path] = field(default_factory=list)
    done_files: list[Path] = field(default_factory=list)
    """Files of the home's own inbox that may go once the run is committed."""
    read_mail: list[Path] = field(default_factory=list)
    """Mail of the home's own inbox that was taken or settled, likewise."""
    answer_to: set[str] = field(default_factory=set)
    """Peers whose mail of this run is to be answered."""
    outgoing: list[str] = field(default_factory=list)
    """Names of mail written beside the outbox, shown in it once the run is committed."""
    counts: ProtectedCounts | None = None
    """Counts for a statistics home, already protected; None if this home has no such peer."""
    own_counts: ProtectedCounts | None = None
    publication: Publication | None = None
    """What is being published, as long as it is not complete."""
    published: Path | None = None
    notes: list[str] = field(default_factory=list)
    """Plain lines for the run's report."""
    purged: bool = False
    """Whether something had to go that must not be found in any kept file: older publications go too."""
    outdated: bool = False
    """Whether old versions were deleted: the working database is written anew, so that no free block keeps them."""
    gone_words: set[str] = field(default_factory=set)
    """Record numbers and case ids that had to go in this run; exports that list one go too. Never written down."""
    records_changed: bool = False
    """Whether a record, a pair's verdict or the program changed, so that homes and people are to be matched anew."""
    anew: bool = False
    """Whether the program changed, so that nothing that an earlier run worked out is taken over."""
    changed: bool = False
    """Whether anything at all is new in this run; if not, nothing is written and nothing is published."""
