"""The invented people: names, birth, numbers, phones, families, and who lives where.

Relatives sit in adjacent rows (row i depends on row i-1): twins and siblings with neighbouring numbers,
father and son in one household, two people who were issued one number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from sources.county import names, numbers
from sources.county.draw import (
    NONE,
    Bools,
    Bytes,
    Draw,
    Ints,
    as_dates,
    from_ascii,
    patch,
    take,
    where,
)
from sources.county.places import Places

EPOCH = date(1970, 1, 1)
ALONE, TWIN, SIBLING, CHILD, SAME_NUMBER = range(5)
_RELATIVES = (0.0016, 0.003, 0.012, 0.00025)
_DOCUMENTS_HAN = (0.988, 0.012)


@dataclass(frozen=True)
class People:
    """One entry for each person in every array; text columns where a value is written.

    ``digits`` is rows × 18 ASCII for the documents that have 18 characters; ``former`` likewise, the
    number before a change (改号) of those in ``changed``. ``home`` is a dwelling.
    """

    form: Ints
    name: pl.Series
    male: Bools
    birth: Ints
    document: Ints
    digits: Bytes
    former: Bytes
    changed: Bools
    number: pl.Series
    phone: pl.Series
    second_phone: pl.Series
    local: Bools
    tenant: Bools
    home: Ints
    relative: Ints

    def __len__(self) -> int:
        return len(self.form)

    def truth(self) -> pl.DataFrame:
        """person, form, name, id, phone, dob: one row for each person."""
        return pl.DataFrame(
            {
                "person": np.arange(len(self), dtype=np.int64),
                "form": take(names.FORMS, self.form),
                "name": self.name,
                "id": self.number,
                "phone": self.phone,
                "dob": as_dates(self.birth),
            }
        )

    def shared_numbers(self) -> pl.DataFrame:
        """person, id: the people who were issued a number that another person has too (重号)."""
        second = where(self.relative == SAME_NUMBER)
        both = np.sort(np.concatenate([second, second - 1]))
        return pl.DataFrame({"person": both, "id": take(self.number, both)})


def _relatives(n: int, form: Ints, draw: Draw) -> Ints:
    """What each row is to the row before it; only Han names, never two in a row."""
    han = form <= names.HAN3
    able = np.zeros(n, dtype=np.bool_)
    able[1:] = han[1:] & han[:-1]
    able[::2] = False
    return draw.classes(n, _RELATIVES, able)


def _birth_days(n: int, relative: Ints, as_of: int, draw: Draw) -> Ints:
    age = 16 + draw.rng.beta(1.6, 2.6, n) * 62
    birth = as_of - (age * 365.25).astype(np.int64)
    later = where(relative == SIBLING)
    birth[later] = birth[later - 1] + draw.ints(400, 1500, len(later))
    twins = where(relative == TWIN)
    birth[twins] = birth[twins - 1]
    child = where(relative == CHILD)
    birth[child - 1] = as_of - draw.ints(47 * 365, 74 * 365, len(child))
    birth[child] = birth[child - 1] + draw.ints(22 * 365, 30 * 365, len(child))
    return np.minimum(birth, as_of - 16 * 366)


def _family_names(parts: names.HanParts, form: Ints, male: Bools, relative: Ints) -> names.HanParts:
    """Relatives share the family name; twins and siblings the character of their generation too."""
    surname, compound, second = parts.surname.copy(), parts.compound.copy(), parts.second.copy()
    kin = where((relative >= TWIN) & (relative <= CHILD))
    surname[kin], compound[kin] = surname[kin - 1], compound[kin - 1]
    same = where(((relative == TWIN) | (relative == SIBLING)) & (male == np.roll(male, 1)))
    second[same] = second[same - 1]
    third = parts.third.copy()
    alike = same[third[same] == third[same - 1]]
    third[alike] = (third[alike] + 7) % 60
    return names.HanParts(surname, compound, second, third)


def _homes(
    n: int, local: Bools, relative: Ints, places: Places, let: Ints, unlet: Ints, draw: Draw
) -> tuple[Bools, Ints]:
    """Who rents, and the dwelling of each person: tenants mostly in let dwellings."""
    tenant = np.where(local, draw.chance(0.09, n), draw.chance(0.56, n))
    in_let = draw.chance(0.94, n) & tenant
    home = unlet[draw.ints(0, len(unlet), n)]
    home = np.where(in_let, let[draw.ints(0, len(let), n)], home)
    kin = where(relative != ALONE)
    home[kin] = home[kin - 1]
    tenant[kin] = tenant[kin - 1]
    return tenant, home


def _numbers(document: Ints, local: Bools, birth: Ints, male: Bools, relative: Ints, draw: Draw) -> Bytes:
    division = numbers.divisions(document, local, draw)
    kin = where((relative == TWIN) | (relative == SIBLING))
    division[kin] = division[kin - 1]
    digits = numbers.issue(division, birth, male)
    twice = where(relative == SAME_NUMBER)
    digits[twice] = digits[twice - 1]
    return digits


def _documents(form: Ints, local: Bools, relative: Ints, draw: Draw) -> Ints:
    n = len(form)
    han = np.where(draw.index(_DOCUMENTS_HAN, n) == 1, numbers.HMT, numbers.RESIDENT)
    kinds = np.asarray([numbers.PASSPORT, numbers.PERMANENT, numbers.PERMANENT_OLD], dtype=np.int64)
    foreign = kinds[draw.index((84, 10, 6), n)]
    plain = local | (form == names.DOTTED) | (relative != ALONE) | (np.roll(relative, -1) != ALONE)
    document = np.where(form == names.LATIN, foreign, np.where(plain, numbers.RESIDENT, han))
    return np.asarray(document, dtype=np.int64)


def _number_texts(digits: Bytes, document: Ints, birth: Ints, draw: Draw) -> pl.Series:
    text = from_ascii(digits)
    old, passport = where(document == numbers.PERMANENT_OLD), where(document == numbers.PASSPORT)
    text = patch(text, old, numbers.old_permanent(birth[old], draw))
    return patch(text, passport, numbers.passports(len(passport), draw))


def make_people(persons: int, seed: int, as_of: int, places: Places, let: Ints, unlet: Ints) -> People:
    """``persons`` people as of day ``as_of``; homes are drawn from the ``let`` and ``unlet`` dwellings."""
    n, draw = persons, Draw(seed, "people")
    form = draw.index(names.FORM_SHARES, n)
    relative = _relatives(n, form, draw)
    local = draw.chance(0.37, n) & (form != names.LATIN)
    kin = where(relative != ALONE)
    local[kin] = local[kin - 1]
    male = draw.chance(0.6, n)
    child, twice = where(relative == CHILD), where(relative == SAME_NUMBER)
    male[child] = male[child - 1] = True
    male[twice] = male[twice - 1]
    birth = _birth_days(n, relative, as_of, draw)
    birth[twice] = birth[twice - 1]
    document = _documents(form, local, relative, draw)
    digits = _numbers(document, local, birth, male, relative, draw)
    changed = (document == numbers.RESIDENT) & (relative == ALONE) & draw.chance(0.002, n)
    former = digits.copy()
    former[changed] = numbers.issue(np.full(int(changed.sum()), 995888), birth[changed], male[changed])
    parts = _family_names(names.draw_han(form, male, draw), form, male, relative)
    tenant, home = _homes(n, local, relative, places, let, unlet, draw)
    return People(
        form=form,
        name=names.write_names(form, male, parts, draw),
        male=male,
        birth=birth,
        document=document,
        digits=digits,
        former=former,
        changed=changed,
        number=_number_texts(digits, document, birth, draw),
        phone=numbers.phones(np.arange(n, dtype=np.int64) * 2, seed),
        second_phone=numbers.phones(np.arange(n, dtype=np.int64) * 2 + 1, seed),
        local=local,
        tenant=tenant,
        home=home,
        relative=relative,
    )


def days(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


__all__ = [
    "ALONE",
    "CHILD",
    "EPOCH",
    "NONE",
    "SAME_NUMBER",
    "SIBLING",
    "TWIN",
    "People",
    "days",
    "make_people",
]
