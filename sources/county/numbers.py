"""Identity numbers and phone numbers that were never issued to anybody.

Division codes 990000-995999, 8x9900 and 999ccc were never assigned, passports carry prefixes that no
state issues, and mobile numbers use the segment 154, which no operator holds. The form is GB 11643-1999:
6 digits division, 8 birth, 3 order (odd = male), 1 check character (MOD 11-2, ISO 7064).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from sources.county.draw import Bools, Bytes, Draw, Ints, from_ascii, rank_within, where

RESIDENT, HMT, PERMANENT, PERMANENT_OLD, PASSPORT = range(5)
DOCUMENTS = ("居民身份证", "港澳台居民居住证", "外国人永久居留身份证", "外国人永久居留身份证", "护照")
HOME_DIVISION = 992403
SPARE_DIVISION = 995999
# fmt: off
ELSEWHERE = (
    990117, 990226, 990338, 990421, 990505, 991012, 991127, 991224, 991306, 991418, 991523,
    991611, 992107, 992205, 992311, 992407, 992409, 992518, 993004, 993122, 993217, 993309,
)
# fmt: on
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)


def check_characters(body: Bytes) -> Bytes:
    """The MOD 11-2 check character (ASCII) of each row of 17 ASCII digits."""
    remainder = ((body[:, :17].astype(np.int64) - 48) @ _WEIGHTS) % 11
    return np.asarray(_CHECK[remainder], dtype=np.uint8)


def _digits(values: Ints, width: int) -> Bytes:
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return ((values[:, None] // powers) % 10 + 48).astype(np.uint8)


def compact_days(days: Ints) -> Ints:
    """Days since 1970-01-01 as integers YYYYMMDD."""
    dates = pl.Series(days).cast(pl.Int32).cast(pl.Date)
    parts = [dates.dt.year(), dates.dt.month(), dates.dt.day()]
    year, month, day = (p.cast(pl.Int64).to_numpy() for p in parts)
    return np.asarray(year * 10000 + month * 100 + day)


def _matrix(division: Ints, birth: Ints, order: Ints) -> Bytes:
    body = np.concatenate([_digits(division, 6), _digits(compact_days(birth), 8), _digits(order, 3)], axis=1)
    return np.concatenate([body, check_characters(body)[:, None]], axis=1)


def issue(division: Ints, birth: Ints, male: Bools) -> Bytes:
    """One number for each row (rows × 18 ASCII), no two alike within a call.

    People born in one division on one day get neighbouring order codes, so that twins in adjacent rows
    differ by one or two. No number ends in 000, which would read as damaged by Excel.
    """
    start = (division * 7919 + birth * 104729) % 499
    place = (start + rank_within(division, birth)) % 499
    order = np.where(male, 2 * place + 1, 2 * place + 2)
    matrix = _matrix(division, birth, order)
    cut = where((matrix[:, 15:] == 48).all(axis=1))
    # A neighbouring division has another check character: of two, one does not end in 0.
    spare = SPARE_DIVISION - 2 * rank_within(birth[cut], order[cut])
    for step in (0, 1):
        matrix[cut] = _matrix(spare - step, birth[cut], order[cut])
        still = matrix[cut, 17] == 48
        cut, spare = cut[still], spare[still]
    return matrix


def divisions(document: Ints, local: Bools, draw: Draw) -> Ints:
    """The first six digits of each person's number, by kind of document."""
    n = len(document)
    elsewhere = np.asarray(ELSEWHERE, dtype=np.int64)[draw.ints(0, len(ELSEWHERE), n)]
    resident = np.where(local | draw.chance(0.04, n), HOME_DIVISION, elsewhere)
    hmt = np.asarray((819900, 829900, 839900), dtype=np.int64)[draw.ints(0, 3, n)]
    permanent = 999000 + np.asarray((104, 704, 418, 764, 826), dtype=np.int64)[draw.ints(0, 5, n)]
    return np.where(document == HMT, hmt, np.where(document == PERMANENT, permanent, resident))


def passports(n: int, draw: Draw) -> pl.Series:
    """``n`` distinct passport numbers: two letters, seven digits."""
    prefix = pl.Series(["XX", "ZX", "QX", "XQ"]).gather(pl.Series(draw.ints(0, 4, n)).cast(pl.UInt32))
    serial = (np.arange(n, dtype=np.int64) * 7_368_787 + int(draw.ints(0, 10**7, 1)[0])) % 10**7
    return pl.select(pl.concat_str([pl.lit(prefix), pl.lit(from_ascii(_digits(serial, 7)))])).to_series()


def old_permanent(birth: Ints, draw: Draw) -> pl.Series:
    """Permanent-residence numbers of the form before 2023-12-01: three letters, twelve digits."""
    n = len(birth)
    country = pl.Series(["XKA", "QMZ", "ZZA"]).gather(pl.Series(draw.ints(0, 3, n)).cast(pl.UInt32))
    middle = compact_days(birth) % 1_000_000
    digits = np.concatenate(
        [_digits(9900 + np.arange(n) % 90, 4), _digits(middle, 6), _digits(np.arange(n) // 90 % 100, 2)],
        axis=1,
    )
    return pl.select(pl.concat_str([pl.lit(country), pl.lit(from_ascii(digits))])).to_series()


def phones(index: Ints, seed: int) -> pl.Series:
    """One mobile number for each index, distinct for indices below 10⁸."""
    serial = (index * 38_461_537 + (seed * 7_919) % 10**8) % 10**8
    head = np.tile(np.frombuffer(b"154", dtype=np.uint8), (len(index), 1))
    return from_ascii(np.concatenate([head, _digits(serial, 8)], axis=1))


def substituted(matrix: Bytes, draw: Draw) -> Bytes:
    """One digit of each number replaced by another: always fails the check, since no weight is 0 mod 11."""
    out = matrix.copy()
    rows = np.arange(len(out))
    position = draw.ints(1, 17, len(out))
    shift = draw.ints(1, 10, len(out))
    out[rows, position] = (out[rows, position] - 48 + shift) % 10 + 48
    return out


def transposed(matrix: Bytes, draw: Draw) -> Bytes:
    """Two unlike neighbouring digits of each number swapped: always fails the check."""
    out = matrix.copy()
    unlike = out[:, 6:16] != out[:, 7:17]
    noise = draw.rng.random(unlike.shape) * unlike
    position = noise.argmax(axis=1) + 6
    rows = np.arange(len(out))
    left, right = out[rows, position].copy(), out[rows, position + 1].copy()
    out[rows, position], out[rows, position + 1] = right, left
    return out
