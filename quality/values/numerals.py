"""Chinese numerals as offices write them in addresses: 十二号, 二〇一室, 一单元, 第三组."""

from __future__ import annotations

import re

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "O": 0}
DIGITS |= {c: i for i, c in enumerate("壹贰叁肆伍陆柒捌玖", start=1)}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
NUMERAL = "零〇○一二三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟两"


def to_int(text: str) -> int | None:
    """The number that ``text`` writes, by place (二〇一) or with tens (二百零一); None if it writes none.

    >>> to_int("十二"), to_int("二〇一"), to_int("一百二十号")
    (12, 201, None)
    """
    if not text or any(c not in DIGITS and c not in _TENS for c in text):
        return None
    if not any(c in _TENS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    total, digit = 0, None
    for char in text:
        if char in _TENS:
            total += (1 if digit is None else digit) * _TENS[char]
            digit = None
        else:
            digit = DIGITS[char] or None
    return total + (digit or 0)


def to_han(digits: str) -> str:
    """Digits as Chinese numerals by place; 10 to 99 the way roads and estates write them (12 → 十二)."""
    number = int(digits)
    han = "〇一二三四五六七八九"
    if len(digits) == 2 and number >= 10:
        tens, ones = divmod(number, 10)
        return ("" if tens == 1 else han[tens]) + "十" + ("" if ones == 0 else han[ones])
    return "".join(han[int(c)] for c in digits)


def replace_before(units: str) -> re.Pattern[str]:
    """A pattern for numerals that stand directly before one of ``units`` (a regex)."""
    return re.compile(f"([{NUMERAL}]+)(?={units})")
