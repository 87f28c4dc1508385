"""Particles by the sound a word ends on, as a Korean reader would say them."""

from __future__ import annotations

import pytest

from madang.lib.josa import PARTICLE, particle


@pytest.mark.parametrize(
    ("word", "form", "said"),
    [
        ("미나", "이/가", "가"),
        ("하늘", "이/가", "이"),
        ("미나", "은/는", "는"),
        ("유진", "은/는", "은"),
        ("미나", "을/를", "를"),
        ("하늘", "을/를", "을"),
        ("하늘", "으로/로", "로"),  # ㄹ takes 로
        ("유진", "으로/로", "으로"),
        ("미나", "으로/로", "로"),
        ("하늘", "과/와", "과"),
        ("미나", "아/야", "야"),
        ("유진", "이에요/예요", "이에요"),
        ("미나", "(이)라", "라"),
        ("유진", "은(는)", "은"),
        ("유진", "는/은", "은"),
        ("H-1204", "은/는", "는"),  # 사
        ("H-1203", "은/는", "은"),  # 삼
        ("H-1201", "으로/로", "로"),  # 일
        ("Mia", "이/가", "가"),
        ("Ben", "이/가", "이"),
        ("Paul", "으로/로", "로"),
        ("Jack", "이/가", "이"),
        ("Mark", "이/가", "가"),
        ("Peter", "은/는", "는"),
        ("TV", "은/는", "는"),
        ("SMS", "은/는", "는"),
        ("LG", "은/는", "는"),
        ("하늘 (주)", "은/는", "는"),  # 주
        ("“하늘”", "은/는", "은"),
        ("🙂", "은/는", "은(는)"),
        ("🙂", "으로/로", "(으)로"),
        ("", "이/가", "이(가)"),
    ],
)
def test_the_particle_fits_the_word(word: str, form: str, said: str) -> None:
    assert particle(word, form) == said


def test_the_longer_pair_is_found_first() -> None:
    assert PARTICLE.match("이에요/예요")[0] == "이에요/예요"  # type: ignore[index]
    assert PARTICLE.match("은 당신") is None
