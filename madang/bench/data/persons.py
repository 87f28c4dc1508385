"""Made-up Korean customers as they are: what they are called, where they live, in households."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from madang.customers.matching.families import SPELLINGS, USUAL
from madang.customers.matching.romanised import latin

WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("people.toml").read_text())
FLATS, COMPLEXES = 0.6, 2_000  # of all households, those in a flat; so many buildings or rows of them
ALONE = 0.45  # of all households, those of one


class Chance(random.Random):
    """The dice, and what has been given out: nobody gets a number or a mailbox that somebody has."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.taken: set[str] = set()
        self.complexes: list[Home] = []

    def free(self, wanted: str) -> bool:
        """Whether nobody had it until now; it is taken then."""
        before = len(self.taken)
        self.taken.add(wanted)
        return len(self.taken) > before


@dataclass(slots=True)
class Home:
    """Where a household lives; ``unit`` is a flat, '' a house."""

    town: str
    road: str
    house: str
    unit: str
    postcode: str
    quarter: str
    lot: str


@dataclass(slots=True)
class Person:
    """Somebody as she is; her records say it more or less well. The second of a list is the later one."""

    family: str
    given: str
    born: str
    phones: list[str]
    mails: list[str]
    homes: list[Home]
    latin: str
    firm: str
    member: str
    shared: str = ""  # the telephone of the household
    mail: str = ""  # the mailbox of the household


_SHARES = dict(pair.split() for pair in WORDS["family"]["shares"].split(","))
_FAMILIES = list(_SHARES)
_FAMILY_SUMS = list(accumulate(float(share) for share in _SHARES.values()))
_LATIN = {row.split()[0]: row.split()[1:] for row in WORDS["latin"]["syllables"].split(",")}
_SYLLABLES = WORDS["given"]["syllables"].split()
_GIVEN = {sex: WORDS["given"][sex].split() for sex in ("women", "men")}
_GIVEN_SUMS = {sex: list(accumulate(1 / (rank + 8) for rank in range(len(some)))) for sex, some in _GIVEN.items()}
_TOWNS = [town for line in WORDS["places"]["towns"].split("\n") for town in line.split("|") if town]
_ROADS = WORDS["places"]["roads"].split()
_DOMAINS = WORDS["mail"]["domains"].split()
_MAIL_WORDS = WORDS["mail"]["words"].split()
_FIRMS = [first + second for first in WORDS["firms"]["first"].split() for second in WORDS["firms"]["second"].split()]
WRITTEN: dict[str, list[str]] = {}
for _spelling, _usual in SPELLINGS.items():
    WRITTEN.setdefault(_usual, []).append(_spelling)


def household(chance: Chance) -> list[Person]:
    """One or several who share a home, a family name and a telephone."""
    homes = [_home(chance), _home(chance)]
    shared = _number(chance)
    if chance.random() < ALONE:
        return [_person(chance, homes, chance.randint(1950, 2005), shared)]
    age = chance.randint(1945, 1992)
    father = _person(chance, homes, age, shared, sex="men")
    some = [father, _person(chance, homes, age + chance.randint(-3, 6), shared, sex="women")]
    common = chance.choice(_SYLLABLES) if chance.random() < 0.3 else ""  # 돌림자
    for _ in range(chance.choice((0, 1, 1, 2))):
        child = _person(chance, homes, age + chance.randint(24, 36), shared, family=father.family, common=common)
        if int(child.born[:4]) < 2012:
            some.append(child)
    for one in some:
        one.mail = father.mails[0]
    return some


def _person(
    chance: Chance,
    homes: list[Home],
    year: int,
    shared: str,
    *,
    sex: str = "",
    family: str = "",
    common: str = "",
) -> Person:
    family = family or chance.choices(_FAMILIES, cum_weights=_FAMILY_SUMS)[0]
    sex = sex or chance.choice(("women", "men"))
    if common:
        given = common + chance.choice(_SYLLABLES)
    elif chance.random() < 0.85:
        given = chance.choices(_GIVEN[sex], cum_weights=_GIVEN_SUMS[sex])[0]
    else:
        given = chance.choice(_SYLLABLES) + chance.choice(_SYLLABLES)
    latin_name = written(given, chance)
    return Person(
        family=family,
        given=given,
        born=f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        phones=[_number(chance), _number(chance)],
        mails=_mails(family, latin_name, year, chance),
        homes=homes,
        latin=latin_name,
        firm=chance.choice(_FIRMS),
        member=f"{chance.randint(0, 99_999_999):08}",
        shared=shared,
    )


def _home(chance: Chance) -> Home:
    """A house, or a flat in one of the complexes in which half of Korea lives."""
    if chance.random() >= FLATS:
        return _place(chance)
    if len(chance.complexes) < COMPLEXES:
        chance.complexes.append(_place(chance))
    flat = f"{chance.randint(101, 112)}동 {chance.randint(1, 25)}{chance.randint(1, 6):02}호"
    return replace(chance.choice(chance.complexes), unit=flat)


def _place(chance: Chance) -> Home:
    town, name = chance.choice(_TOWNS), chance.choice(_ROADS)
    lane = f"{chance.randint(1, 60)}번길" if chance.random() < 0.4 else ""
    return Home(
        town=town,
        road=f"{name}로{lane}",
        house=str(chance.randint(1, 250)) + (f"-{chance.randint(1, 20)}" if chance.random() < 0.25 else ""),
        unit="",
        postcode=f"{(_TOWNS.index(town) + 1) * 1000 + _ROADS.index(name) * 15 + chance.randint(0, 14):05}",
        quarter=f"{chance.choice(_ROADS)}동",
        lot=f"{chance.randint(1, 900)}-{chance.randint(1, 40)}",
    )


def _number(chance: Chance) -> str:
    while not chance.free(number := f"010{chance.randint(2000, 9999)}{chance.randint(0, 9999):04}"):
        pass
    return number


def written(given: str, chance: Chance) -> str:
    """The given name in Latin letters as its owner always writes it."""
    parts = [chance.choice(_LATIN.get(one) or [latin(one)]) for one in given]
    return chance.choice(("", "", "-", " ")).join(parts)


def _mails(family: str, written: str, year: int, chance: Chance) -> list[str]:
    """Two mailboxes; many take the name they have for the second one too, where it is still to be had."""
    first, second = _mail(family, written, year, chance), _mail(family, written, year, chance)
    if chance.random() < 0.4:
        again = f"{first.partition('@')[0]}@{chance.choice(_DOMAINS)}"
        second = again if chance.free(again) else second
    return [first, second]


def _mail(family: str, written: str, year: int, chance: Chance) -> str:
    bare, last = written.replace("-", "").replace(" ", ""), USUAL[family]
    while True:
        local = chance.choice(
            (
                f"{bare}{year % 100:02}{chance.randint(1, 99)}",
                f"{last}{bare}{chance.randint(1, 999)}",
                f"{bare[:1]}{last}{year}{chance.randint(1, 99)}",
                f"{chance.choice(_MAIL_WORDS)}{chance.choice(_MAIL_WORDS)}{chance.randint(1, 9999)}",
                f"{bare}.{last}{chance.randint(1, 999)}",
            )
        )
        if chance.free(made := f"{local}@{chance.choice(_DOMAINS)}"):
            return made
