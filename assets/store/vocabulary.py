"""The program's own words: texts of closed lists that are part of this package and so can be nobody's name.

Here: what a published text may be without being looked for among the names, numbers and phones that a home
holds. People type such words into the wrong cell (a repeated heading, 重复登记 for a name), and that must not
stop their office's list. Not here: the check itself (`assets.store.published_check`).
"""

from __future__ import annotations

from functools import cache

from quality.codes import ISSUES, REJECTIONS
from quality.rules import load_rules
from sources.contract import contracts
from sources.offices import KEEPING
from sources.problems import REASONS
from sources.refused import load_refusals


@cache
def listed_headings() -> frozenset[str]:
    """Headings of the contract and of the shipped list of refused columns."""
    headings = {
        h for c in contracts().values() for column in c.columns for h in (column.heading, *column.synonyms)
    }
    refusals = load_refusals(None)
    headings |= {entry.text for entry in (*refusals.drop, *refusals.refuse)}
    return frozenset(
        headings | {text for listed in refusals.other_ledger.values() for text in listed.values()}
    )


@cache
def own_words() -> frozenset[str]:
    """Codes, column names and rule texts of this package, and the headings that it lists."""
    columns = [column for contract in contracts().values() for column in contract.columns]
    words = {*ISSUES, *REJECTIONS, *REASONS, *(column.name for column in columns)}
    words |= {code for column in columns for _, code in column.codes}
    for rule in (rule for office in KEEPING for rule in load_rules(office)):
        words |= {rule.title_zh, rule.title_en, rule.legal_basis, rule.purpose, rule.exemptions, rule.sql}
        words |= {str(rule.grace), ", ".join(rule.may_do), *rule.reasons}
    return listed_headings() | words
