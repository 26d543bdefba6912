"""Dwellings (住房): which addresses of one office's records name the same home.

Here belongs everything that turns address elements into dwellings: settling the area from code and text
(``areas``), completing elements that other rows of the same house make certain (``elements``), and the
resolution itself (``resolve``, or ``prepare`` for each address alone and ``located`` for all). Not here: splitting
an address text into elements (``quality.values``), keys that stay over runs and their aliases (``assets``).

Everything is a pure function of frames; no record is looked at one by one.
"""

from quality.dwellings.areas import PLACE, majority, places
from quality.dwellings.resolution import KEPT, Dwellings, level, located, parts, prepare, resolve

__all__ = [
    "KEPT",
    "PLACE",
    "Dwellings",
    "level",
    "located",
    "majority",
    "parts",
    "places",
    "prepare",
    "resolve",
]
