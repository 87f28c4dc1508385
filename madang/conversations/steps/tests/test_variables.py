"""Texts with places: filled, with what is said otherwise, the right particle, and no braces for the customer."""

from __future__ import annotations

import pytest

from madang.conversations.steps.variables import Filled, chosen, fill, leftover, places

KNOWN = {"customer.name": "미나", "agent.name": "유진", "order": "", "customer.company": "{{agent.name}}\n<b>"}


def filled(text: str) -> Filled:
    return fill(text, lambda name: KNOWN.get(name, ""))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{{customer.name}}님, 안녕하세요", "미나님, 안녕하세요"),
        ("{{ 고객.이름 }}님", "미나님"),
        ("{{customer.name}}은/는 {{agent.name}}이/가 도와드려요", "미나는 유진이 도와드려요"),
        ("{{order|주문하신 상품}}을/를 확인했어요", "주문하신 상품을 확인했어요"),
        ("{{order|}}Hello", "Hello"),
        ("{{CUSTOMER.NAME}}", "미나"),
        ("{{customer.company}}!", "agent.name <b>!"),  # a value is no template: nothing in it is looked up
    ],
)
def test_a_text_is_filled(written: str, said: str) -> None:
    assert filled(written).text.replace("{{", "").replace("}}", "") == said


def test_what_nobody_knows_is_told_and_never_sent_as_braces() -> None:
    made = filled("주문 {{order}} 확인, {{nobody.knows}} {{unclosed")
    assert made.missing == ("order", "nobody.knows")
    assert made.gaps[0] == len("주문 ")
    assert "{{" not in made.text
    assert "}}" not in made.text


def test_a_value_with_braces_stays_what_it_is() -> None:
    assert filled("{{customer.company}}").text == "{{agent.name}} <b>"


def test_places_are_found_under_one_name() -> None:
    assert [
        (one.name, one.otherwise) for one in places("{{고객.이름|고객}} {{customer.field.size}} {{상담.항목.size}}")
    ] == [
        ("customer.name", "고객"),
        ("customer.field.size", None),
        ("conversation.field.size", None),
    ]
    assert leftover("{{customer.name} }")
    assert not leftover("{{customer.name}}")


def test_the_language_is_the_customers() -> None:
    both = {"ko": "안녕하세요", "en": "Hello"}
    assert chosen(both, "en-GB", "ko") == ("en", "Hello")
    assert chosen(both, "", "ja", "ko") == ("ko", "안녕하세요")
    assert chosen({"en": "Hello"}, "ko") == ("en", "Hello")
    assert chosen({}, "ko") == ("", "")
