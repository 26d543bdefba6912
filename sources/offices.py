"""The one table of offices: which exist, which feeds each may hold, which numbers may cross.

Adding a rule or a column is data (feed contracts, rule files). Adding an office, or a feed to an
office, is a reviewed change of this file and of the tests that hold it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SHARED_FEEDS = frozenset({"areas", "verifications"})
"""Feeds that every keeping office may hold; they carry no person."""


@dataclass(frozen=True)
class Office:
    """One kind of office.

    ``feeds`` are the ledgers it keeps; ``hands_letters`` whether it hands out information letters;
    ``statistics`` whether its protected counts may go to a statistics home.
    """

    name: str
    title_zh: str
    feeds: frozenset[str]
    rule_prefixes: tuple[str, ...]
    hands_letters: bool = False
    statistics: bool = False
    mails_to: dict[str, str] = field(default_factory=dict)


OFFICES: dict[str, Office] = {
    "residence": Office(
        name="residence",
        title_zh="居住登记窗口",
        feeds=frozenset({"floating_population", "resident_population", "request_receipts"}),
        rule_prefixes=("RQ-02", "RQ-03", "FP-", "DQ-"),
        hands_letters=True,
        statistics=True,
        mails_to={"housing": "receipts"},
    ),
    "housing": Office(
        name="housing",
        title_zh="住房租赁管理处",
        feeds=frozenset({"rental_housing", "tenancies", "requests"}),
        rule_prefixes=("RQ-01", "RH-", "DQ-"),
        hands_letters=True,
        statistics=True,
        mails_to={"residence": "request_states"},
    ),
    "aftercare": Office(
        name="aftercare",
        title_zh="安置帮教服务台",
        feeds=frozenset({"released_persons", "assistance_enrolment"}),
        rule_prefixes=("RP-", "DQ-"),
    ),
    "statistics": Office(name="statistics", title_zh="统计", feeds=frozenset(), rule_prefixes=()),
}
"""``mails_to`` names the peer and the only payload that may go there (see ``assets.mail``).

``receipts`` = (request number, taken up on). ``request_states`` = (request number, kind,
runs/ended/void), and only for numbers that the peer's own mail named.
"""

KEEPING = tuple(name for name, office in OFFICES.items() if office.feeds)


def feeds_of(office: str) -> frozenset[str]:
    """All feeds that a home of ``office`` accepts; a statistics home takes areas and, as mail, count files."""
    own = OFFICES[office].feeds
    return own | SHARED_FEEDS if own else frozenset({"areas"})


def office_of(feed: str) -> str | None:
    """The office that keeps ``feed``, or None for a shared or unknown feed."""
    return next((o.name for o in OFFICES.values() if feed in o.feeds), None)
