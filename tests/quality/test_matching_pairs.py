"""Labelled pairs: two records each, and whether they are one person, two, or a question for a clerk."""

from __future__ import annotations

from datetime import date

import pytest

from quality.matching import default_model, link
from tests.quality.matching_people import frame, judged, number, person


def known(**values: object) -> dict[str, object]:
    """What one of the two records says."""
    return values


N1 = number("99262619850101431")
N2 = number("99262619850101433")  # a twin's: two apart
TYPO = N1[:8] + "6" + N1[9:]
SWAP = N1[:9] + N1[10] + N1[9] + N1[11:]
ACROSS = N1[:7] + N1[8] + N1[7] + N1[9:]
BORN = date(1985, 1, 14)

SAME = {
    "valid number, name equal": (known(name="刘欣", id_number=N1), known(name="刘欣", id_number=N1)),
    "valid number, name sounds alike": (known(name="邵燕思", id_number=N1), known(name="邵燕斯", id_number=N1)),
    "valid number, name looks alike": (known(name="划莲", id_number=N1), known(name="刘莲", id_number=N1)),
    "valid number, one character lost": (known(name="白华杰", id_number=N1), known(name="白华", id_number=N1)),
    "valid number, middle dot lost": (known(name="买买提·热合曼", id_number=N1), known(name="买买提热合曼", id_number=N1)),
    "valid number, part before the dot": (known(name="帕提古丽·巴图", id_number=N1), known(name="帕提古丽", id_number=N1)),
    "passport, latin order": (known(name="PHAM VAN AN", id_number="G78006189"), known(name="VAN AN PHAM", id_number="G78006189")),
    "two characters, one mistyped, phone equal": (
        known(name="徐静", id_number=N1, phone="15800000001", dwelling=7),
        known(name="徐佳", id_number=N1, phone="15800000001", dwelling=8)),
    "one digit wrong, so that the number is of another kind": (
        known(name="高浩祥", id_number=N1, dwelling=7),
        known(name="高浩祥", id_number=N1[:1] + "1" + N1[2:], id_kind="permanent", id_state="invalid", dwelling=7)),
    "a formula in the name's place": (
        known(name='HYPERLINK("http://example.invalid"', name_key="HTTP HYPERLINK", id_number=N1, phone="15800000001"),
        known(name="刘欣", id_number=N1, phone="15800000001")),
    "no number, birth date known to the month": (
        known(name="龚仪怡", birth_date=date(1985, 1, 1), birth_precision="month", phone="15800000001"),
        known(name="龚仪怡", id_number=N1, phone="15800000001")),
    "owner of two dwellings, a rare name alone": (
        known(name="郭浩睿", id_number=N1, feed="rental_housing", dwelling=7),
        known(name="郭浩睿", feed="rental_housing", dwelling=8)),
    "no number, name and birth equal": (
        known(name="欧阳霞英", birth_date=BORN, sex="女", phone="15800000001"), known(name="欧阳霞英", birth_date=BORN, sex="女")),
    "polyphone 曾/增, birth and phone equal": (
        known(name="曾晓乐", birth_date=BORN, phone="15800000001"), known(name="增晓乐", birth_date=BORN, phone="15800000001")),
    "one digit wrong, invalid": (known(name="高浩祥", id_number=N1), known(name="高浩祥", id_number=TYPO)),
    "neighbours swapped, invalid": (known(name="高浩祥", id_number=N1), known(name="高浩祥", id_number=SWAP)),
    "swap in the first half": (known(name="高浩祥", id_number=N1), known(name="高浩祥", id_number=ACROSS)),
    "damaged number, phone equal": (
        known(name="王祥林", id_number=N1, phone="15800000001"),
        known(name="王祥林", id_number="9.92626E+17", id_state="damaged", phone="15800000001")),
    "name and dwelling, nothing else": (known(name="郭浩睿", dwelling=7), known(name="郭浩睿", dwelling=7)),
    "1 January default, passport": (
        known(name="KIM KEO", id_number="K38256197", birth_date=date(1976, 1, 1)),
        known(name="KIM KEO", id_number="K38256197", birth_date=date(1976, 8, 26))),
    "row without a name, valid number": (
        known(name=None, id_number=N1, sex="男"), known(name="刘欣", id_number=N1, sex="男", phone="15800000001")),
    "a character the system lacks": (known(name="孟莉□", id_number=N1), known(name="孟莉贞", id_number=N1)),
}  # fmt: skip
OTHERS = {
    "twins with neighbouring numbers": (
        known(name="张伟明", id_number=N1, phone="15800000001", dwelling=7),
        known(name="张伟亮", id_number=N2, phone="15800000001", dwelling=7)),
    "two valid numbers, all else equal": (
        known(name="李军", id_number=N1, phone="15800000001", dwelling=7),
        known(name="李军", id_number=N2, phone="15800000001", dwelling=7)),
    "twin without a number": (
        known(name="张伟明", id_number=N1, phone="15800000001", dwelling=7, sex="男"),
        known(name="张伟亮", birth_date=BORN, phone="15800000001", dwelling=7, sex="男")),
    "one number, name and sex disagree": (
        known(name="卢国俊", id_number=N1, sex="男"), known(name="刘欣", id_number=N1, sex="女")),
    "one number, name disagrees": (known(name="卢国俊", id_number=N1), known(name="刘欣", id_number=N1)),
    "father and son of one name": (
        known(name="王大明", birth_date=date(1955, 3, 2), phone="15800000001", dwelling=7),
        known(name="王大明", birth_date=date(1982, 7, 9), phone="15800000001", dwelling=7)),
    "siblings at one address": (
        known(name="陈小红", birth_date=date(1990, 3, 2), phone="15800000001", dwelling=7),
        known(name="陈小兰", birth_date=date(1992, 7, 9), phone="15800000001", dwelling=7)),
    "one damaged number is no key": (
        known(name="王祥林", id_number="9.92626E+17", id_state="damaged"),
        known(name="王祥林", id_number="9.92626E+17", id_state="damaged")),
    "same name only": (known(name="郭浩睿", dwelling=7), known(name="郭浩睿", dwelling=8)),
    "two passports, name and birth equal": (
        known(name="CHI KIM MAI", id_number="XX5222127", birth_date=BORN),
        known(name="CHI KIM MAI", id_number="XX6956602", birth_date=BORN)),
    "row without a name, nothing but the number on either side": (
        known(name=None, id_number=N1, sex="男"), known(name="刘欣", id_number=N1, sex="男")),
    "one number and phone at one dwelling, only the surname equal": (
        known(name="张伟", id_number=N1, phone="15800000001", dwelling=7),
        known(name="张强", id_number=N1, phone="15800000001", dwelling=7)),
    "an owner and a tenant of one name": (
        known(name="郭浩睿", id_number=N1, feed="rental_housing", dwelling=7),
        known(name="郭浩睿", feed="tenancies", dwelling=8)),
    "two owners of one common name": (
        known(name="王伟", id_number=N1, feed="rental_housing", dwelling=7),
        known(name="王伟", feed="rental_housing", dwelling=8)),
    "no name on either side": (known(name=None, phone="15800000001"), known(name=None, phone="15800000001")),
}  # fmt: skip


def _persons(pair: tuple[dict[str, object], dict[str, object]]) -> int:
    rows = [person(rid, **values) for rid, values in enumerate(pair, 1)]  # type: ignore[arg-type]
    for order in (rows, rows[::-1]):
        found = link(frame(order), default_model(), judged())
        persons = found.members["person"].n_unique()
    return persons


@pytest.mark.parametrize("case", SAME)
def test_one_person(case: str) -> None:
    assert _persons(SAME[case]) == 1


@pytest.mark.parametrize("case", OTHERS)
def test_not_linked(case: str) -> None:
    assert _persons(OTHERS[case]) == 2
