"""The chat tells what she looks at when the page says that she agreed, and not a word before."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser
from sqlalchemy import text

from madang.portal.tests.shop import Shop, customer, opened
from madang.portal.tests.site import Site, eventually

pytestmark = pytest.mark.browser
TITLES = text("select title from customer_event order by id")


async def kept(site: Site) -> list[str]:
    async with site.ground.database.begin() as tx:
        return list((await tx.execute(TITLES)).scalars())


async def test_pages_are_told_with_consent_alone(site: Site, browser: Browser) -> None:
    shop = Shop(site)
    async with opened(shop) as url, customer(browser) as mia:
        asked: list[str] = []
        mia.page.on("request", lambda request: asked.append(request.url))
        await mia.come(url)
        await mia.call("toggle", "open")
        await mia.say("Do you ship to Norway?")
        await eventually(site.conversations)
        assert not [one for one in asked if one.endswith("/page")]
        await mia.call("setConsent", True)
        (title,) = await eventually(lambda: kept(site))
        assert "127.0.0.1" in title or "localhost" in title
        assert mia.faults == []
