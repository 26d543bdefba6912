"""Names (姓名) as the comparison sees them: letters, sounds, shapes, parts and order.

Here belongs everything that is looked up once for each distinct name. The script or length of a name is
no feature of the model: the same questions are asked of 李芳, 帕提古丽·巴图 and NGUYEN THI HOA.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LONGEST = 12  # letters looked at one by one; longer names are compared by edit distance alone
LONG_NAME = 8  # from here on two edits count as one slip
CHUNK = 500_000
SOUND_BASE = np.uint64(1_000_003)
STAND_INS = "□■?*○●◇_X"  # written for a character that the system lacks; may be any
LEVELS = ("missing", "different", "surname", "part", "one_char", "shape", "sound", "reordered", "exact")
(MISSING, DIFFERENT, SURNAME, PART, ONE_CHAR, SHAPE, SOUND, REORDERED, EXACT) = range(len(LEVELS))


@dataclass(frozen=True)
class NameTable:
    """One row for each distinct name. ``letters``: n × LONGEST, 0 where the name has ended, else an index
    into the two square tables ``sounds`` and ``shapes`` (letter × letter: alike). Codes are equal where
    the text is equal: ``flat`` (no dots or spaces), ``order`` (parts sorted), ``head`` (before the middle
    dot, or the whole), ``surname`` (first letter, or first part if there are several), ``sound`` (usual readings)."""

    text: NDArray[np.object_]
    letters: NDArray[np.int32]
    length: NDArray[np.int32]
    flat: Ints
    order: Ints
    head: Ints
    tail: Ints
    surname: Ints
    sound: NDArray[np.uint64]
    parts: NDArray[np.int32]
    sounds: Flags
    shapes: Flags


@cache
def _dictionary() -> dict[int, str]:
    # Only readings of single characters are asked for: without this, half a second goes into its phrases.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.pinyin_dict import pinyin_dict

    return dict(pinyin_dict)


@cache
def readings(letter: str) -> tuple[str, ...]:
    """All readings of a character without tones, the usual one first; any other letter reads as itself."""
    marked = _dictionary().get(ord(letter), letter)
    plain = (
        "".join(c for c in unicodedata.normalize("NFD", r) if c == "\u0308" or not unicodedata.combining(c))
        for r in marked.split(",")
    )
    return tuple(dict.fromkeys(plain))


@cache
def _lookalikes() -> tuple[str, ...]:
    text = resources.files("quality.matching").joinpath("lookalikes.txt").read_text("utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def _alike(letters: list[str], groups: dict[str, list[str]]) -> Flags:
    """Square table: whether two letters have a group in common (every letter is like itself)."""
    members: dict[str, list[int]] = {}
    for row, letter in enumerate(letters):
        for group in groups.get(letter, []):
            members.setdefault(group, []).append(row)
    table = np.eye(len(letters), dtype=bool)
    for rows in members.values():
        table[np.ix_(rows, rows)] = True
    return table


def _with_stand_ins(table: Flags, letters: list[str]) -> Flags:
    """A stand-in may be any Han character."""
    any_of = np.array([letter in STAND_INS and letter != "" for letter in letters])
    han = np.array([letter >= "\u2e80" for letter in letters])
    table |= (any_of[:, None] & han) | (han[:, None] & any_of)
    return table


def _codes(values: pl.Series) -> Ints:
    """Integers that are equal where the texts are (63 bits of a hash)."""
    return (values.hash(seed=19) // 2).cast(pl.Int64).to_numpy()


def _part_columns(names: pl.Series) -> pl.DataFrame:
    """``flat``, ``order``, ``head``, ``tail``, ``surname``, ``breaks`` of each name; only divided names are split."""
    name = pl.col("name")
    frame = names.alias("name").to_frame().with_row_index("i")
    divided = frame.filter(name.str.contains(r"[· ]"))
    split = divided.select(
        "i",
        name.str.replace_all(r"[·\s]", "").alias("flat"),
        name.str.split(" ").list.sort().list.join(" ").str.replace_all("·", "").alias("order"),
        name.str.split("·").list.first().alias("head"),
        name.str.split("·").list.last().alias("tail"),
        name.str.extract(r"^([^· ]+)").alias("surname"),
        name.str.count_matches("[· ]").alias("breaks"),
    )
    joined = frame.join(split, on="i", how="left", maintain_order="left")
    return joined.select(
        *(pl.coalesce(c, "name").alias(c) for c in ("flat", "order", "head", "tail")),
        pl.coalesce("surname", name.str.head(1)).alias("surname"),
        pl.col("breaks").fill_null(0).alias("breaks"),
    )


def name_table(names: pl.Series) -> NameTable:
    """The table for distinct, non-null name keys, in their order."""
    frame = _part_columns(names)
    flat = frame["flat"].to_list()
    letters, alphabet = _letter_matrix(flat)
    spoken = {c: list(readings(c)) for c in alphabet}
    drawn: dict[str, list[str]] = {}
    for group in _lookalikes():
        for letter in group:
            drawn.setdefault(letter, []).append(group)
    return NameTable(
        text=np.array(flat, dtype=object),
        letters=letters,
        length=frame["flat"].str.len_chars().cast(pl.Int32).to_numpy(),
        flat=_codes(frame["flat"]),
        order=_codes(frame["order"]),
        head=_codes(frame["head"]),
        tail=_codes(frame["tail"]),
        surname=_codes(frame["surname"]),
        sound=_sounds(letters, [spoken[c][0] for c in alphabet]),
        parts=(frame["breaks"] + 1).cast(pl.Int32).to_numpy(),
        sounds=_alike(["", *alphabet], spoken),
        shapes=_with_stand_ins(_alike(["", *alphabet], drawn), ["", *alphabet]),
    )


def _sounds(letters: NDArray[np.int32], usual: list[str]) -> NDArray[np.uint64]:
    """One number for the usual readings of a name's letters in their order (a hash, modulo 2^64), the same in
    whatever company the name is."""
    of_letter = np.concatenate(
        [np.zeros(1, np.uint64), pl.Series(usual, dtype=pl.String).hash(seed=23).to_numpy()]
    )
    code = np.zeros(len(letters), np.uint64)
    for place in range(letters.shape[1]):
        code = code * SOUND_BASE + of_letter[letters[:, place]]
    return code


def _letter_matrix(flat: list[str]) -> tuple[NDArray[np.int32], list[str]]:
    """Letters as indices (n × LONGEST, 0 = ended), and the alphabet (index 1 onwards)."""
    if not flat:
        return np.zeros((0, LONGEST), np.int32), []
    points = np.array(flat, dtype=f"<U{LONGEST}").view(np.uint32).reshape(len(flat), LONGEST)
    seen = np.zeros(int(points.max()) + 1, bool)
    seen[points] = True
    seen[0] = True  # index 0 is the end of a name, whether or not one is that short
    values = np.flatnonzero(seen)
    index = np.zeros(len(seen), np.int32)
    index[values] = np.arange(len(values), dtype=np.int32)
    return np.take(index, points), [chr(v) for v in values[1:].tolist()]


def compare_names(table: NameTable, left: Ints, right: Ints) -> NDArray[np.int8]:
    """The level of each pair of name indices (-1: no name). Vectorised, in chunks of half a million pairs."""
    level = np.full(len(left), MISSING, np.int8)
    both = (left >= 0) & (right >= 0)
    level[both] = EXACT
    same = np.zeros(len(left), bool)
    same[both] = table.flat[left[both]] == table.flat[right[both]]
    rest = np.flatnonzero(both & ~same)
    for start in range(0, len(rest), CHUNK):
        part = rest[start : start + CHUNK]
        level[part] = _unequal(table, left[part], right[part])
    return level


def _unequal(table: NameTable, a: Ints, b: Ints) -> NDArray[np.int8]:
    """Levels of pairs whose letters differ."""
    width, short = table.length[a], np.minimum(table.length[a], table.length[b])
    same_length = (width == table.length[b]) & (width <= LONGEST)
    longest = np.maximum(table.length[a], table.length[b])
    # One character of two is no slip, and two names of which one is longer by more than two are none either.
    near = np.flatnonzero((longest >= 3) & (longest - short <= 2))
    near = near[(short[near] >= LONG_NAME) | _may_be_slip(table, a[near], b[near])]
    edits = np.full(len(a), LONGEST, np.int32)
    edits[near] = cpdist(
        table.text[a[near]].tolist(),
        table.text[b[near]].tolist(),
        scorer=OSA.distance,
        score_cutoff=2,
        dtype=np.int32,
        workers=-1,
    )
    slip = (edits <= 1) | ((edits <= 2) & (short >= LONG_NAME))
    level = np.full(len(a), DIFFERENT, np.int8)
    level[table.surname[a] == table.surname[b]] = SURNAME
    level[_shares_head(table, a, b)] = PART
    level[slip & (longest >= 3)] = ONE_CHAR
    beside = np.flatnonzero(same_length)
    for name, square in ((SHAPE, table.shapes), (SOUND, table.sounds)):
        level[_alike_throughout(table, square, a, b, beside)] = name
    level[(table.order[a] == table.order[b]) & (table.parts[a] > 1)] = REORDERED
    return level


def _may_be_slip(table: NameTable, a: Ints, b: Ints) -> Flags:
    """Pairs of short names that one edit may tell apart: between the letters that both begin and end with, at most one is
    left of each, or the same two in the other order. All others need two edits, so their distance need not be told."""
    ahead, behind = table.length[a], table.length[b]
    begins = _shared_letters(table, a, b, np.zeros_like(ahead), np.zeros_like(behind), 1)
    ends = _shared_letters(table, a, b, ahead - 1, behind - 1, -1)
    left = np.maximum(ahead, behind) - np.minimum(begins + ends, np.minimum(ahead, behind))
    first, second = np.minimum(begins, LONGEST - 1), np.minimum(begins + 1, LONGEST - 1)
    letters = table.letters
    swapped = (letters[a, first] == letters[b, second]) & (letters[a, second] == letters[b, first])
    found: Flags = (left <= 1) | ((left == 2) & swapped)
    return found


def _shared_letters(
    table: NameTable, a: Ints, b: Ints, at: NDArray[np.int32], other: NDArray[np.int32], step: int
) -> NDArray[np.int32]:
    """How many letters are the same from ``at`` and ``other`` on, in steps of 1 or -1, before one name ends."""
    shared = np.zeros_like(at)
    rows = np.arange(len(a))
    for n in range(LONGEST):
        x, y = at[rows] + step * n, other[rows] + step * n
        inside = (x >= 0) & (y >= 0) & (x < LONGEST) & (y < LONGEST)
        rows, x, y = rows[inside], x[inside], y[inside]
        letter = table.letters[a[rows], x]
        same = (letter != 0) & (letter == table.letters[b[rows], y])
        rows = rows[same]
        shared[rows] += 1
    return shared


def _alike_throughout(table: NameTable, square: Flags, a: Ints, b: Ints, rows: Ints) -> Ints:
    """Those of ``rows`` whose names are alike letter by letter; most pairs fail at the first, and are not looked at again."""
    for place in range(LONGEST):
        if not len(rows):
            break
        rows = rows[square[table.letters[a[rows], place], table.letters[b[rows], place]]]
    return rows


def _shares_head(table: NameTable, a: Ints, b: Ints) -> Flags:
    """The part before the middle dot (or before a space: two of three parts) is the same on both sides."""
    several = (table.parts[a] > 1) | (table.parts[b] > 1)
    head = (table.head[a] == table.head[b]) & (table.length[a] != 0)
    tail = (table.tail[a] == table.tail[b]) & (table.parts[a] > 1) & (table.parts[b] > 1)
    same: Flags = several & (head | tail)
    return same
