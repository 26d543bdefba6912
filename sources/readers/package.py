"""The zip package of a workbook, looked at before a library opens it.

Sizes are measured by inflating, not believed: a package may say that it is small. Also measured is how
far out a sheet's cells lie, since a reader sets aside room for the whole rectangle.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sources.problems import file_problem

UNPACKED_LIMIT = 3 << 30
"""Bytes of all parts together."""
RATIO_LIMIT = 150
"""How many times larger a part may become, once it is larger than ``RATIO_FROM``."""
RATIO_FROM = 48 << 20
CELLS_LIMIT = 60_000_000
"""Rows × columns of a sheet's rectangle."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BLOCK = 1 << 20
_WIDE = re.compile(rb' r="[A-Z]{2}')
_CELL = re.compile(rb' r="([A-Z]{0,3})([0-9]{1,7})"')
_OVERLAP = 24


def _inflate(file: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's content in blocks, up to its true end whatever the directory says about its size."""
    file.seek(info.header_offset)
    local = file.read(30)
    file.seek(int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little"), 1)
    left, unpack = info.compress_size, zlib.decompressobj(-15)
    while left > 0:
        packed = file.read(min(_BLOCK, left))
        if not packed:
            raise file_problem("unreadable")
        left -= len(packed)
        if info.compress_type == zipfile.ZIP_STORED:
            yield packed
            continue
        while packed:
            yield unpack.decompress(packed, _BLOCK)
            packed = unpack.unconsumed_tail


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


class _Extent:
    """How far out a sheet's cells lie, from its XML in blocks."""

    def __init__(self) -> None:
        self.wide = False
        self.columns: set[bytes] = set()
        self.rows: set[int] = set()
        self._tail = b""

    def add(self, block: bytes) -> None:
        text = self._tail + block
        self._tail = text[-_OVERLAP:]
        if self.wide or _WIDE.search(text):
            self.wide = True
            found = _CELL.findall(text)
            self.columns.update({letters for letters, _ in found})
            self.rows.add(max((int(row) for _, row in found), default=0))

    def cells(self) -> int:
        """At most so many cells; a sheet of up to 26 columns is never too large."""
        return max(map(_column, self.columns), default=0) * max(self.rows, default=0) if self.wide else 0


def _check_part(file: BinaryIO, info: zipfile.ZipInfo, room: int) -> int:
    """The part's size; FileProblem if it is a bomb or its cells lie too far out."""
    size, extent = 0, _Extent()
    for block in _inflate(file, info):
        size += len(block)
        if size > room or (size > RATIO_FROM and size > RATIO_LIMIT * max(1, info.compress_size)):
            raise file_problem("too_large")
        extent.add(block)
    if extent.cells() > CELLS_LIMIT:
        raise file_problem("too_large")
    return size


def check_package(path: Path) -> None:
    """FileProblem if ``path`` is no workbook package, is encrypted, damaged, or unpacks to too much."""
    with path.open("rb") as file:
        head = file.read(8)
        if head.startswith(_OLE):
            file.seek(0)
            hidden = "EncryptedPackage".encode("utf-16-le") in file.read(1 << 22)
            raise file_problem("encrypted" if hidden else "wrong_format")
        if not head.startswith(b"PK"):
            raise file_problem("wrong_format")
        with zipfile.ZipFile(path) as package:
            infos = package.infolist()
        if not any(i.filename == "[Content_Types].xml" for i in infos):
            raise file_problem("wrong_format")
        if any(i.flag_bits & 1 for i in infos):
            raise file_problem("encrypted")
        room = UNPACKED_LIMIT
        for info in infos:
            room -= _check_part(file, info, room)
