"""Agreement codes (``name=sound;birth=equal``) in words, Chinese first; never a value of a record."""

from __future__ import annotations

from dataclasses import dataclass

NOT_COMPARED = "-"
EQUAL = frozenset({"exact", "equal", "equal_other", "equal_invalid", "many", "some"})
"""Levels at which both sides are the same: such a field is never opened."""


@dataclass(frozen=True)
class Part:
    """One comparison of a pair: its name, its level, and the sentence for it."""

    comparison: str
    level: str
    zh: str
    en: str


def parts(code: str) -> list[Part]:
    """The comparisons of ``code`` that could be made, in its order; an unknown one is shown as its code."""
    from quality.matching.agreement import COMPARISONS

    known = {(c.name, level.code): level for c in COMPARISONS for level in c.levels}
    found = []
    for item in filter(None, code.split(";")):
        name, _, level = item.partition("=")
        words = known.get((name, level))
        if level != NOT_COMPARED:
            found.append(Part(name, level, words.zh if words else item, words.en if words else item))
    return found


def sentence(code: str) -> str:
    """``code`` as one sentence in each language."""
    found = parts(code)
    return f"{'；'.join(p.zh for p in found)}\n{'; '.join(p.en for p in found)}" if found else code
