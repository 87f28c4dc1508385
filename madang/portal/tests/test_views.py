"""Pages a visitor looks at are kept with her consent, bounded, as text (T5, T20)."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import text

from madang.connectors.webchat.simulator import Visitor
from madang.lib.pace import Pace
from madang.portal.chat import limits
from madang.portal.tests.site import Site, eventually

EVENTS = text("select kind, title, url, source from customer_event order by id")


async def kept(site: Site) -> list[tuple[str, ...]]:
    async with site.ground.database.begin() as tx:
        return [tuple(row) for row in await tx.execute(EVENTS)]


async def test_what_she_looks_at_is_kept_when_she_agreed_and_is_known(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.open()
        await mina.look("https://shop.example/blankets")
        assert await kept(site) == []  # nobody becomes a customer by being seen
        await mina.say("hello")
        await eventually(site.conversations)
        await mina.look("https://shop.example/blankets?secret=1#x", "담요 <b>\0")
        await mina.look("https://shop.example/blankets", "담요")  # a reload
        await mina._post(f"/chat/{site.key}/page", {"url": "https://shop.example/other"})
        assert await kept(site) == [("page", "담요 <b> · shop.example/blankets", "", "chat")]


@pytest.mark.slow
async def test_a_flood_and_nonsense_keep_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAGES", Pace(burst=5, rate=0.001))
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await eventually(site.conversations)
        for bad in ("javascript:alert(1)", "", "https://", "http://[x"):
            with pytest.raises(httpx.HTTPStatusError) as caught:
                await mina.look(bad)
            assert caught.value.response.status_code == 400
        for number in range(20):
            await mina.look(f"https://shop.example/{number}")
        assert len(await kept(site)) == 1
    async with httpx.AsyncClient(base_url=site.url) as stranger:
        assert (await stranger.post(f"/chat/{site.key}/page", json={"consent": True})).status_code == 401


async def test_of_a_blocked_customer_nothing_more_is_kept(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await eventually(site.conversations)
        async with site.ground.database.begin() as tx:
            await tx.execute(text("update customer set blocked_at = now()"))
        assert (await mina.look("https://shop.example/")).status_code == 200
        assert await kept(site) == []
