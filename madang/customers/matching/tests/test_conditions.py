"""DuckDB and Python give the same answer to every condition, level and key, for everything one may not know."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from madang.customers.matching.blocking import KEYS
from madang.customers.matching.comparisons import COMPARISONS
from madang.customers.matching.conditions import Row
from madang.customers.matching.record import Known, Record, record
from madang.customers.matching.scoring import level
from madang.customers.matching.statements import _level, _side

if TYPE_CHECKING:
    from madang.customers.matching.crowd import Crowd

NAMES = (
    "김미나",
    "김미나님",
    "Mina Kim",
    "김민아",
    "ㄱㅁㄴ",
    "미나",
    "정희",
    "김정희",
    "이준호",
    "Ada Lovelace",
    "李美娜",
    "",
)
PHONES = ("010-1234-5678", "010-1234-5679", "01012345687", "02-312-3456", "")
EMAILS = ("mina.kim@example.kr", "mina.kim@other.kr", "mina.kin@example.kr", "누구@예.kr", "info@example.kr", "")
BIRTHS = ("1990-03-07", "1990-03-17", "1990-07-03", "1975-12-31", "")
HOMES = (
    "서울 강남구 테헤란로 152, 101동 1203호",
    "서울 강남구 테헤란로 152 101-1204",
    "서울 강남구 테혜란로 152 (06236)",
    "부산 사하구 역전로 1",
    "",
)


def some_records(count: int) -> list[Row]:
    chance = random.Random(5)
    return [
        record(
            Known(
                names=(chance.choice(NAMES),),
                phones=(chance.choice(PHONES), chance.choice(PHONES)),
                emails=(chance.choice(EMAILS),),
                birth=chance.choice(BIRTHS),
                address=chance.choice(HOMES),
                company=chance.choice(("(주)하늘상사", "하늘 상사", "하늘상샤", "")),
                number=chance.choice(("12345678", "12345687", "")),
            )
        ).row()
        for _ in range(count)
    ]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return some_records(70)


@pytest.fixture(scope="module")
def crowd(rows: list[Row]) -> Iterator[Crowd]:
    from madang.customers.matching.crowd import Crowd  # not while tests are collected: what is loaded then stays

    with Crowd(threads=1) as made:
        made.add((number, Record(**row)) for number, row in enumerate(rows))
        made.block()
        yield made


def test_every_pair_stands_on_the_same_level(crowd: Crowd, rows: list[Row]) -> None:
    stood = ", ".join(_level(one) for one in COMPARISONS)
    found = crowd.rows(f"select id_l, id_r, {stood} from ({_side('l')}) l, ({_side('r')}) r")
    assert len(found) == len(rows) ** 2
    seen = set()
    for left, right, *numbers in found:
        for comparison, number in zip(COMPARISONS, numbers, strict=True):
            meant = level(comparison, rows[left], rows[right])
            assert number == (comparison.levels.index(meant) if meant.counts else None), (comparison.field, left, right)
            seen.add((comparison.field, meant.name))
    assert len(seen) > 34, "too little of what there is was asked"


def test_every_condition_alone_says_the_same(crowd: Crowd, rows: list[Row]) -> None:
    asked = {one.when.sql(): one.when for comparison in COMPARISONS for one in comparison.levels if one.when}
    for sql, condition in asked.items():
        told = {
            (row[0], row[1])
            for row in crowd.rows(f"select id_l, id_r from ({_side('l')}) l, ({_side('r')}) r where {sql}")
        }
        held = {(a, b) for a, left in enumerate(rows) for b, right in enumerate(rows) if condition.holds(left, right)}
        assert told == held, sql


def test_the_keys_of_one_record_are_those_of_all(crowd: Crowd, rows: list[Row]) -> None:
    for one in KEYS:
        told = set(crowd.rows(one.sql()))
        assert told == {(number, key) for number, row in enumerate(rows) for key in one.of(row)}, one.name


def test_candidates_share_a_key_that_few_have(crowd: Crowd, rows: list[Row]) -> None:
    holders: dict[str, set[int]] = {}
    for number, row in enumerate(rows):
        for one in KEYS:
            for key in one.of(row):
                holders.setdefault(key, set()).add(number)
    by_name = {one.name: one.shared_by(len(rows)) for one in KEYS}
    few = [some for key, some in holders.items() if len(some) <= by_name[key.partition(":")[0]]]
    wanted = {(a, b) for some in few for a in some for b in some if a < b}
    assert {(row[0], row[1]) for row in crowd.rows("select join_key_l, join_key_r from pair")} == wanted
