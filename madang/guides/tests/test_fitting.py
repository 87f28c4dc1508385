"""Which guide offers itself: by brand, topic, channel and language, the one that says most about it first."""

from __future__ import annotations

from typing import Any

import pytest

from madang.guides.fitting import GuideRow, Item, Matter, fits, offered, progress

HERE = Matter(1, ("환불", "vip"), {"email", "webchat"}, "ko-KR")


def guide(number: int = 1, **rules: Any) -> GuideRow:
    given = {"brand_id": None, "topics": (), "connectors": (), "language": "", "items": (), "place": 0} | rules
    return GuideRow(number, f"guide {number}", **given)


@pytest.mark.parametrize(
    ("rules", "fit"),
    [
        ({}, True),
        ({"brand_id": 1}, True),
        ({"brand_id": 2}, False),
        ({"topics": ("환불", "교환")}, True),
        ({"topics": ("VIP",)}, True),
        ({"topics": ("배송",)}, False),
        ({"connectors": ("webchat",)}, True),
        ({"connectors": ("line",)}, False),
        ({"language": "ko"}, True),
        ({"language": "en"}, False),
        ({"topics": ("환불",), "connectors": ("line",)}, False),
        ({"archived": True}, False),
    ],
)
def test_every_rule_is_kept(rules: dict[str, Any], fit: bool) -> None:
    assert fits(guide(**rules), HERE) is fit


def test_a_language_nobody_knows_hides_nothing() -> None:
    assert fits(guide(language="en"), Matter(1, (), (), ""))


def test_what_was_begun_comes_first_then_what_says_most() -> None:
    everywhere, topic, channel = guide(1), guide(2, topics=("환불",)), guide(3, connectors=("email",))
    other = guide(4, topics=("배송",))
    some = [everywhere, topic, channel, other]
    assert [one.id for one in offered(some, HERE)] == [2, 3, 1]
    assert [one.id for one in offered(some, HERE, begun={4})] == [4, 2, 3, 1]  # it stays, though the matter changed


def test_only_what_can_be_done_counts() -> None:
    items = (Item("a", "heading", "x"), Item("b", "say", "x"), Item("c", "check", "x"), Item("d", "link", "x", "y"))
    assert progress(guide(items=items), {"b", "gone"}) == (1, 2)
