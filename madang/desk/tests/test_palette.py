"""The palette: who and what is found, and only what exists for whoever asks."""

from __future__ import annotations

from madang.conversations.search.tests.indexed import catch_up, listen
from madang.conversations.steps.facts import known
from madang.desk.tests.visitor import Visitor
from madang.macros.actions import Given, create
from madang.tests.cast import Yard, agent


async def test_people_and_conversations_are_found_and_what_was_opened_stands_first(yard: Yard, ada: Visitor) -> None:
    await listen(yard.ground)
    await yard.says("환불은 언제 되나요?", name="김수진", value="sujin@naver.example")
    await yard.says("where is it?", name="Mia", value="mia@juniper.example")
    await catch_up(yard.ground)
    await ada.fetch("/palette?q=ㅅㅈ")
    assert 'href="/customers/1"' in ada.page
    await ada.fetch("/palette?q=")
    assert ada.page.index('data-cid="2"') < ada.page.index('data-cid="1"')
    await ada.fetch("/palette?q=&lately=1 999999 x 1e9 ²&shown=1")
    assert ada.page.index('data-cid="1"') < ada.page.index('data-cid="2"')
    assert ada.page.count("data-cid") == 2


async def test_macros_that_fit_the_open_conversation_are_offered(yard: Yard, ada: Visitor) -> None:
    await yard.says("환불해 주세요")
    lead = await agent(yard.ground, "Hana", role="lead")
    async with yard.ground.database.begin() as tx:
        some = await known(tx, lead)
        await create(tx, lead, Given("환불 안내", [{"do": "tag", "tags": ["환불"]}], shared=True), some)
        await create(tx, lead, Given("Hers alone", [{"do": "tag", "tags": ["x"]}]), some)
    await ada.fetch("/palette?q=ㅎㅂ&shown=1")
    assert 'data-act="macro"' in ada.page
    assert 'data-name="환불 안내"' in ada.page
    assert "Hers alone" not in ada.page
    for nowhere in ("", "999999", "x"):
        await ada.fetch(f"/palette?q=ㅎㅂ&shown={nowhere}")
        assert "data-macro" not in ada.page
