"""Garbled text: how to tell that a file was read or written with the wrong encoding.

Signatures: replacement characters and their GBK reading (锟斤拷); text whose GBK, Latin-1 or Windows-1252
bytes are UTF-8 that spells Chinese (流动人口 read as GBK is 娴佸姩浜哄彛).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_REPLACED = re.compile(r"\ufffd|锟斤拷|锟斤|烫烫烫|屯屯屯")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_PLAIN = re.compile(r"[^\x00-\x7f]+")
_LATIN_RUN = re.compile(r"[\xa1-\xff]{4,}")
_LIMIT = 200


def _spells_chinese(text: str, written: str, meant: str) -> bool:
    """Whether ``text``, taken back to bytes as ``written``, is ``meant`` and spells two or more characters.

    A last byte that the wrong reading lost is forgiven.
    """
    try:
        raw = text.encode(written)
    except UnicodeEncodeError:
        return False
    for cut in (0, 1, 2):
        try:
            return len(_HAN.findall(raw[: len(raw) - cut].decode(meant))) >= 2
        except UnicodeDecodeError:
            continue
    return False


def is_garbled(cell: str) -> bool:
    """Whether ``cell`` bears a signature of a wrong encoding. Cells of fewer than three such characters do not."""
    if cell.isascii():
        return False
    head = cell[:_LIMIT]
    if _REPLACED.search(head):
        return True
    runs = "".join(_PLAIN.findall(head))
    if len(runs) < 3:
        return False
    if _spells_chinese(runs, "gb18030", "utf-8") and _HAN.search(runs):
        return True
    if _spells_chinese(runs, "latin-1", "utf-8") or _spells_chinese(runs, "cp1252", "utf-8"):
        return True
    # letters with accents stand alone in names; GBK bytes read as Latin-1 come in unbroken runs
    return any(_spells_chinese(run, "latin-1", "gb18030") for run in _LATIN_RUN.findall(head))


def garbled_share(rows: Iterable[Sequence[str | None]]) -> float:
    """The share (0 to 1) of rows with text beyond ASCII of which a cell is garbled."""
    texts = garbled = 0
    for row in rows:
        cells = [c for c in row if c and not c.isascii()]
        if cells:
            texts += 1
            garbled += any(map(is_garbled, cells))
    return garbled / texts if texts else 0.0
