"""Headings as people write them, brought to one form so that they can be compared.

Used for the header search and for the refusal list alike, so that what evades one evades neither.
Nothing about single feeds belongs here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC

SEAM = "\x01"
"""Stands in ``heading_seams`` where a bracket stood."""

_FILLERS = dict.fromkeys([0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0], None)
_BRACKETS = str.maketrans("【〔〖〘〚［｛〈", "[[[[[[[[") | str.maketrans("】〕〗〙〛］｝〉", "]]]]]]]]")
_INNERMOST = re.compile(r"\([^()\[\]{}]*\)|\[[^()\[\]{}]*\]|\{[^()\[\]{}]*\}")
_BRACKET = re.compile(r"[()\[\]{}]")
_NOISE = re.compile(r"[*·•.:;,'\"“”‘’「」『』《》#※★☆^~`]")
_NUMBERING = re.compile(r"^\d{1,3}[.、)]")
_GONE = ("Z", "C", "M", "Pd", "Pc")


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def _plain(text: str) -> str:
    """NFKC, without spaces, control and zero-width characters, marks, dashes, underscores."""
    folded = unicodedata.normalize("NFKC", text.translate(_BRACKETS)).translate(_FILLERS).translate(_BRACKETS)
    folded = _NUMBERING.sub("", folded.strip())
    return "".join(c for c in folded if not unicodedata.category(c).startswith(_GONE))


def _letters(text: str) -> str:
    bare = _NOISE.sub("", text).casefold()
    return bare if bare.isascii() else str(_simplifier().convert(bare))


@lru_cache(maxsize=16384)
def heading_key(text: str) -> str:
    """``text`` without spaces, brackets with their content, full-width and traditional forms, marks of any kind.

    A heading that is nothing but a bracket keeps the content. Two headings are the same if their keys are.
    """
    plain = _plain(text)
    previous, bare = "", plain
    while bare != previous:
        previous, bare = bare, _INNERMOST.sub("", bare)
    return _letters(_BRACKET.sub("", bare)) or _letters(_BRACKET.sub("", plain))


@lru_cache(maxsize=16384)
def heading_seams(text: str) -> str:
    """Like ``heading_key`` but with the content of brackets, and ``SEAM`` in place of each bracket."""
    return SEAM.join(_letters(part) for part in _BRACKET.split(_plain(text)))


def all_text_key(text: str) -> str:
    """Like ``heading_key`` but with the content of brackets: for title rows."""
    return heading_seams(text).replace(SEAM, "")
