"""The rule book: every rule as text, made from the headers and the texts.

Belongs here: layout only. What it says is in the rule files and in ``quality.rules.texts``; a test keeps
``docs/rule-book.md`` equal to what this returns.
"""

from __future__ import annotations

from collections.abc import Mapping

from quality.profiles import load_profile, profile_names
from quality.rules.catalog import OFFICE_VIEWS, VIEW_COLUMNS
from quality.rules.loader import Rule, load_rules
from quality.rules.texts import CLOSE_REASONS, HANDLED, MAY_DO, REASONS, STATUS, Text
from sources.offices import OFFICES

_INTRO = """# Rule book

Generated from the rule files and their texts; do not edit. A finding is a gap between records, with an office
that has to answer. It has no effect by itself. Rules read rule views, which hold keys, codes, dates, areas,
counts and flags, and no name, number, phone, birth date, address or household place.

Day counts: the start day is day 0; an exception is due on start + grace and opens when the as-of day is later
than that (without grace on the first day the condition holds). d = days, wd = working days.
"""


def rule_book() -> str:
    """The rule book as Markdown, one section an office, then profiles, vocabularies and rule views."""
    parts = [_INTRO]
    for office in OFFICE_VIEWS:
        parts.append(f"## {OFFICES[office].title_zh} · {office}\n")
        parts += [_rule(rule) for rule in load_rules(office) if not rule.code.startswith("DQ-")]
    parts.append("## Every office\n")
    parts += [_rule(rule) for rule in load_rules("residence") if rule.code.startswith("DQ-")]
    parts.append(_profiles())
    parts.append(_vocabulary("What an office may do", MAY_DO))
    parts.append(_vocabulary("Status of an exception", STATUS))
    parts.append(_vocabulary("Why a case was closed", CLOSE_REASONS))
    parts.append(_vocabulary("What became of a returned answer", HANDLED))
    parts.append(_views())
    return "\n".join(parts)


def _rule(rule: Rule) -> str:
    may_do = "; ".join(f"{MAY_DO[code].zh} ({MAY_DO[code].en})" for code in rule.may_do)
    reasons = "\n".join(f"- `{code}`: {REASONS[code].zh} {REASONS[code].en}" for code in rule.reasons)
    return f"""### {rule.code} {rule.title_zh} · {rule.title_en}

| | |
|---|---|
| about | one {rule.subject} |
| legal basis | {rule.legal_basis} |
| purpose | {rule.purpose} |
| grace | {rule.grace} |
| the office may | {may_do} |
| exemptions | {rule.exemptions} |
| version | {rule.version}, valid from {rule.valid_from} |

{reasons}

```sql
{rule.sql}
```
"""


def _profiles() -> str:
    profiles = [load_profile(name) for name in profile_names()]
    codes = sorted(profiles[0].grace)
    head = " | ".join(f"{p.title_zh} {p.name}" for p in profiles)
    rows = "\n".join(
        f"| {code} | " + " | ".join(str(p.grace[code]) for p in profiles) + " |" for code in codes
    )
    return f"""## Profiles

| rule | {head} |
|---|{"---|" * len(profiles)}
{rows}
"""


def _vocabulary(title: str, words: Mapping[str, Text]) -> str:
    rows = "\n".join(f"| `{code}` | {text.zh} | {text.en} |" for code, text in words.items())
    return f"""## {title}

| code | 中文 | English |
|---|---|---|
{rows}
"""


def _views() -> str:
    rows = "\n".join(
        f"| `{view}` | " + ", ".join(f"{name} ({klass})" for name, (_, klass) in columns.items()) + " |"
        for view, columns in VIEW_COLUMNS.items()
    )
    return f"""## Rule views

| view | columns (class) |
|---|---|
{rows}
"""
