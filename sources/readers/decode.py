"""Bytes of a text file to UTF-8: with or without a mark, GB18030 read strictly, UTF-16 where it is clear."""

from __future__ import annotations

import codecs

from sources.problems import file_problem

_FOREIGN = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"PAR1",
    b"%PDF-",
    b"\x1f\x8b\x08",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
)
_HEAD = 1 << 16
_PIECE = 1 << 20
_BLANK = b"\0\t\r\n \xef\xbb\xbf\xff\xfe"


def is_utf8(data: bytes) -> bool:
    """Whether ``data`` is valid UTF-8, looked at piece by piece: the whole as a string would take up to four times its size."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(data[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _utf16(data: bytes) -> str | None:
    """utf-16-le or utf-16-be if a mark says so, or if every other byte of the head is often zero."""
    if data.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if data.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    head = data[:_HEAD]
    even, odd, half = head[0::2].count(0), head[1::2].count(0), max(1, len(head) // 2)
    # not none at all on the other side: 一 (4E00) and 销 (9500) have a zero byte of their own
    if odd / half > 0.1 and odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even / half > 0.1 and even > 4 * odd else None


def _is_binary(head: bytes) -> bool:
    """Whether more than 2 % are control characters that no text has (NUL aside, which has a rule of its own)."""
    odd = sum(head.count(c) for c in range(1, 32) if c not in (9, 10, 11, 12, 13, 27))
    return odd > max(4, len(head) // 50)


def to_utf8(data: bytes) -> bytes:
    """``data`` as UTF-8 without a mark. FileProblem: empty_file, wrong_format, unreadable."""
    if not data[:_HEAD].strip(_BLANK) and not data.strip(_BLANK):
        raise file_problem("empty_file")
    if data.startswith(_FOREIGN):
        raise file_problem("wrong_format")
    wide = _utf16(data)
    try:
        if wide is not None:
            return data.decode(wide).removeprefix("\ufeff").encode("utf-8")
        data = data.removeprefix(codecs.BOM_UTF8)
        if _is_binary(data[:_HEAD]):
            raise file_problem("unreadable")
        return data if is_utf8(data) else data.decode("gb18030").encode("utf-8")
    except UnicodeError:
        raise file_problem("unreadable") from None
