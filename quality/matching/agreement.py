"""Agreement (吻合程度): the levels of every comparison, their codes, and the sentences that explain them.

Here belongs the closed vocabulary in which two records are said to agree. A *pattern* is one level for
each comparison, packed into one integer; a *code* is its text, ``name=sound;number=one_edit;…``. Neither
holds a value of a record, so both may be published.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.matching import names

Levels = NDArray[np.int8]
MISSING, DIFFERENT = 0, 1


@dataclass(frozen=True)
class Level:
    """One level of a comparison: its code, and what a clerk reads (中文, English)."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Comparison:
    """A comparison and its levels from least to most; level 0 is always "cannot be compared".

    ``scales``: two people taken at random share it the less often, the more people there are (a phone, a
    dwelling), so its u-probabilities are those of the model's population and follow the population's size.
    """

    name: str
    levels: tuple[Level, ...]
    scales: bool = False

    def index(self, code: str) -> int:
        """The integer of a level's code; ValueError if there is none."""
        for i, level in enumerate(self.levels):
            if level.code == code:
                return i
        raise ValueError(f"comparison {self.name} has no level {code}")


def _missing(zh: str, en: str) -> Level:
    return Level("-", f"{zh}无从比较", f"{en} cannot be compared")


NAME = Comparison(
    "name",
    (
        _missing("姓名", "name"),
        Level("different", "姓名不同", "name differs"),
        Level("surname", "仅姓氏相同", "only the surname is equal"),
        Level("part", "姓名一部分相同", "a part of the name is equal"),
        Level("one_char", "姓名相差一字", "name differs in one character"),
        Level("shape", "姓名字形相近", "name looks alike"),
        Level("sound", "姓名读音相同", "name sounds alike"),
        Level("reordered", "姓名各部分相同、次序不同", "name has the same parts in another order"),
        Level("exact", "姓名相同", "name equal"),
    ),
)
assert tuple(v.code for v in NAME.levels)[1:] == names.LEVELS[1:]

NUMBER = Comparison(
    "number",
    (
        _missing("证件号码", "number"),
        Level(
            "different",
            "证件号码不同，至少一方未通过校验",
            "number differs, at least one side is not a valid one",
        ),
        Level("other_kind", "证件种类不同", "numbers of different kinds of document"),
        Level(
            "one_edit", "证件号码相差一位，一方未通过校验", "number differs in one digit, one side invalid"
        ),
        Level("equal_invalid", "证件号码相同但未通过校验", "number equal, though it is not a valid one"),
        Level("equal_other", "其他证件号码相同", "number of another document equal"),
        Level("equal", "有效证件号码相同", "valid number equal"),
        Level("two_numbers", "两个不同的有效证件号码", "two different valid numbers"),
    ),
)
BIRTH = Comparison(
    "birth",
    (
        _missing("出生日期", "birth date"),
        Level("different", "出生日期不同", "birth date differs"),
        Level("partial", "出生日期在已知精度内相同", "birth date equal as far as it is known"),
        Level("january", "出生年份相同，一方为1月1日", "birth year equal, one side says 1 January"),
        Level("one_digit", "出生日期相差一位", "birth date differs in one digit"),
        Level("swapped", "出生日期日月颠倒", "birth date with day and month swapped"),
        Level("equal", "出生日期相同", "birth date equal"),
    ),
)
SEX = Comparison(
    "sex",
    (
        _missing("性别", "sex"),
        Level("different", "性别不同", "sex differs"),
        Level("equal", "性别相同", "sex equal"),
    ),
)
PHONE = Comparison(
    "phone",
    (
        _missing("联系电话", "phone"),
        Level("different", "联系电话不同", "phone differs"),
        Level("many", "联系电话相同，但多人共用", "phone equal, though many people share it"),
        Level("some", "联系电话相同，几人共用", "phone equal, a few people share it"),
        Level("equal", "联系电话相同", "phone equal"),
    ),
    scales=True,
)
DWELLING = Comparison(
    "dwelling",
    (
        _missing("住房", "dwelling"),
        Level("different", "住房不同", "dwelling differs"),
        Level("many", "住房相同，但同住者众", "dwelling equal, though many people are there"),
        Level("some", "住房相同，同住者若干", "dwelling equal, some people are there"),
        Level("equal", "住房相同", "dwelling equal"),
    ),
    scales=True,
)
ROLE = Comparison(
    "role",
    (
        _missing("登记身份", "role"),
        Level(
            "owners",
            "均为房主登记，房主常有多处出租房",
            "both rows are an owner's, who often lets several dwellings",
        ),
    ),
)
"""No agreement but how often such pairs are one person at all: its weight is one of prior odds (``Model.partners``)."""
COMPARISONS = (NAME, NUMBER, BIRTH, SEX, PHONE, DWELLING, ROLE)
LEARNT = COMPARISONS[:-1]
"""The comparisons with m and u, in front of the others."""
SIZES = tuple(len(c.levels) for c in COMPARISONS)
PATTERNS = int(np.prod(SIZES))


def pack(levels: dict[str, Levels]) -> NDArray[np.int32]:
    """One integer for each pair from its level in every comparison."""
    return np.ravel_multi_index([levels[c.name].astype(np.int32) for c in COMPARISONS], SIZES).astype(
        np.int32
    )


def unpack(patterns: NDArray[np.int32]) -> dict[str, Levels]:
    """The level in every comparison of packed patterns."""
    parts = np.unravel_index(patterns, SIZES)
    return {c.name: p.astype(np.int8) for c, p in zip(COMPARISONS, parts, strict=True)}


def code_of(pattern: int) -> str:
    """The text of a packed pattern. The role is named only where it says something."""
    parts = [int(p) for p in np.unravel_index(pattern, SIZES)]
    shown = (c for c in zip(COMPARISONS, parts, strict=True) if c[0] is not ROLE or c[1])
    return ";".join(f"{c.name}={c.levels[level].code}" for c, level in shown)


def pattern_of(code: str) -> int:
    """The packed pattern of its text; ValueError if it is not one."""
    pairs = dict(part.split("=", 1) for part in code.split(";"))
    if set(pairs) | {ROLE.name} != {c.name for c in COMPARISONS}:
        raise ValueError("not an agreement code")
    return int(np.ravel_multi_index([c.index(pairs.get(c.name, "-")) for c in COMPARISONS], SIZES))
