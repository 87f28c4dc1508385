"""A code: six digits, kept as a hash that is of this house and this question alone."""

from __future__ import annotations

import pytest

from madang.customers.proving import code

KEY, OTHER = b"k" * 32, b"o" * 32


def test_codes_are_six_digits_and_not_the_same() -> None:
    made = {code.new() for _ in range(200)}
    assert len(made) > 190
    assert all(len(one) == 6 and one.isdecimal() for one in made)


def test_a_hash_is_of_this_house_and_this_question() -> None:
    kept = code.digest(KEY, 7, "012345")
    assert "012345" not in kept
    assert code.right(KEY, 7, "012345", kept)
    assert not code.right(KEY, 7, "012346", kept)
    assert not code.right(KEY, 8, "012345", kept)
    assert not code.right(OTHER, 7, "012345", kept)
    assert not code.right(KEY, 7, "012345", "")


@pytest.mark.parametrize("typed", ["012345", " 012 345 ", "012-345", "０１２３４５", "012\u00a0345\n", "0 1 2 3 4 5"])
def test_it_may_be_typed_as_people_type(typed: str) -> None:
    assert code.clean(typed) == "012345"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "1" * 10_000, "012345\0"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert code.clean(typed) == ""


def test_an_address_is_shown_so_that_only_who_knows_it_knows_it_again() -> None:
    assert code.masked("email", "mina@naver.example") == "m•••@naver.example"
    assert code.masked("phone", "+821012345678") == "•••• 5678"
