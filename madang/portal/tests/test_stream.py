"""The visitor's stream: nothing missed, nothing foreign, and an end when the house stops."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from sqlalchemy import text

from madang.connectors.webchat.simulator import Visitor
from madang.events import stream as news
from madang.portal import stream
from madang.portal.tests.site import Site, eventually, serving
from madang.staff.permissions import Viewer
from madang.tests import cast

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


async def test_who_missed_too_much_is_told_to_look_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "MOST", 1)
    ada = await cast.agent(site.ground)
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await eventually(site.conversations)
        await mina.open()
        for n in range(3):
            await site.answer(ada, f"{n}")
        async with mina.listening():
            await mina.hears("gap")


async def test_a_position_that_is_nonsense_is_no_position(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await eventually(site.conversations)
        for after in ("-1", "nonsense", "9" * 40, "1 or 1=1", "١٢"):
            mina.after = after
            mina.heard.clear()
            async with mina.listening():
                await mina.hears("gap")


async def test_two_tabs_hear_the_same(site: Site) -> None:
    ada = await cast.agent(site.ground)
    async with Visitor.at(site.url, site.key) as one, Visitor.at(site.url, site.key) as two:
        await one.say("hello")
        await eventually(site.conversations)
        two.token = one.token
        await one.open()
        await two.open()
        async with one.listening(), two.listening():
            await site.answer(ada, "Hi!")
            assert await one.hears("message", dir="out") == await two.hears("message", dir="out")


async def test_the_streams_end_when_the_house_stops_and_work_again_when_it_is_back(site: Site) -> None:
    ada = await cast.agent(site.ground)
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await eventually(site.conversations)
        await mina.open()
        with pytest.raises(httpx.ReadError):
            await _listen_until_the_end(site, mina)
        await site.answer(ada, "while nobody listened")
        async with serving(site.ground) as (_, url), Visitor.at(url, site.key) as again:
            again.token, again.after = mina.token, mina.after
            async with again.listening():
                await again.hears("message", text="while nobody listened")


async def _listen_until_the_end(site: Site, visitor: Visitor) -> None:
    async with visitor.listening():
        site.doors.portal.stop()
        await asyncio.sleep(5)


async def test_presence_is_kept_while_a_stream_is_open_and_lapses_after(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = text("select extract(epoch from until - now()) from presence")

    async def left() -> float:
        async with site.ground.database.begin() as tx:
            return float((await tx.execute(query)).scalar_one_or_none() or 0)

    monkeypatch.setattr(stream, "REFRESH", 0.05)
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await eventually(site.conversations)
        await mina.open()
        async with mina.listening():
            await eventually(left)
            await mina.away()

            async def back() -> bool:
                return await left() > 20

            await eventually(back)

    async def closed() -> bool:
        return not site.doors.portal._taps

    await eventually(closed)
    assert 0 < await left() <= 30


async def test_after_news_that_could_not_be_told_visitors_come_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await cast.agent(site.ground)
    tell = site.doors.portal.news

    async def fail(*_given: object) -> None:
        monkeypatch.setattr(site.doors.portal, "news", tell)
        raise RuntimeError("the database went away")

    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await eventually(site.conversations)
        await mina.open()
        monkeypatch.setattr(site.doors.portal, "news", fail)
        with pytest.raises(httpx.ReadError):
            await _answered_in_vain(site, mina, ada)
        async with mina.listening():
            await mina.hears("message", text="Hi!")


async def _answered_in_vain(site: Site, visitor: Visitor, ada: Viewer) -> None:
    async with visitor.listening():
        await site.answer(ada, "Hi!")
        await asyncio.sleep(5)


async def test_a_page_with_an_odd_address_is_listened_to(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await cast.agent(site.ground)
    async with Visitor.at(site.url, site.key) as mina:
        headers = mina._headers
        monkeypatch.setattr(mina, "_headers", lambda *given: headers(*given) | {"madang-page": "%00%ED%A0%80"})
        await mina.say("hello")
        await eventually(site.conversations)
        await mina.open()
        async with mina.listening():
            await site.answer(ada, "Hi!")
            await mina.hears("message", text="Hi!")
