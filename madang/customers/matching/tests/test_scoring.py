"""What two records say, in plain Python with the weights that Madang ships."""

from __future__ import annotations

import math

import msgspec
import pytest

from madang.customers.matching import weights as kept
from madang.customers.matching.blocking import KEYS, keys, most, shared_by
from madang.customers.matching.comparisons import COMPARISONS
from madang.customers.matching.conditions import Row
from madang.customers.matching.record import Known, record
from madang.customers.matching.scoring import Score, chance, likely, score
from madang.customers.matching.thresholds import SUGGESTED, at_least, threshold
from madang.customers.matching.weights import Learned, OtherShape, Weights, shipped, weights
from madang.customers.matching.words import UNKNOWN, WORDS

PHONE = "010-1234-5678"
HOME = "서울 강남구 테헤란로 152 (06236)"


def row(**known: object) -> Row:
    return record(msgspec.convert(known, Known)).row()


def compared(left: Row, right: Row) -> Score:
    return score(left, right, shipped())


def test_the_evidence_adds_up_to_the_score() -> None:
    found = compared(
        row(names=("김미나",), phones=(PHONE,), birth="1990-03-07"),
        row(names=("Mina Kim",), phones=(PHONE,), address=HOME),
    )
    assert math.isclose(found.prior + sum(one.bits for one in found.evidence), found.bits)
    assert math.isclose(found.probability, 1 / (1 + 2**-found.bits))
    assert [one.field for one in found.evidence] == [one.field for one in COMPARISONS]
    assert {one.field: one.words for one in found.evidence} == {
        "name": "The same name",
        "reached": "The same phone number",
        "email": UNKNOWN,
        "email at home": UNKNOWN,
        "birth": UNKNOWN,
        "number": UNKNOWN,
        "company": UNKNOWN,
    }


def test_the_order_does_not_matter() -> None:
    left, right = (
        row(names=("정희",), phones=(PHONE,), address=HOME),
        row(names=("김정희",), emails=("a@b.kr",), address=HOME),
    )
    assert compared(left, right).bits == compared(right, left).bits


@pytest.mark.parametrize(
    "same",
    [
        {"phones": (PHONE,)},
        {"emails": ("mina.kim@example.kr",)},
        {"birth": "1990-03-07"},
        {"address": HOME},
        {"number": "AB-12345"},
    ],
    ids=lambda same: next(iter(same)),
)
def test_a_name_in_two_scripts_with_one_more_thing_in_common_is_suggested(same: dict[str, object]) -> None:
    found = compared(row(names=("김미나",), **same), row(names=("Kim Mi-na",), **same))
    assert found.probability >= SUGGESTED


def test_the_likeliest_of_all_candidates_comes_first() -> None:
    mina = row(names=("김미나",), phones=(PHONE,), birth="1990-03-07")
    others = {
        7: row(names=("Kim Mina",), birth="1990-03-07"),
        8: row(names=("이영희",)),
        9: row(names=("김미나",), phones=(PHONE,), birth="1990-03-07"),
    }
    found = likely(mina, others, shipped(), SUGGESTED)
    assert [number for number, _ in found] == [9, 7]
    assert found[0][1].bits > found[1][1].bits


def test_a_name_alone_is_not() -> None:
    assert compared(row(names=("김미나",)), row(names=("Mina Kim",))).probability < 0.1


@pytest.mark.parametrize("home", [{}, {"address": HOME}], ids=["phone", "phone and home"])
@pytest.mark.parametrize("other", ["김준호", "이영희", "박서연"])
def test_a_shared_family_phone_does_not_make_two_people_one(other: str, home: dict[str, object]) -> None:
    found = compared(row(names=("김미나",), phones=(PHONE,), **home), row(names=(other,), phones=(PHONE,), **home))
    assert found.probability < SUGGESTED


def test_a_phone_alone_does_not_either() -> None:
    assert compared(row(phones=(PHONE,)), row(phones=(PHONE,), names=("김미나",))).probability < SUGGESTED


def test_one_reason_alone_is_never_enough() -> None:
    prior = compared(row(), row()).prior
    for some in shipped().levels.values():
        assert all(chance(prior + one.bits) < SUGGESTED for one in some.values())


def test_colleagues_are_not_one_person() -> None:
    work: dict[str, object] = {"phones": ("02-312-3456",), "company": "(주)하늘상사", "address": HOME}
    found = compared(
        row(names=("김미나",), emails=("mina@haneul.kr",), **work),
        row(names=("최도윤",), emails=("doyun@haneul.kr",), **work),
    )
    assert found.probability < 0.5


def test_a_frequent_name_says_less_than_a_rare_one() -> None:
    frequent, rare = (compared(row(names=(one,)), row(names=(one,))).bits for one in ("김지영", "독고별하"))
    assert frequent < rare - 1


def test_nothing_known_says_nothing() -> None:
    found = compared(row(), row())
    assert found.bits == found.prior


def test_every_level_has_its_words_and_its_weight() -> None:
    for comparison in COMPARISONS:
        counted = {one.name for one in comparison.levels if one.counts}
        assert counted == set(shipped().levels[comparison.field])
        assert counted <= set(WORDS[comparison.field]) <= {one.name for one in comparison.levels}


def test_weights_survive_being_kept_and_those_of_another_shape_are_refused() -> None:
    assert weights(shipped().json()) == shipped()
    assert kept.shape() == shipped().shape, "the comparisons have changed: python -m madang.bench.data.shipped"
    with pytest.raises(OtherShape):
        weights(msgspec.structs.replace(shipped(), shape="another").json())
    with pytest.raises(msgspec.DecodeError):
        weights(b"{}")


def test_no_weight_is_beyond_measure() -> None:
    for some in shipped().levels.values():
        for one in some.values():
            assert isinstance(one, Learned)
            assert -9 < one.bits < 30


def test_keys_find_whoever_shares_anything_that_matters() -> None:
    mina = row(names=("김미나",), phones=(PHONE,), emails=("mina.kim@example.kr",), birth="1990-03-07", address=HOME)
    for known in (
        {"phones": ("+82 10 1234 5678",)},
        {"emails": ("MINA.KIM@example.kr",)},
        {"emails": ("mina.kim@other.kr",)},
        {"birth": "900307"},
        {"names": ("Kim Mi-na",)},
        {"names": ("김미나",), "phones": ("010-1234-5679",)},
        {"names": ("ㄱㅁㄴ",), "address": HOME},
        {"address": "서울특별시 강남구 테헤란로152, 101동 1203호"},
    ):
        assert set(keys(mina)) & set(keys(row(**known))), known
    assert not keys(row())


def test_a_key_that_too_many_share_finds_nobody() -> None:
    assert shared_by("phone:+821012345678", 1_000_000) == 40
    assert most(1_000) > shared_by("born:19900307", 500_000) == most(500_000) == 8
    assert len({one.name for one in KEYS}) == len(KEYS)


def test_a_threshold_is_learned_from_decisions_with_caution() -> None:
    good, bad = [(0.99, True)] * 200, [(0.6, True)] * 40 + [(0.6, False)] * 40
    assert threshold([*good, *bad], 0.95) == 0.99
    assert threshold(good[:20], 0.95) is None
    assert threshold([*good, (0.99, False)] * 10, 0.95) == 0.99
    assert threshold([], 0.5) is None
    assert at_least(0, 0) == 0.0
    assert 0.9 < at_least(99, 100) < 0.99


def test_weights_are_a_value() -> None:
    small = Weights(prior=0.5, levels={"name": {"same": Learned(0.9, 0.1)}})
    assert small.levels["name"]["same"].bits == pytest.approx(math.log2(9))
