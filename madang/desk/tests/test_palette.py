"""The palette: who and what is found, and only what exists for whoever asks."""

from __future__ import annotations

from madang.conversations.search.tests.indexed import catch_up, listen
from madang.desk.tests.visitor import Visitor
from madang.tests.cast import Yard


async def test_people_and_conversations_are_found_and_what_was_opened_stands_first(yard: Yard, ada: Visitor) -> None:
    await listen(yard.ground)
    await yard.says("환불은 언제 되나요?", name="김수진", value="sujin@naver.example")
    await yard.says("where is it?", name="Mia", value="mia@juniper.example")
    await catch_up(yard.ground)
    await ada.fetch("/palette?q=ㅅㅈ")
    assert 'href="/customers/1"' in ada.page
    await ada.fetch("/palette?q=")
    assert ada.page.index('data-cid="2"') < ada.page.index('data-cid="1"')
    await ada.fetch("/palette?q=&lately=1 999999 x 1e9 ²")
    assert ada.page.index('data-cid="1"') < ada.page.index('data-cid="2"')
    assert ada.page.count("data-cid") == 2
