"""The search at the desk: what is found is drawn, escaped, filtered and paged, and shut to whoever is not signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from madang.conversations.search.tests.indexed import catch_up, listen
from madang.desk.tests.visitor import Visitor
from madang.tests.cast import Yard, message

EVIL = '"><img src=x onerror=alert(1)>{{7919*6997}}</p><style>'


@pytest.fixture
async def told(yard: Yard) -> Yard:
    await listen(yard.ground)
    await yard.says("환불은 언제 되나요?", name="김수진", value="sujin@naver.example")
    await yard.says(f"{EVIL} 환불", name=EVIL, subject=EVIL)
    await catch_up(yard.ground)
    return yard


async def test_what_is_found_is_marked_and_escaped(told: Yard, ada: Visitor) -> None:
    """T5: in the text, the name and the subject."""
    await ada.fetch("/search?q=환불")
    assert ada.page.count("<mark>환불</mark>") == 2
    assert "<img" not in ada.page
    assert "<style" not in ada.page
    assert "55408243" not in ada.page  # 7919 * 6997
    await ada.fetch("/search?q=img")
    assert "<mark>img</mark>" in ada.page
    assert "<img" not in ada.page


async def test_a_customer_leads_to_her_newest_conversation(told: Yard, ada: Visitor) -> None:
    await ada.fetch("/search?q=ㅅㅈ")
    assert 'href="/c/1"' in ada.page
    assert "sujin@naver.example" in ada.page
    await ada.fetch("/search?q=수진&by=customer")
    assert 'class="row person"' not in ada.page


async def test_nothing_found_says_what_to_try(told: Yard, ada: Visitor) -> None:
    await ada.fetch("/search?q=없는 말&status=closed")
    for hint in ("Take a filter away", "Use fewer words", "ㅎㅂ", "clear-filters"):
        assert hint in ada.text or hint in ada.page
    await ada.fetch(f"/search?q={EVIL.replace('{', '').replace('<', '%3C')}zzz")
    assert "<img" not in ada.page


async def test_what_is_not_indexed_yet_is_told(told: Yard, ada: Visitor) -> None:
    await told.says("쿠폰이 안 돼요")
    await ada.fetch("/search?q=쿠폰")
    assert "The newest message is still being indexed." in ada.text


async def test_filters_that_are_none_are_refused(told: Yard, ada: Visitor) -> None:
    """T1: a filter is a number or one of a few words."""
    for query in ("by=root", "status=x", "channel=1 or 1=1", "brand='", "assignee=me'--", "days=-1", "cursor=x"):
        assert (await ada.fetch(f"/search?q=환불&{query}")).status_code == 400, query


async def test_older_messages_are_fetched_up_to_the_one_that_was_found(yard: Yard, ada: Visitor) -> None:
    for number in range(70):
        await yard.put(message(f"Nr. {number}."))
    await yard.take_in()
    await ada.get("/c/1")
    assert "Nr. 3." not in ada.page
    async with yard.ground.database.begin() as tx:
        first, before = (await tx.execute(text("select min(id), max(id) - 59 from message"))).one()
    await ada.fetch(f"/c/1/older?before={before}&to={first}")
    assert "Nr. 0." in ada.page


async def test_it_is_shut_for_strangers(browser: Callable[[], Visitor]) -> None:
    assert (await browser().fetch("/search?q=환불")).status_code in (302, 303, 401)
