"""What a customer takes back is gone: its words, its subject, what came with it, and its place in the search."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from madang.conversations import actions
from madang.conversations.search import queries as search
from madang.conversations.search.asked import Asked
from madang.conversations.search.tests.indexed import catch_up, listen
from madang.tests import cast
from madang.tests.cast import Yard, message

LEFT = text("""
select m.text, m.full_text, m.html, m.subject, m.data, v.subject as matter, v.last_text,
  (select count(*) from search_entry e where e.message_id = m.id) as found
from message m join conversation v on v.id = m.conversation_id where m.direction = 'in' order by m.id limit 1
""")


async def _said(yard: Yard, **more: Any) -> dict[str, Any]:
    one = message("제 주문번호는 A-20931이에요", subject="Zanzibar", **more)
    await yard.put(one)
    await yard.take_in()
    return one


async def _takes_back(yard: Yard, one: dict[str, Any]) -> None:
    await yard.put({**one, "type": "delete", "id": f"{one['id']}d", "about": one["id"], "text": ""})
    await yard.take_in()
    await catch_up(yard.ground)


async def _left(yard: Yard) -> Any:
    async with yard.ground.database.begin() as tx:
        return (await tx.execute(LEFT)).one()


async def test_nothing_of_it_is_left(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    await listen(yard.ground)
    one = await _said(yard, data={"page": "https://haneul.example/secret"})
    await catch_up(yard.ground)
    before = await _left(yard)
    assert (before.subject, before.matter, before.found) == ("Zanzibar", "Zanzibar", 1)
    await _takes_back(yard, one)
    assert tuple(await _left(yard)) == ("", "", "", "", {}, "", "", 0)
    for words in ("Zanzibar", "A-20931"):
        async with yard.ground.database.begin() as tx:
            assert (await search.find(tx, ada, Asked(words))).conversations == []


@pytest.mark.parametrize("answered", [True, False])
async def test_the_subject_of_a_matter_stays_while_somebody_else_says_it(yard: Yard, answered: bool) -> None:
    ada = await cast.agent(yard.ground)
    await listen(yard.ground)
    one = await _said(yard)
    if answered:
        (conversation,) = await yard.conversations()
        async with yard.ground.database.begin() as tx:
            await actions.reply(tx, ada, conversation, text="Hi!")
    await _takes_back(yard, one)
    left = await _left(yard)
    assert (left.subject, left.matter) == ("", "Zanzibar" if answered else "")
