"""Steps of the matcher that are done for a million records at once, each against the plain way of doing it."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from quality.by_rid import ByRid, moved_since
from quality.matching import clusters, names
from quality.matching.features import CLASSES, sharing_classes

NAMES = st.lists(
    st.text(alphabet="张王伟NG·", min_size=1, max_size=names.LONG_NAME + 2), min_size=2, max_size=12
)


@settings(max_examples=150, deadline=None)
@given(NAMES)
def test_no_slip_is_passed_over(written: list[str]) -> None:
    table = names.name_table(pl.Series(written, dtype=pl.String))
    a, b = (side.ravel() for side in np.meshgrid(np.arange(len(written)), np.arange(len(written))))
    one_edit = np.array([OSA.distance(table.text[x], table.text[y]) <= 1 for x, y in zip(a, b, strict=True)])
    assert names._may_be_slip(table, a, b)[one_edit].all()


def test_names_that_two_edits_tell_apart_are_passed_over() -> None:
    table = names.name_table(pl.Series(["张伟民", "张爱国", "张民伟", "张伟", "王小明"]))
    others = np.array([1, 2, 3, 4])
    found = names._may_be_slip(table, np.zeros(4, np.int64), others)
    assert found.tolist() == [False, True, True, False]


@st.composite
def linked(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]]]:
    count = draw(st.integers(1, 14))
    row = st.integers(0, count - 1)
    return count, draw(st.lists(st.tuples(row, row), max_size=16))


@given(linked())
def test_the_founder_is_the_first_row_that_any_chain_of_links_reaches(
    case: tuple[int, list[tuple[int, int]]],
) -> None:
    count, links = case
    reached = [{row} for row in range(count)]
    for _ in range(count):
        for a, b in links:
            both = reached[a] | reached[b]
            reached[a], reached[b] = both, both
    ends = np.array(links, np.int64).reshape(-1, 2)
    founders = clusters._founders(count, ends[:, 0], ends[:, 1])
    assert founders.tolist() == [min(rows) for rows in reached]


@given(st.lists(st.tuples(st.none() | st.integers(1, 3), st.none() | st.integers(1, 30)), max_size=60))
def test_how_many_names_share_a_phone(rows: list[tuple[int | None, int | None]]) -> None:
    some, many, nobody = CLASSES["phone"]
    frame = pl.DataFrame(rows, schema={"phone_written": pl.Int64, "flat": pl.Int64}, orient="row")

    def expected(phone: int | None) -> int | None:
        sharers = max(1, len({name for other, name in rows if other == phone and name is not None}))
        if phone is None or sharers > nobody:
            return None
        return 4 if sharers <= some else 3 if sharers <= many else 2

    assert sharing_classes(frame, "phone").to_list() == [expected(phone) for phone, _ in rows]


def test_a_record_is_found_by_its_rid_and_told_from_before() -> None:
    before = pl.DataFrame({"rid": [7, 2, 5], "value": ["a", None, "c"]})
    now = pl.DataFrame({"rid": [5, 2, 7, 9, 1], "value": ["c", None, "b", None, "a"]})
    at = ByRid(before["rid"]).of(now["rid"])
    assert at.tolist() == [2, 1, 0, -1, -1]
    assert moved_since(now, before, at, ("value",)).tolist() == [False, False, True, True, True]
    none = pl.Series([], dtype=pl.Int64)
    assert ByRid(none).of(now["rid"]).tolist() == [-1] * 5
    assert ByRid(now["rid"]).of(none).tolist() == []
