"""The customer beside the thread: everybody's own order, bodies read later, nothing that is not hers (T2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from madang.conversations import queries
from madang.customers.actions import defining
from madang.desk.panel import CARDS, arranged
from madang.desk.tests.visitor import Visitor, join
from madang.ground import Ground
from madang.staff.grants import Grant
from madang.staff.permissions import CONSOLE
from madang.tests.cast import Yard

NAMES = [card.name for card in CARDS]


def test_cards_come_in_the_order_that_was_wished_and_new_ones_last() -> None:
    mine = arranged({"order": ["notes", "tags", "notes", "gone"], "open": {"notes": False, "timeline": True}})
    assert [card.name for card in mine] == ["notes", "tags", *(name for name in NAMES if name not in ("notes", "tags"))]
    assert {card.name: card.open for card in mine}["notes"] is False
    assert {card.name: card.open for card in mine}["timeline"] is True
    assert {card.name: card.open for card in mine}["files"] is False


@pytest.mark.parametrize(
    "wish", [None, [], "notes", 7, {"order": 3, "open": "x"}, {"order": [[], {}, None, 1], "open": {"notes": []}}]
)
def test_a_wish_that_means_nothing_changes_nothing(wish: Any) -> None:
    assert [card.name for card in arranged(wish)] == NAMES


@pytest.mark.slow
async def test_bodies_are_of_this_customer_and_of_what_this_viewer_may_see(
    ground: Ground, yard: Yard, browser: Callable[[], Visitor]
) -> None:
    await yard.says("안녕하세요", name="미나", value="mina@example.com")
    await yard.take_in()
    number = (await yard.conversations())[0]
    async with ground.database.begin() as tx:
        row = await queries.one(tx, CONSOLE, number)
        for name, seen_by in (("size", "everyone"), ("debt", "leads")):
            await defining.define(tx, CONSOLE, name, name.title(), "text", seen_by=seen_by)
            await defining.fill_in(tx, CONSOLE, row.customer_id, {name: f"<b>{name}</b>"})
    await join(ground, "Ada")
    ada = browser()
    await ada.sign_in("ada@haneul.kr")
    await ada.get(f"/c/{row.id}")
    assert 'data-card="notes"' in ada.page
    assert "What colleagues should know" in ada.page  # open: it comes with the conversation
    await ada.post(f"/customers/{row.customer_id}/notes", text="오후 3시 이후에만 <script>")
    await ada.fetch(f"/c/{row.id}/cards?names=notes,fields,timeline,groups,files,nothing,guide")
    assert ada.page.count("data-body=") == 5
    assert "오후 3시 이후에만 &lt;script&gt;" in ada.page
    assert "&lt;b&gt;size&lt;/b&gt;" in ada.page
    assert "debt" not in ada.page.lower()
    assert (await ada.fetch(f"/c/{row.id}/field?name=custom.size")).status_code == 200
    assert 'value="&lt;b&gt;size&lt;/b&gt;"' in ada.page
    for hidden in ("custom.debt", "name", "blocked_at", "custom.", ""):
        assert (await ada.fetch(f"/c/{row.id}/field?name={hidden}")).status_code == 404
    await join(ground, "Ben", Grant("agent", "all", frozenset({424242})))
    await join(ground, "Vera", Grant("viewer"))
    ben, vera = browser(), browser()
    await ben.sign_in("ben@haneul.kr")
    assert (await ben.fetch(f"/c/{row.id}/cards?names=notes")).status_code == 404
    assert (await ben.fetch(f"/c/{row.id}/field?name=company")).status_code == 404
    await vera.sign_in("vera@haneul.kr")
    assert (await vera.fetch(f"/c/{row.id}/field?name=company")).status_code == 403
    await vera.fetch(f"/c/{row.id}/cards?names=notes,fields")
    assert "오후 3시" in vera.page
    assert "<form" not in vera.page
